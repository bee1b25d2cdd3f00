"""Planning reminders as rows of the outbox, and making each of them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from participation.consultations.place import zone
from participation.duties import queries, rules
from participation.duties.models import Reminder
from participation.duties.rules import Duty, DutyKind
from participation.kernel import clock, jobs
from participation.kernel.db import db

REMIND, LETTER = "duties.remind", "duties.letter"
HALF = 0
"""The one step of the warning that half of a window was quiet."""


@dataclass(frozen=True)
class Step:
    """A reminder to be made at an instant, of one matter, duty and due day."""

    consultation_id: int
    kind: DutyKind
    day: date
    step: int
    at: datetime

    @property
    def key(self) -> str:
        """What makes its job one. A quiet half moves with the window, and is looked at again."""
        name = f"{REMIND}:{self.consultation_id}:{self.kind.value}:{self.day}:{self.step}"
        return f"{name}:{self.at.isoformat()}" if self.kind is DutyKind.QUIET else name

    @property
    def payload(self) -> dict[str, Any]:
        """What the job says."""
        return {
            "consultation_id": self.consultation_id,
            "kind": self.kind.value,
            "day": self.day.isoformat(),
            "step": self.step,
        }


def unplanned(now: datetime) -> list[Step]:
    """The steps of all present duties that have no job yet; reads only.

    The plan follows from what is owed: where a due day moves, the steps of the new day are added
    and the old ones find nothing when their time comes.
    """
    steps = {each.key: each for each in _steps(now)}
    known = queries.planned(list(steps))
    return [each for key, each in steps.items() if key not in known]


def _steps(now: datetime) -> Sequence[Step]:
    here = zone()
    dated = {
        (each.consultation_id, each.kind, each.due_on)
        for each in queries.duties(now)
        if each.due_on is not None
    }
    found = [
        Step(number, kind, day, step, rules.remind_at(day, step, here))
        for number, kind, day in dated
        for step in rules.steps_from(kind, day, now, here)
    ]
    quiet = [
        Step(number, DutyKind.QUIET, opened_on, HALF, at)
        for number, opened_on, at in queries.quiet_halves(now)
    ]
    return [*found, *quiet]


def plan(now: datetime) -> int:
    """Put the reminders that are not planned yet into the outbox; how many there were.

    Two workers at once plan each once, by its key.
    """
    steps = unplanned(now)
    for each in steps:
        jobs.enqueue(REMIND, each.payload, run_at=max(now, each.at), unique_key=each.key)
    return len(steps)


def remind(consultation_id: int, kind: DutyKind, day: date, step: int) -> bool:
    """Make a reminder, if the duty is still there with that due day; whether it was made.

    One letter for each who handles it and has a confirmed address.
    """
    now = clock.now()
    owed = owed_now(consultation_id, kind, day, now)
    if not owed or not _is_time(kind, day, step, now):
        return False
    reminder_id = _insert(consultation_id, kind, day, step, now)
    if reminder_id is None:
        return False
    for person in queries.Handlers().of(owed[0]):
        if person.has_address:
            jobs.enqueue(
                LETTER,
                {"reminder_id": reminder_id, "user_id": person.id},
                unique_key=f"{LETTER}:{reminder_id}:{person.id}",
            )
    return True


def owed_now(consultation_id: int, kind: DutyKind, day: date, now: datetime) -> list[Duty]:
    """The duties of a matter of that kind and day that are still owed."""
    return [
        each
        for each in queries.duties(now, consultation_id=consultation_id)
        if each.kind is kind and each.day == day
    ]


def _is_time(kind: DutyKind, day: date, step: int, now: datetime) -> bool:
    # That half is over, the quiet duty's being there says already.
    return kind is DutyKind.QUIET or rules.is_step_now(kind, day, step, now, zone())


def _insert(
    consultation_id: int, kind: DutyKind, day: date, step: int, now: datetime
) -> int | None:
    """The row that makes a reminder one; its id, None where it is there already."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    added: int | None = db.session.scalar(
        insert(Reminder)
        .values(consultation_id=consultation_id, kind=kind, due_on=day, step=step, made_at=now)
        .on_conflict_do_nothing(
            index_elements=[
                Reminder.consultation_id,
                Reminder.kind,
                Reminder.due_on,
                Reminder.step,
            ]
        )
        .returning(Reminder.id)
    )
    return added
