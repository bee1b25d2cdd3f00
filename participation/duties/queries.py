"""Reading what is owed: every duty of some departments, who handles it, what was reminded of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, null, or_, select
from sqlalchemy.orm import aliased, load_only

from participation.accounts.models import Department, User
from participation.adoption.queries import due_of
from participation.comments.models import Comment, CommentSeries, CommentTally, ErasureRequest
from participation.comments.rules import Dimension, Outcome, Visibility
from participation.consultations.models import Consultation, OutageNote
from participation.consultations.place import zone
from participation.consultations.queries import stage_clause
from participation.consultations.rules import Stage, Status
from participation.duties.models import Reminder
from participation.duties.rules import Duty, DutyKind, half_of
from participation.inquiries.models import Inquiry
from participation.inquiries.rules import State
from participation.kernel.actor import Role
from participation.kernel.db import db
from participation.kernel.jobs import Job
from participation.meetings.models import Meeting
from participation.rulebook.days import local
from participation.rulebook.publication import PublicationAttribute

_COLUMNS = load_only(
    Consultation.slug,
    Consultation.title,
    Consultation.department_id,
    Consultation.author_id,
    Consultation.status,
    Consultation.planned_opens_at,
    Consultation.opens_at,
    Consultation.closes_at,
    Consultation.closed_at,
    Consultation.sealed_at,
    Consultation.decision_due_on,
    Consultation.decided_on,
)
CHUNK = 500
_waiting, _pending = aliased(CommentTally), aliased(CommentTally)


@dataclass(frozen=True)
class Person:
    """Somebody who handles duties; `has_address`: reminders reach them."""

    id: int
    name: str
    department_id: int
    has_address: bool


def duties(
    now: datetime,
    departments: Collection[int] | None = None,
    consultation_id: int | None = None,
) -> list[Duty]:
    """What is owed at an instant, by due day; five statements, whatever the number of matters.

    Of some departments (None: of all), or of one matter.
    """
    is_meant: list[ColumnElement[bool]] = [Consultation.id.is_not(None)]
    if departments is not None:
        is_meant.append(Consultation.department_id.in_(list(departments)))
    if consultation_id is not None:
        is_meant.append(Consultation.id == consultation_id)
    found = [
        *_of_matters(now, is_meant),
        *_questions(is_meant),
        *_erasures(is_meant),
        *_records(now, is_meant),
        *_outages(is_meant),
    ]
    return sorted(
        found,
        key=lambda each: (
            each.due_on is None,
            each.due_on or now.date(),
            each.consultation_id,
            list(DutyKind).index(each.kind),
            each.number,
        ),
    )


def _of_matters(now: datetime, is_meant: Sequence[ColumnElement[bool]]) -> list[Duty]:
    """What a matter's own stage and counters say."""
    waiting, pending = (func.coalesce(each.count, 0) for each in (_waiting, _pending))
    received = func.coalesce(CommentSeries.received, 0)
    is_unfinished = or_(
        and_(
            Consultation.status != Status.PUBLISHED,
            Consultation.planned_opens_at.is_not(None),
            or_(
                Consultation.publication_attribute.is_(None),
                Consultation.publication_attribute != PublicationAttribute.WITHHELD,
            ),
        ),
        waiting > 0,
        and_(pending > 0, or_(*(stage_clause(each, now) for each in (Stage.CLOSED, Stage.SEALED)))),
        and_(received == 0, stage_clause(Stage.OPEN, now)),
        and_(
            Consultation.decision_due_on.is_not(None),
            Consultation.decided_on.is_(None),
            stage_clause(Stage.SEALED, now),
        ),
    )
    rows = db.session.execute(
        select(Consultation, received, waiting, pending)
        .outerjoin(CommentSeries, CommentSeries.consultation_id == Consultation.id)
        .outerjoin(_waiting, _tallied(_waiting, Dimension.VISIBILITY, Visibility.WAITING))
        .outerjoin(_pending, _tallied(_pending, Dimension.OUTCOME, Outcome.PENDING))
        .where(*is_meant, is_unfinished)
        .options(_COLUMNS)
    )
    return [duty for row in rows for duty in _of_matter(now, *row)]


def _tallied(table: Any, dimension: Dimension, value: Visibility | Outcome) -> ColumnElement[bool]:
    return and_(
        table.consultation_id == Consultation.id,
        table.dimension == dimension.value,
        table.value == value.value,
    )


def _of_matter(
    now: datetime, found: Consultation, received: int, waiting: int, pending: int
) -> Iterable[Duty]:
    stage = found.stage(now)
    if stage is Stage.PREPARING and found.planned_opens_at is not None:
        yield _duty(DutyKind.OPENING, found, local(found.planned_opens_at, zone()).date())
    if waiting:
        yield _duty(DutyKind.MODERATE, found, count=waiting)
    if pending and stage in (Stage.CLOSED, Stage.SEALED):
        yield _duty(DutyKind.SUMMARY, found, due_of(found).on, count=pending)
    if stage is Stage.OPEN and is_quiet(found, received, now):
        assert found.opens_at is not None
        yield _duty(DutyKind.QUIET, found, since=local(found.opens_at, zone()).date())
    if stage is Stage.SEALED and found.decision_due_on and not found.decided_on:
        yield _duty(DutyKind.DECISION, found, found.decision_due_on)


def is_quiet(found: Consultation, received: int, now: datetime) -> bool:
    """Whether half of an open matter's window is over and nobody has written."""
    assert found.opens_at is not None
    assert found.closes_at is not None
    return not received and half_of(found.opens_at, found.closes_at) <= now


def _duty(kind: DutyKind, found: Consultation, due_on: Any = None, **more: Any) -> Duty:
    return Duty(
        kind,
        found.id,
        found.slug,
        found.title,
        found.department_id,
        found.author_id,
        due_on,
        **more,
    )


_PLACE = (
    Consultation.id,
    Consultation.slug,
    Consultation.title,
    Consultation.department_id,
    Consultation.author_id,
)


def _questions(is_meant: Sequence[ColumnElement[bool]]) -> list[Duty]:
    statement = (
        select(*_PLACE, Inquiry.due_on, func.count())
        .join(Inquiry, Inquiry.consultation_id == Consultation.id)
        .where(*is_meant, Inquiry.state == State.WAITING)
        .group_by(*_PLACE, Inquiry.due_on)
    )
    return [Duty(DutyKind.QUESTION, *row) for row in db.session.execute(statement)]


def _erasures(is_meant: Sequence[ColumnElement[bool]]) -> list[Duty]:
    statement = (
        select(*_PLACE, ErasureRequest.due_on, Comment.number)
        .join(Comment, Comment.consultation_id == Consultation.id)
        .join(ErasureRequest, ErasureRequest.comment_id == Comment.id)
        .where(*is_meant, ErasureRequest.answered_at.is_(None))
    )
    return [
        Duty(DutyKind.ERASURE, *row[:6], number=row[6]) for row in db.session.execute(statement)
    ]


def _records(now: datetime, is_meant: Sequence[ColumnElement[bool]]) -> list[Duty]:
    """Meetings held without a public record: it belongs to the result and is due with it."""
    statement = (
        select(Consultation, Meeting.id)
        .join(Meeting, Meeting.consultation_id == Consultation.id)
        .where(
            *is_meant,
            Consultation.status == Status.PUBLISHED,
            Consultation.sealed_at.is_(None),
            Meeting.starts_at <= now,
            Meeting.cancelled_at.is_(None),
            Meeting.record_published_at.is_(None),
        )
        .options(_COLUMNS)
    )
    return [
        _duty(DutyKind.RECORD, found, due_of(found).on, number=meeting_id)
        for found, meeting_id in db.session.execute(statement)
    ]


def _outages(is_meant: Sequence[ColumnElement[bool]]) -> list[Duty]:
    statement = (
        select(*_PLACE, null(), func.count())
        .join(OutageNote, OutageNote.consultation_id == Consultation.id)
        .where(*is_meant, OutageNote.answered_at.is_(None))
        .group_by(*_PLACE)
    )
    rows: Any = db.session.execute(statement)
    return [Duty(DutyKind.OUTAGE, *row) for row in rows]


class Handlers:
    """Who handles which duty: the author until a matter is public, then the department's officers.

    Where a department has none, those of the nearest one above it. Two statements.
    """

    def __init__(self) -> None:
        rows = db.session.execute(select(Department.id, Department.parent_id))
        self._above: dict[int, int | None] = {row.id: row.parent_id for row in rows}
        self._people: dict[int, Person] = {}
        self._officers: dict[int, list[Person]] = {}
        staff = (
            select(
                User.id,
                User.display_name,
                User.department_id,
                User.email_sealed.is_not(None),
                User.role,
            )
            .where(
                User.is_active,
                User.department_id.is_not(None),
                User.role.in_([Role.DRAFTER, Role.OFFICER]),
            )
            .order_by(User.id)
        )
        people: Any = db.session.execute(staff)
        for *place, role in people:
            person = Person(*place)
            self._people[person.id] = person
            if role is Role.OFFICER:
                self._officers.setdefault(person.department_id, []).append(person)

    def of(self, duty: Duty) -> Sequence[Person]:
        """The people who handle a duty; none where nobody is there for it."""
        if duty.kind is DutyKind.OPENING:
            author = self._people.get(duty.author_id)
            if author is not None:
                return [author]
        at: int | None = duty.department_id
        while at is not None and at not in self._officers:
            at = self._above.get(at)
        return self._officers[at] if at is not None else []

    def person(self, person_id: int) -> Person | None:
        """Somebody by the id."""
        return self._people.get(person_id)


def last_reminders(ids: Collection[int]) -> Mapping[tuple[int, DutyKind, Any], datetime]:
    """When each duty (matter, kind, day) was last reminded of; one statement."""
    rows = db.session.execute(
        select(Reminder.consultation_id, Reminder.kind, Reminder.due_on, func.max(Reminder.made_at))
        .where(Reminder.consultation_id.in_(ids))
        .group_by(Reminder.consultation_id, Reminder.kind, Reminder.due_on)
    )
    return {(number, kind, day): at for number, kind, day, at in rows}


def quiet_halves(now: datetime) -> list[tuple[int, date, datetime]]:
    """Open matters that nobody has written to: id, day of the opening, half of the window."""
    rows: Any = db.session.execute(
        select(Consultation.id, Consultation.opens_at, Consultation.closes_at)
        .outerjoin(CommentSeries, CommentSeries.consultation_id == Consultation.id)
        .where(stage_clause(Stage.OPEN, now), func.coalesce(CommentSeries.received, 0) == 0)
    )
    return [
        (number, local(opens_at, zone()).date(), half_of(opens_at, closes_at))
        for number, opens_at, closes_at in rows
    ]


def planned(keys: Sequence[str]) -> set[str]:
    """Which of these keys a job in the outbox has, done or not."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found.update(
            each
            for each in db.session.scalars(select(Job.unique_key).where(Job.unique_key.in_(chunk)))
            if each
        )
    return found
