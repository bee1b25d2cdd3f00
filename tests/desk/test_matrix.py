"""The permission matrix asks the rules, all of them, and says what they say."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

import participation
from participation.consultations.rules import Stage, Status, may_review
from participation.desk.matrix import (
    ACTS,
    PHASES,
    SUBJECTS,
    answer,
    lasting_rows,
    staged_rows,
    subject_of,
)
from participation.kernel.actor import GUEST, Actor, Role
from participation.kernel.verdict import Verdict
from tests.factories.accounts import a_user, sign_in

# Questions that are parts of another act, or of the platform's own start, and no act of a person.
PARTS = {
    "accounts.may_make_setup_link",
    "consultations.may_create_for",
    "consultations.may_handle",
    "consultations.may_attach",
    "consultations.may_take_part",
}


def _rules() -> Iterator[str]:
    for package in pkgutil.iter_modules(participation.__path__):
        try:
            module = importlib.import_module(f"participation.{package.name}.rules")
        except ModuleNotFoundError:
            continue
        for name, found in inspect.getmembers(module, inspect.isfunction):
            asked = inspect.signature(found).parameters.keys()
            if (
                name.startswith("may_")
                and found.__module__ == module.__name__
                and {"actor", "stage"} & asked
            ):
                yield f"{package.name}.{name}"


def test_every_rule_on_persons_or_stages_is_in_the_matrix() -> None:
    assert set(_rules()) - {act.name for act in ACTS} == PARTS


def test_every_act_is_answered_for_everybody_in_every_phase() -> None:
    for subject in SUBJECTS:
        for row in [*staged_rows(subject), *lasting_rows(subject)]:
            assert all(isinstance(each, Verdict) for each in row.verdicts)
            assert all(each or each.reason for each in row.verdicts), row.act.name


def _allowed(name: str, key: str) -> set[str]:
    act = next(each for each in ACTS if each.name == name)
    subject = next(each for each in SUBJECTS if each.key == key)
    return {phase.key for phase in PHASES if answer(act, subject, phase)}


@pytest.mark.parametrize(
    ("name", "key", "wanted"),
    [
        ("comments.may_submit", "guest", {"open"}),
        ("comments.may_withdraw", "guest", {"open", "closed"}),
        ("comments.may_submit_as", "guest", set()),
        ("comments.may_submit_as", "citizen", {phase.key for phase in PHASES}),
        ("consultations.may_edit", "drafter", {"drafting"}),
        ("consultations.may_review", "reviewer", {"in_review"}),
        ("consultations.may_review", "drafter", set()),
        ("consultations.may_publish", "officer", {"approved"}),
        ("adoption.may_correct", "officer", {"sealed"}),
        ("adoption.may_answer", "elsewhere", set()),
        ("adoption.may_answer", "administrator", set()),
    ],
)
def test_the_matrix_says_what_the_issue_says(name: str, key: str, wanted: set[str]) -> None:
    assert _allowed(name, key) == wanted


def test_a_cell_is_the_rules_own_answer() -> None:
    reviewer = next(each for each in SUBJECTS if each.key == "reviewer")
    act = next(each for each in ACTS if each.rule is may_review)
    phase = next(each for each in PHASES if each.stage is Stage.PREPARING)
    said = answer(act, reviewer, phase)
    assert said == may_review(reviewer.actor, Status.DRAFTING, 1, 11)


def test_the_page_opens_on_ones_own_role() -> None:
    assert subject_of(None, Actor(Role.REVIEWER, 1)).key == "reviewer"
    assert subject_of("nobody", Actor(Role.OFFICER, 1)).key == "officer"
    assert subject_of("guest", Actor(Role.OFFICER, 1)).key == "guest"
    assert subject_of(None, GUEST).key == "guest"


def test_the_page_shows_every_act_and_the_sentences_of_refusal(client: FlaskClient) -> None:
    with client.application.app_context():
        sign_in(client, a_user(Role.OFFICER))
    page = client.get("/desk/permissions").text
    for act in ACTS:
        assert act.words in page
    assert "征求意见已经截止，不能再提交。" in page
