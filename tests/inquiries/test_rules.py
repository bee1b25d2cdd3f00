"""Who may do what with a question, and when it is due by the official working days."""

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from participation.consultations.rules import Stage
from participation.inquiries import rules
from participation.inquiries.operations import due_for
from participation.inquiries.rules import GONE, State
from participation.kernel.actor import GUEST, Actor, Role
from participation.rulebook.deadlines import Difficulty
from tests.conftest import SHARED

EXAMPLES = json.loads((SHARED / "data" / "deadline_examples.json").read_text("utf-8"))["workdays"]


@pytest.mark.parametrize("stage", list(Stage))
def test_questions_are_taken_from_the_publication_until_the_result(stage: Stage) -> None:
    allowed = stage in (Stage.FORTHCOMING, Stage.OPEN, Stage.CLOSED)
    assert bool(rules.may_ask(stage)) is allowed


@pytest.mark.parametrize("state", list(State))
def test_what_is_gone_is_worked_on_no_more(state: State) -> None:
    assert bool(rules.may_be_answered(state)) is (state is State.WAITING)
    assert bool(rules.may_be_revised(state)) is (state is State.ANSWERED)
    assert bool(rules.may_be_returned(state)) is (state is State.REFERRED)
    assert bool(rules.may_be_withdrawn(state)) is (state not in GONE)


def test_only_officers_of_the_department_handle_questions() -> None:
    officer = Actor(Role.OFFICER, 1, "", 7, frozenset({7}))
    assert rules.may_handle_questions(officer, 7)
    assert not rules.may_handle_questions(officer, 8)
    assert not rules.may_handle_questions(GUEST, 7)
    assert not rules.may_handle_questions(Actor(Role.DRAFTER, 2, "", 7, frozenset({7})), 7)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each["received"])
def test_due_dates_are_those_of_the_worked_examples(
    example: dict[str, str], context: Flask
) -> None:
    day = date.fromisoformat(example["received"])
    # One minute before midnight in China: still that day.
    received_at = datetime(day.year, day.month, day.day, 15, 59, tzinfo=UTC)
    simple = due_for(received_at, Difficulty.SIMPLE)
    difficult = due_for(received_at, Difficulty.COMPLEX)
    assert simple.on.isoformat() == example["due_1wd"]
    assert difficult.on.isoformat() == example["due_3wd"]
    assert simple.at.astimezone(UTC).hour == 16


def test_a_year_without_an_official_list_is_provisional_and_staff_can_supply_it(
    context: Flask,
) -> None:
    due = due_for(datetime(2031, 3, 3, 2, tzinfo=UTC), Difficulty.COMPLEX)
    assert due.provisional
