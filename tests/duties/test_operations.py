"""Reminders: planned from what is owed, made once, none for work that is done or has moved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from participation.accounts.addresses import keep_address
from participation.accounts.models import User
from participation.adoption.queries import due_of
from participation.comments.models import Comment
from participation.consultations import operations as consultations
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.duties import jobs as workers
from participation.duties import operations, queries
from participation.duties.models import Reminder
from participation.duties.operations import LETTER, REMIND
from participation.duties.rules import OVERDUE, DutyKind, remind_at
from participation.kernel import clock, jobs
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

Remind = Callable[[int, DutyKind, date, int], object]


def _reachable(user: User, address: str = "officer@example.gov.cn") -> User:
    with transaction():
        keep_address(db.session.get_one(User, user.id), address)
    return user


def _closed() -> Consultation:
    """A matter just closed with one opinion to answer, and an officer with an address."""
    made = a_consultation("closed", opens_at=NOON - timedelta(days=33))
    a_comment(made, released=True)
    _reachable(a_user(Role.OFFICER, made.department))
    return made


def _round(at: datetime) -> None:
    with clock.fixed(at):
        workers.plan()
    run_worker(at)


def _steps() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Reminder.step).order_by(Reminder.made_at)))


def _letters() -> int:
    db.session.rollback()
    count = select(func.count()).select_from(Job).where(Job.kind == LETTER)
    return db.session.scalar(count) or 0


@pytest.mark.both_databases
def test_a_summary_is_reminded_of_at_each_step_once(context: Flask) -> None:
    made = _closed()
    due = due_of(made).on
    for step in (14, 7, 3, 1, OVERDUE):
        at = remind_at(due, step, zone())
        for after in (timedelta(minutes=-1), timedelta(0), timedelta(minutes=10)):
            _round(at + after)
    assert _steps() == [14, 7, 3, 1, OVERDUE]
    assert _letters() == 5
    rows = db.session.scalars(select(Reminder).where(Reminder.kind == DutyKind.SUMMARY))
    assert {each.due_on for each in rows} == {due}


def test_the_plan_stands_in_the_outbox_with_its_instants(context: Flask) -> None:
    made = _closed()
    due = due_of(made).on
    with clock.fixed(NOON):
        workers.plan()
    planned = db.session.scalars(select(Job.run_at).where(Job.kind == REMIND).order_by(Job.run_at))
    steps = (14, 7, 3, 1, OVERDUE)
    assert list(planned) == [remind_at(due, each, zone()) for each in steps]


def test_a_worker_that_slept_reminds_once_of_how_things_are(context: Flask) -> None:
    made = _closed()
    with clock.fixed(NOON):
        workers.plan()
    _round(remind_at(due_of(made).on, 1, zone()))
    assert _steps() == [1]


def test_work_that_is_done_is_not_reminded_of(context: Flask) -> None:
    made = _closed()
    with clock.fixed(NOON):
        workers.plan()
        a_point(made, list(db.session.scalars(select(Comment))))
    _round(remind_at(due_of(made).on, 7, zone()))
    assert _steps() == []


@pytest.mark.both_databases
def test_a_window_extended_moves_the_plan(context: Flask) -> None:
    made = a_consultation("open")
    assert made.closes_at is not None
    half = made.opens_at + (made.closes_at - made.opens_at) / 2  # type: ignore[operator]
    _reachable(a_user(Role.OFFICER, made.department))
    with clock.fixed(NOON):
        workers.plan()
        with transaction():
            later = made.closes_at + timedelta(days=20)
            consultations.extend_window(SYSTEM, made.slug, later, "天气不好，延长。")
    assert half < NOON + timedelta(days=9)
    _round(half)
    assert _steps() == []
    _round(half + timedelta(days=10))
    _round(half + timedelta(days=11))
    assert _steps() == [operations.HALF]
    assert _letters() == 1


def test_a_due_day_that_moves_takes_its_reminders_along(context: Flask) -> None:
    made = _closed()
    before = due_of(made).on
    with clock.fixed(NOON):
        workers.plan()
    with transaction():
        found = db.session.get_one(Consultation, made.id)
        assert found.closes_at is not None
        found.closes_at += timedelta(days=10)
    after = due_of(found).on
    assert before < after
    for day in (before, after):
        for step in (14, 7, 3, 1, OVERDUE):
            _round(remind_at(day, step, zone()))
    rows = db.session.execute(select(Reminder.due_on, Reminder.step).order_by(Reminder.id))
    assert [tuple(row) for row in rows] == [(after, each) for each in (14, 7, 3, 1, OVERDUE)]
    assert _letters() == 5


def _summary(made: Consultation) -> tuple[int, DutyKind, date, int]:
    return made.id, DutyKind.SUMMARY, due_of(made).on, 7


def _forgetful(consultation_id: int, kind: DutyKind, day: date, step: int) -> None:
    """The broken twin: it reminds of what is owed and forgets the row that makes it one."""
    owed = operations.owed_now(consultation_id, kind, day, clock.now())
    for person in queries.Handlers().of(owed[0]):
        jobs.enqueue(LETTER, {"reminder_id": 0, "user_id": person.id})


def _from_all_sides(app: Flask, remind: Remind, made: Consultation) -> int:
    """How many letters come of one step that four workers make at once, and again after a restart.

    The outbox has lost its keys: the reminder itself has to be one.
    """
    given, at = _summary(made), remind_at(due_of(made).on, 7, zone())
    begin = threading.Barrier(4)

    def work() -> None:
        with app.app_context(), clock.fixed(at):
            begin.wait()
            with transaction():
                remind(*given)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    sent = _letters()
    with transaction():
        db.session.execute(delete(Job))
    with clock.fixed(at), transaction():
        remind(*given)
    return sent + _letters()


@pytest.mark.both_databases
def test_four_workers_and_a_restart_remind_once(context: Flask) -> None:
    assert _from_all_sides(context, operations.remind, _closed()) == 1


def test_a_twin_that_forgets_the_row_doubles_and_is_found_out(context: Flask) -> None:
    assert _from_all_sides(context, _forgetful, _closed()) == 5


def test_a_crash_in_the_middle_leaves_nothing_half_done(context: Flask) -> None:
    made = _closed()
    given, at = _summary(made), remind_at(due_of(made).on, 7, zone())
    with clock.fixed(at):
        with pytest.raises(RuntimeError), transaction():
            operations.remind(*given)
            raise RuntimeError
        assert _steps() == []
        with transaction():
            assert operations.remind(*given)
        with transaction():
            assert not operations.remind(*given)


def test_who_has_no_address_gets_no_letter_and_the_step_is_done(context: Flask) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=33))
    a_comment(made)
    a_user(Role.OFFICER, made.department)
    _round(remind_at(due_of(made).on, 7, zone()))
    assert (_steps(), _letters()) == ([7], 0)


def test_a_round_that_finds_nothing_writes_nothing(context: Flask) -> None:
    _closed()
    with clock.fixed(NOON):
        workers.plan()
        assert operations.unplanned(NOON) == []
