"""Who may do what with an opinion, by role, stage and outcome."""

from __future__ import annotations

from datetime import date

import pytest

from participation.comments import rules
from participation.comments.rules import Outcome, Visibility
from participation.consultations.rules import Stage
from participation.kernel.actor import GUEST, SYSTEM, Actor, Role

HERE, ELSEWHERE = 1, 2


def staff(role: Role, department: int = HERE) -> Actor:
    return Actor(role, 7, "x", department, frozenset({department}))


@pytest.mark.parametrize("stage", Stage)
def test_anybody_submits_in_the_open_window_only(stage: Stage) -> None:
    assert bool(rules.may_submit(stage)) is (stage is Stage.OPEN)
    assert stage is Stage.OPEN or rules.may_submit(stage).reason


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("role", Role)
def test_officers_of_the_department_enter_from_the_opening_on(role: Role, stage: Stage) -> None:
    allowed = rules.may_enter(staff(role), stage, HERE)
    has_begun = stage in (Stage.OPEN, Stage.CLOSED, Stage.SEALED)
    assert bool(allowed) is (role in (Role.OFFICER, Role.SYSTEM) and has_begun)
    assert not rules.may_enter(staff(Role.OFFICER, ELSEWHERE), stage, HERE)


@pytest.mark.parametrize("role", Role)
def test_officers_of_the_department_moderate(role: Role) -> None:
    assert bool(rules.may_moderate(staff(role), HERE)) is (role in (Role.OFFICER, Role.SYSTEM))
    assert not rules.may_moderate(staff(Role.OFFICER, ELSEWHERE), HERE)


def test_system_moderates_everywhere_and_a_guest_nowhere() -> None:
    assert rules.may_moderate(SYSTEM, HERE)
    assert not rules.may_moderate(GUEST, HERE)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("stage", Stage)
def test_the_author_withdraws_once_and_until_the_seal(stage: Stage, outcome: Outcome) -> None:
    expected = stage in (Stage.OPEN, Stage.CLOSED) and outcome is not Outcome.WITHDRAWN
    assert bool(rules.may_withdraw(stage, outcome)) is expected


@pytest.mark.parametrize("outcome", Outcome)
def test_a_withdrawn_removed_or_locked_opinion_is_not_moderated(outcome: Outcome) -> None:
    for visibility in Visibility:
        can = outcome is not Outcome.WITHDRAWN and visibility not in rules.HIDDEN
        assert bool(rules.may_be_moderated(outcome, visibility)) is can


def test_a_repetition_points_at_what_stands_for_itself() -> None:
    plain, gone, copy = Outcome.PENDING, Outcome.WITHDRAWN, Outcome.DUPLICATE
    assert rules.may_be_duplicate(plain, Outcome.ADOPTED, has_duplicates=False)
    assert rules.may_be_duplicate(copy, plain, has_duplicates=False)
    assert not rules.may_be_duplicate(plain, copy, has_duplicates=False)
    assert not rules.may_be_duplicate(plain, plain, has_duplicates=True)
    assert not rules.may_be_duplicate(gone, plain, has_duplicates=False)
    assert not rules.may_be_duplicate(plain, gone, has_duplicates=False)


@pytest.mark.parametrize(
    ("day", "allowed"), [(31, False), (1, True), (10, True), (15, True), (16, False), (20, False)]
)
def test_a_day_counts_within_the_window_and_not_after_today(day: int, allowed: bool) -> None:
    said_on = date(2026, 5, 31) if day == 31 else date(2026, 6, day)
    verdict = rules.said_in_time(said_on, date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 18))
    assert bool(verdict) is allowed


def test_a_day_after_today_is_refused() -> None:
    window = date(2026, 6, 1), date(2026, 6, 15)
    assert not rules.said_in_time(date(2026, 6, 3), *window, date(2026, 6, 2))
    assert rules.said_in_time(date(2026, 6, 2), *window, date(2026, 6, 2))


def test_every_value_has_its_word() -> None:
    for words, kind in (
        (rules.STANCE_WORDS, rules.Stance),
        (rules.RESPONDENT_WORDS, rules.RespondentKind),
        (rules.CHANNEL_WORDS, rules.Channel),
        (rules.VISIBILITY_WORDS, rules.Visibility),
        (rules.OUTCOME_WORDS, rules.Outcome),
    ):
        assert set(words) == set(kind)
