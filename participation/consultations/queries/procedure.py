"""Finding, locking and listing consultations; the SQL twin of `rules.stage_at`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import defer, joinedload

from participation.consultations import rules
from participation.consultations.models import Consultation, Review, WindowExtension
from participation.consultations.rules import PUBLIC_STAGES, Stage, Status
from participation.kernel.actor import Actor, Role
from participation.kernel.db import db, read_clock
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of

_SLUG = re.compile(r"[0-9]{4}-[0-9]{4,9}")


def by_slug(slug: str) -> Consultation:
    """The consultation of that address, with its department; raise NotFound if there is none."""
    return _one(_named(by_id=False).options(joinedload(Consultation.department)), slug)


def desk_by_slug(actor: Actor, slug: str, now: datetime) -> Consultation:
    """A consultation whose work the actor may look at.

    What is not public yet is not there for others (NotFound), as if nobody prepared it; of what
    everybody knows of they are told that it is another department's (Refused).
    """
    found = by_slug(slug)
    verdict = rules.may_view(actor, found.department_id)
    if not verdict and found.stage(now) not in PUBLIC_STAGES:
        raise NotFound(slug)
    verdict.enforce()
    return found


def public_by_slug(slug: str, now: datetime) -> Consultation:
    """A consultation that the public may see at `now`; raise NotFound for any other."""
    found = by_slug(slug)
    if found.stage(now) not in PUBLIC_STAGES:
        raise NotFound(slug)
    return found


def lock_shared(name: str | int) -> Consultation:
    """Lock a consultation (slug or id) against changes, beside others who do; read the clock anew.

    For the many who take part: what `clock.now()` says afterwards counts at the deadline.
    """
    return _locked(name, shared=True)


def lock_exclusive(name: str | int) -> Consultation:
    """Lock a consultation (slug or id) for whoever changes its state; read the clock anew."""
    return _locked(name, shared=False)


def _locked(name: str | int, *, shared: bool) -> Consultation:
    found = _one(_lock(by_id=isinstance(name, int), shared=shared), name)
    read_clock()
    return found


@cache
def _lock(*, by_id: bool, shared: bool) -> Select[Consultation]:
    # Composed once: every submission begins with it.
    return (
        _named(by_id=by_id)
        .with_for_update(read=shared, of=Consultation)
        .execution_options(populate_existing=True)
    )


@cache
def _named(*, by_id: bool) -> Select[Consultation]:
    column = Consultation.id if by_id else Consultation.slug
    return select(Consultation).where(column == bindparam("name"))


def _one(statement: Select[Consultation], name: str | int) -> Consultation:
    if isinstance(name, str) and not _SLUG.fullmatch(name):
        raise NotFound(name)
    found = db.session.scalars(statement, {"name": name}).one_or_none()
    if found is None:
        raise NotFound(str(name))
    return found


def stage_clause(stage: Stage, now: datetime) -> ColumnElement[bool]:
    """The condition that a consultation is in a stage at `now`; twin of `rules.stage_at`.

    Lists go by the calendar alone; whether somebody may still take part, `Consultation.stage` says,
    which does not follow a clock that was set back behind a close.
    """
    opens, closes, sealed = Consultation.opens_at, Consultation.closes_at, Consultation.sealed_at
    published = Consultation.status == Status.PUBLISHED
    conditions: dict[Stage, ColumnElement[bool]] = {
        Stage.PREPARING: or_(
            Consultation.status != Status.PUBLISHED, opens.is_(None), closes.is_(None)
        ),
        Stage.FORTHCOMING: and_(published, closes.is_not(None), opens > now),
        Stage.OPEN: and_(published, opens <= now, closes > now),
        Stage.CLOSED: and_(published, opens <= now, closes <= now, sealed.is_(None)),
        Stage.SEALED: and_(published, opens <= now, closes <= now, sealed.is_not(None)),
    }
    return conditions[stage]


def in_stage(stage: Stage, now: datetime) -> Select[Consultation]:
    """A selection of the consultations in a stage at `now`, to be refined by the caller."""
    return select(Consultation).where(stage_clause(stage, now))


def listed(
    stage: Stage | None,
    now: datetime,
    after: Cursor | None = None,
    department_id: int | None = None,
    size: int = PAGE,
    where: Iterable[ColumnElement[bool]] = (),
) -> Page[Consultation]:
    """A page of public consultations, without their long texts; `where` narrows them further.

    What is still to come or open is listed by the nearest close, the rest (and all stages
    together, `stage=None`) by the latest.
    """
    if stage is Stage.PREPARING:
        return Page([], None)
    statement = select(Consultation).where(
        stage_clause(stage, now) if stage else Consultation.status == Status.PUBLISHED, *where
    )
    if department_id is not None:
        statement = statement.where(Consultation.department_id == department_id)
    place = tuple_(Consultation.closes_at, Consultation.id)
    nearest_first = stage in (Stage.FORTHCOMING, Stage.OPEN)
    if after is not None:
        seen = tuple_(after.at, after.id)
        statement = statement.where(place > seen if nearest_first else place < seen)
    order = (Consultation.closes_at, Consultation.id)
    statement = statement.order_by(*(order if nearest_first else [each.desc() for each in order]))
    rows = db.session.scalars(_light(statement).limit(size + 1)).all()
    return page_of(rows, _place, size)


def _place(row: Consultation) -> Cursor:
    assert row.closes_at is not None
    return Cursor(row.closes_at, row.id)


def _light(statement: Select[Consultation]) -> Select[Consultation]:
    long_texts = (Consultation.explanation, Consultation.legal_basis)
    return statement.options(
        joinedload(Consultation.department), *(defer(column) for column in long_texts)
    )


def work_of(actor: Actor, now: datetime, limit: int = 200) -> dict[Stage, list[Consultation]]:
    """What lies on a staff member's desk, by stage: unfinished matters of their departments.

    Sealed ones are left out; the latest changed come first. At most `limit` in all.
    """
    statement = select(Consultation).where(~stage_clause(Stage.SEALED, now))
    if not actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM):
        statement = statement.where(Consultation.department_id.in_(actor.departments))
    statement = statement.order_by(Consultation.id.desc()).limit(limit)
    found: dict[Stage, list[Consultation]] = {stage: [] for stage in Stage}
    for each in db.session.scalars(_light(statement)):
        found[each.stage(now)].append(each)
    return found


def reviews_of(consultation_id: int) -> Sequence[Review]:
    """The reviews of a consultation with their reviewers, the latest first."""
    return db.session.scalars(
        select(Review)
        .where(Review.consultation_id == consultation_id)
        .options(joinedload(Review.reviewer))
        .order_by(Review.id.desc())
    ).all()


def extensions_of(consultation_id: int) -> Sequence[WindowExtension]:
    """The extensions of a window in the order they were made."""
    return db.session.scalars(
        select(WindowExtension)
        .where(WindowExtension.consultation_id == consultation_id)
        .order_by(WindowExtension.id)
    ).all()
