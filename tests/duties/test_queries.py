"""What is owed, by the features' own rows: the same figures as their own pages give."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from participation.accounts.models import User
from participation.adoption.queries import due_of
from participation.comments import operations as comments
from participation.comments.queries import open_requests
from participation.consultations.models import Consultation
from participation.duties import queries
from participation.duties.rules import Duty, DutyKind
from participation.inquiries.queries import waiting
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from tests.backends.watching import statements
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.adoption import a_point
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import an_inquiry
from tests.factories.meetings import a_meeting


def _owed(at: Any = NOON, **where: Any) -> list[Duty]:
    with clock.fixed(at):
        return queries.duties(at, **where)


def _kinds(found: list[Duty]) -> list[tuple[DutyKind, int]]:
    return [(each.kind, each.count) for each in found]


@pytest.mark.both_databases
def test_each_kind_is_owed_from_its_cause_to_its_end(context: Flask, at_noon: object) -> None:
    closed = a_consultation("closed")
    opinion = a_comment(closed)
    an_inquiry(closed)
    an_inquiry(closed)
    a_meeting(closed)
    a_meeting(a_consultation("closed"), recorded=True)
    found = _owed(consultation_id=closed.id)
    assert sorted(_kinds(found)) == sorted(
        [
            (DutyKind.QUESTION, 2),
            (DutyKind.SUMMARY, 1),
            (DutyKind.RECORD, 1),
            (DutyKind.MODERATE, 1),
        ]
    )
    due = {each.kind: each.due_on for each in found}
    assert due[DutyKind.SUMMARY] == due[DutyKind.RECORD] == due_of(closed).on
    assert due[DutyKind.MODERATE] is None
    a_point(closed, [opinion])
    assert DutyKind.SUMMARY not in {each.kind for each in _owed(consultation_id=closed.id)}


def test_nothing_is_owed_where_nothing_is(context: Flask) -> None:
    assert _owed() == []


def test_a_matter_is_to_be_published_by_its_planned_day(context: Flask) -> None:
    made = a_consultation(
        "approved",
        planned_opens_at=NOON + timedelta(days=4),
        closes_at=NOON + timedelta(days=60, hours=12),
    )
    [duty] = _owed()
    assert (duty.kind, duty.due_on) == (DutyKind.OPENING, (NOON + timedelta(days=4)).date())
    assert [each.id for each in queries.Handlers().of(duty)] == [made.author_id]


def test_a_window_is_quiet_from_its_half_until_somebody_writes(context: Flask) -> None:
    made = a_consultation("open")
    assert made.opens_at is not None
    assert made.closes_at is not None
    half = made.opens_at + (made.closes_at - made.opens_at) / 2
    assert _owed(half - timedelta(seconds=1)) == []
    assert _kinds(_owed(half)) == [(DutyKind.QUIET, 1)]
    with clock.fixed(half):
        a_comment(made, at=half)
    assert _kinds(_owed(half)) == [(DutyKind.MODERATE, 1)]


def test_the_figures_are_those_of_the_queues(context: Flask, at_noon: object) -> None:
    made = a_consultation("sealed")
    opinion = a_comment(made)
    with transaction():
        comments.ask_erasure(opinion.receipt)
    for _ in range(3):
        an_inquiry(a_consultation("open"))
    officer = actor_of(a_user(Role.OFFICER))
    found = _owed(departments=officer.departments)
    questions = [each.count for each in found if each.kind is DutyKind.QUESTION]
    assert (sum(questions), 3) == waiting(officer, NOON)
    erasures = [(each.slug, each.number, each.due_on) for each in found if each.number]
    assert erasures == [(one.slug, one.number, one.due_on) for one in open_requests(officer)]


def _people(found: list[Duty]) -> list[list[str]]:
    handlers = queries.Handlers()
    return [[each.name for each in handlers.of(duty)] for duty in found]


def test_the_departments_officers_handle_or_those_of_the_nearest_above(context: Flask) -> None:
    bureau = a_department("云溪县政府")
    station = a_department("云溪县路灯站", bureau)
    closed = a_consultation("closed", department=station)
    a_comment(closed, released=True)
    assert _people(_owed()) == [[]]
    a_user(Role.OFFICER, bureau, display_name="赵主任")
    assert _people(_owed()) == [["赵主任"]]
    near = a_user(Role.OFFICER, station, display_name="钱科员")
    assert _people(_owed()) == [["钱科员"]]
    _leave(near)
    assert _people(_owed()) == [["赵主任"]]


def _leave(user: User) -> None:
    with transaction():
        db.session.get_one(User, user.id).is_active = False


def test_five_statements_read_everything(context: Flask, at_noon: object) -> None:
    def counted() -> int:
        with statements() as seen:
            queries.duties(NOON)
        return len(seen)

    few = counted()
    for _ in range(3):
        made: Consultation = a_consultation("closed")
        a_comment(made)
        an_inquiry(made)
        a_meeting(made)
    db.session.rollback()
    assert counted() == few == 5
