"""Dates the public may put into its own calendar: openings, closes, meetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    cast,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from participation.accounts.models import Department
from participation.consultations.models import Consultation
from participation.consultations.queries.choosing import NO_CHOICE, Choice
from participation.consultations.rules import Status
from participation.kernel.db import Instant, db
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.meetings.models import Meeting
from participation.rulebook.days import last_day_of, local, start_of
from participation.web.filters import zone

RANK = 10**12
"""Sets kinds apart in the ids; of one instant closes come first, as they end the day before."""
MOST_COUNTED = 20_000


class DateKind(StrEnum):
    """What happens at an instant."""

    OPENS = "opens"
    CLOSES = "closes"
    MEETING = "meeting"


@dataclass(frozen=True)
class Entry:
    """One date. `id` is unlike any other entry's; `meeting` has title, place, end, cancelled."""

    id: int
    at: datetime
    kind: DateKind
    consultation_id: int
    slug: str
    title: str
    department: str
    revision: int
    meeting_id: int | None
    meeting_title: str | None
    place: str | None
    ends_at: datetime | None
    cancelled_at: datetime | None

    @property
    def on(self) -> date:
        """The day it is said of: a window that ends at 0:00 ends the day before, at 24:00."""
        if self.kind is DateKind.CLOSES:
            return last_day_of(self.at, zone())
        return local(self.at, zone()).date()


def entries(
    from_at: datetime,
    until_at: datetime,
    choice: Choice = NO_CHOICE,
    *,
    after: Cursor | None = None,
    size: int = PAGE,
    of: int | None = None,
) -> Page[Entry]:
    """Dates in a span, in their order; one statement. `of`: those of one consultation.

    A close at 0:00 belongs to the day before: it is found in the span that ends with it.
    """
    found = _dates(choice, of).subquery()
    # A close counts with the moment before it, so that 24:00 lies in its own day.
    statement = select(found).where(*_within(found, from_at, until_at))
    place = tuple_(found.c.at, found.c.id)
    if after is not None:
        statement = statement.where(place > tuple_(literal(after.at, Instant), after.id))
    rows = db.session.execute(statement.order_by(found.c.at, found.c.id).limit(size + 1))
    read = [Entry(**{**row._mapping, "kind": DateKind(row.kind)}) for row in rows]
    return page_of(read, lambda each: Cursor(each.at, each.id), size)


def day_counts(from_at: datetime, until_at: datetime, choice: Choice) -> Counter[date]:
    """How many dates each day of a span has; one statement."""
    found = _dates(choice, None).subquery()
    rows = db.session.execute(
        select(found.c.at, found.c.kind)
        .where(*_within(found, from_at, until_at))
        .order_by(found.c.at)
        .limit(MOST_COUNTED)
    )
    return Counter(
        last_day_of(at, zone()) if kind == DateKind.CLOSES else local(at, zone()).date()
        for at, kind in rows
    )


def _within(found: Any, from_at: datetime, until_at: datetime) -> list[ColumnElement[bool]]:
    is_close = found.c.kind == DateKind.CLOSES.value
    begins, ends = literal(from_at, Instant), literal(until_at, Instant)
    return [
        (found.c.at > begins) | ((found.c.at == begins) & ~is_close),
        (found.c.at < ends) | ((found.c.at == ends) & is_close),
    ]


def _dates(choice: Choice, of: int | None) -> CompoundSelect[Any]:
    wanted = [Consultation.status == Status.PUBLISHED, *choice.conditions]
    if of is not None:
        wanted.append(Consultation.id == of)
    windows = [
        _of_window(Consultation.opens_at, DateKind.OPENS, 1, wanted),
        _of_window(Consultation.closes_at, DateKind.CLOSES, 0, wanted),
    ]
    return union_all(*windows, _of_meetings(wanted))


def _of_window(
    at: Any, kind: DateKind, place: int, wanted: Iterable[ColumnElement[bool]]
) -> Select[Any]:
    nothing = [
        cast(null(), kind_of).label(name)
        for name, kind_of in (
            ("meeting_id", Integer),
            ("meeting_title", String),
            ("place", String),
            ("ends_at", Instant),
            ("cancelled_at", Instant),
        )
    ]
    return (
        select(*_head(_ranked(Consultation.id, place), at, kind), *nothing)
        .join(Department, Department.id == Consultation.department_id)
        .where(*wanted)
    )


def _of_meetings(wanted: Iterable[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(
            *_head(_ranked(Meeting.id, 2), Meeting.starts_at, DateKind.MEETING),
            Meeting.id.label("meeting_id"),
            Meeting.title.label("meeting_title"),
            Meeting.place.label("place"),
            Meeting.ends_at.label("ends_at"),
            Meeting.cancelled_at.label("cancelled_at"),
        )
        .join(Consultation, Consultation.id == Meeting.consultation_id)
        .join(Department, Department.id == Consultation.department_id)
        .where(*wanted)
    )


def _ranked(identity: Any, place: int) -> Any:
    return cast(identity, BigInteger) + literal(place * RANK, BigInteger)


def _head(identity: Any, at: Any, kind: DateKind) -> Sequence[Any]:
    return (
        identity.label("id"),
        at.label("at"),
        literal(kind.value).label("kind"),
        Consultation.id.label("consultation_id"),
        Consultation.slug.label("slug"),
        Consultation.title.label("title"),
        Department.name.label("department"),
        Consultation.revision.label("revision"),
    )


@dataclass(frozen=True)
class Month:
    """A month of the calendar by its first day."""

    first: date

    @property
    def next(self) -> Month:
        return Month((self.first + timedelta(days=32)).replace(day=1))

    @property
    def before(self) -> Month:
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its first instant and the first one after it."""
        return start_of(self.first, zone()), start_of(self.next.first, zone())

    def holds(self, day: date) -> bool:
        """Whether a day is one of this month."""
        return (day.year, day.month) == (self.first.year, self.first.month)

    @property
    def weeks(self) -> list[list[date | None]]:
        """Its days in weeks from Monday on; None where a week begins before or ends after it."""
        days = (self.next.first - self.first).days
        cells: list[date | None] = [None] * self.first.weekday()
        cells += [self.first + timedelta(days=each) for each in range(days)]
        cells += [None] * (-len(cells) % 7)
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"
