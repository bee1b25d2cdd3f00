"""What the public pages need, in few statements: one for a consultation with its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, select
from sqlalchemy.orm import joinedload

from participation.comments.models import CommentSeries
from participation.consultations.models import Consultation, DraftVersion
from participation.consultations.rules import PUBLIC_STAGES, Stage
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.meetings.models import Meeting
from participation.record.models import RecordHead, RecordLeaf
from participation.record.rules import Kind
from participation.surveys.models import Survey


@dataclass(frozen=True)
class Overview:
    """A public consultation at an instant, with the figures its page begins with."""

    consultation: Consultation
    stage: Stage
    received: int
    released: int
    supported: int
    draft_id: int | None
    meetings: int
    surveys: int
    # The first signed head that covers the close or the result, where it was asked for.
    head: RecordHead | None

    @property
    def slug(self) -> str:
        return self.consultation.slug

    @property
    def has_result(self) -> bool:
        """Whether bulletin and result are public."""
        return self.stage in (Stage.CLOSED, Stage.SEALED)

    @property
    def version(self) -> tuple[object, ...]:
        """What the pages of this consultation show, for their caches."""
        shown = (self.received, self.released, self.supported)
        return self.consultation.revision, self.stage.value, *shown


def overview(slug: str, now: datetime, head: Kind | None = None) -> Overview:
    """A consultation that the public may see, in one statement; raise NotFound for any other.

    `head` asks for the signed head that covers the last leaf of that kind, too.
    """
    row = db.session.execute(_overview(head), {"slug": slug[:40]}).one_or_none()
    if row is None or row[0].stage(now) not in PUBLIC_STAGES:
        raise NotFound(slug)
    found, *rest = row
    return Overview(found, found.stage(now), *rest, *([] if head else [None]))


@cache
def _overview(head: Kind | None) -> Select[Any]:
    # Composed once: for a page that is kept, composing it would be most of the work.
    draft = (
        select(func.max(DraftVersion.id))
        .where(
            DraftVersion.consultation_id == Consultation.id, DraftVersion.accepted_at.is_not(None)
        )
        .correlate(Consultation)
        .scalar_subquery()
    )
    plain = (
        select(
            Consultation,
            func.coalesce(CommentSeries.received, 0),
            func.coalesce(CommentSeries.released, 0),
            func.coalesce(CommentSeries.supported, 0),
            draft,
            _count(Meeting),
            _count(Survey),
        )
        .outerjoin(CommentSeries, CommentSeries.consultation_id == Consultation.id)
        .where(Consultation.slug == bindparam("slug"))
        .options(joinedload(Consultation.department))
    )
    if head is None:
        return plain
    covering = and_(
        RecordHead.consultation_id == Consultation.id, RecordHead.size == _covering(head)
    )
    return plain.add_columns(RecordHead).outerjoin(RecordHead, covering)


def _covering(kind: Kind) -> ScalarSelect[int]:
    last = (
        select(func.max(RecordLeaf.index))
        .where(
            RecordLeaf.consultation_id == Consultation.id,
            RecordLeaf.kind == kind,
            # Leaves of opinions have one: only the few others are in the index by kind.
            RecordLeaf.number.is_(None),
        )
        .correlate(Consultation)
        .scalar_subquery()
    )
    return (
        select(func.min(RecordHead.size))
        .where(RecordHead.consultation_id == Consultation.id, RecordHead.size > last)
        .correlate(Consultation)
        .scalar_subquery()
    )


def _count(table: type[Meeting] | type[Survey]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(table.consultation_id == Consultation.id)
        .correlate(Consultation)
        .scalar_subquery()
    )


def surveys_of(consultation_id: int) -> Sequence[tuple[int, str]]:
    """Ids and titles of a consultation's surveys."""
    rows = db.session.execute(
        select(Survey.id, Survey.title)
        .where(Survey.consultation_id == consultation_id)
        .order_by(Survey.id)
    )
    return [(row.id, row.title) for row in rows]


def meetings_of(consultation_id: int) -> Sequence[Meeting]:
    """A consultation's meetings by the time they begin, without their records."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.consultation_id == consultation_id)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(50)
    ).all()


def received_of(consultation_ids: Iterable[int]) -> dict[int, int]:
    """How many opinions each of these consultations has received."""
    wanted = list(consultation_ids)
    rows = db.session.execute(
        select(CommentSeries.consultation_id, CommentSeries.received).where(
            CommentSeries.consultation_id.in_(wanted)
        )
    )
    return dict.fromkeys(wanted, 0) | {row.consultation_id: row.received for row in rows}


def recent_heads(consultation_id: int, limit: int) -> Sequence[RecordHead]:
    """The signed heads of a consultation's record, the newest first."""
    return db.session.scalars(
        select(RecordHead)
        .where(RecordHead.consultation_id == consultation_id)
        .order_by(RecordHead.size.desc())
        .limit(limit)
    ).all()
