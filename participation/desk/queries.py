"""Reading for the staff pages: the figures of many matters at once, and what waits for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import defer, joinedload

from participation.accounts.models import Department, User
from participation.comments.models import CommentSeries, CommentTally
from participation.comments.rules import Dimension, Outcome, Visibility
from participation.consultations.models import Consultation, DraftVersion, OutageNote, Review
from participation.consultations.queries import stage_clause
from participation.consultations.rules import ReviewDecision, Stage, Status
from participation.kernel.actor import STAFF, Actor, Role
from participation.kernel.db import db
from participation.kernel.jobs import Job, JobState
from participation.rulebook.publication import PublicationAttribute

MOST_ANSWERED = 10
MOST_OVERDUE = 100
MOST_JOBS = 20

WAITING = (Dimension.VISIBILITY.value, Visibility.WAITING.value)
PENDING = (Dimension.OUTCOME.value, Outcome.PENDING.value)


@dataclass(frozen=True)
class Figures:
    """Of one matter: opinions received, waiting to be looked at, and without an answer."""

    received: int = 0
    waiting: int = 0
    pending: int = 0


@dataclass(frozen=True)
class House:
    """What an administrator keeps: departments, active staff, jobs that were given up."""

    departments: int
    staff: int
    dead_jobs: int


def figures_of(ids: Sequence[int]) -> dict[int, Figures]:
    """The figures of many matters by their id; two statements, whatever their number."""
    series = select(CommentSeries.consultation_id, CommentSeries.received)
    rows = db.session.execute(series.where(CommentSeries.consultation_id.in_(ids))).all()
    received = {row.consultation_id: row.received for row in rows}
    tallies = {
        (number, (dimension, value)): count
        for number, dimension, value, count in db.session.execute(
            select(
                CommentTally.consultation_id,
                CommentTally.dimension,
                CommentTally.value,
                CommentTally.count,
            ).where(CommentTally.consultation_id.in_(ids), or_(_is(WAITING), _is(PENDING)))
        )
    }
    return {
        each: Figures(
            received.get(each, 0), tallies.get((each, WAITING), 0), tallies.get((each, PENDING), 0)
        )
        for each in ids
    }


def _is(place: tuple[str, str]) -> ColumnElement[bool]:
    return and_(CommentTally.dimension == place[0], CommentTally.value == place[1])


def returned(ids: Sequence[int]) -> set[int]:
    """Which of these matters a reviewer has sent back last; one statement."""
    if not ids:
        return set()
    last = (
        select(func.max(Review.id))
        .where(Review.consultation_id.in_(ids))
        .group_by(Review.consultation_id)
    )
    return set(
        db.session.scalars(
            select(Review.consultation_id).where(
                Review.id.in_(last), Review.decision == ReviewDecision.RETURNED
            )
        )
    )


def with_texts(ids: Sequence[int]) -> set[int]:
    """Which of these matters have an accepted draft and an explanation; one statement."""
    if not ids:
        return set()
    accepted = exists().where(
        DraftVersion.consultation_id == Consultation.id, DraftVersion.accepted_at.is_not(None)
    )
    return set(
        db.session.scalars(
            select(Consultation.id).where(
                Consultation.id.in_(ids), Consultation.explanation != "", accepted
            )
        )
    )


def answered(actor: Actor, now: datetime) -> list[Consultation]:
    """Sealed matters of an actor's departments: those with something left to do, and the latest.

    At most 100 of the first kind (the longest overdue ones first) and 10 of the other.
    """
    sealed = (
        select(Consultation)
        .where(stage_clause(Stage.SEALED, now), _is_seen_by(actor))
        .options(
            joinedload(Consultation.department),
            defer(Consultation.explanation),
            defer(Consultation.legal_basis),
        )
    )
    overdue = db.session.scalars(
        sealed.where(_is_unfinished()).order_by(Consultation.closes_at).limit(MOST_OVERDUE)
    ).all()
    latest = db.session.scalars(
        sealed.order_by(Consultation.sealed_at.desc(), Consultation.id.desc()).limit(MOST_ANSWERED)
    ).all()
    return [*overdue, *(each for each in latest if each not in overdue)]


def waiting_matters(actor: Actor, now: datetime) -> int:
    """How many matters wait for an act of this person; one statement, for the navigation."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Consultation)
            .where(_is_seen_by(actor), _waits_for(actor, now))
        )
        or 0
    )


def _waits_for(actor: Actor, now: datetime) -> ColumnElement[bool]:
    to_publish = and_(
        Consultation.status == Status.APPROVED,
        Consultation.publication_attribute != PublicationAttribute.WITHHELD,
    )
    if actor.role is Role.DRAFTER:
        return or_(Consultation.status == Status.DRAFTING, to_publish)
    if actor.role is Role.REVIEWER:
        to_review = and_(
            Consultation.status == Status.IN_REVIEW, Consultation.author_id != actor.id
        )
        return or_(to_review, to_publish, _owes_answer())
    if actor.role is Role.OFFICER:
        return or_(
            to_publish,
            _owes_answer(),
            and_(stage_clause(Stage.OPEN, now), _has(WAITING)),
            and_(stage_clause(Stage.CLOSED, now), _is_unfinished()),
            and_(stage_clause(Stage.SEALED, now), _is_unfinished()),
        )
    return false()


def _owes_answer() -> ColumnElement[bool]:
    return exists().where(
        OutageNote.consultation_id == Consultation.id, OutageNote.answered_at.is_(None)
    )


def _is_seen_by(actor: Actor) -> ColumnElement[bool]:
    if actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM):
        return Consultation.id.is_not(None)
    return Consultation.department_id.in_(actor.departments)


def _has(place: tuple[str, str]) -> ColumnElement[bool]:
    return exists().where(
        CommentTally.consultation_id == Consultation.id, _is(place), CommentTally.count > 0
    )


def _is_unfinished() -> ColumnElement[bool]:
    return or_(_has(WAITING), _has(PENDING))


def house() -> House:
    """The figures of the whole platform for its administrators; one statement."""
    row = db.session.execute(
        select(
            select(func.count()).select_from(Department).scalar_subquery(),
            select(func.count()).where(User.is_active, User.role.in_(STAFF)).scalar_subquery(),
            select(func.count()).where(Job.state == JobState.DEAD).scalar_subquery(),
        )
    ).one()
    return House(*row)


def dead_jobs() -> list[Job]:
    """Jobs that were tried too often and wait for a person: the latest 20."""
    return list(
        db.session.scalars(
            select(Job).where(Job.state == JobState.DEAD).order_by(Job.id.desc()).limit(MOST_JOBS)
        )
    )
