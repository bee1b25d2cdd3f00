"""The rules of the result as tables: who, when, why a version is sealed, and that figures agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from participation.adoption import rules
from participation.adoption.rules import Disposition, Figures, SealingCause
from participation.comments.rules import OUTCOME_WORDS, Channel, Outcome, RespondentKind
from participation.consultations.rules import Stage
from participation.kernel.actor import SYSTEM, Actor, Role

DUE = datetime(2026, 7, 1, 16, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(microseconds=1), DUE
OURS = frozenset({7})


def _actor(role: Role, departments: frozenset[int] = OURS) -> Actor:
    return Actor(role=role, id=1, department_id=7, departments=departments)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("stage", list(Stage))
def test_officers_answer_from_the_opening_on(role: Role, stage: Stage) -> None:
    allowed = rules.may_answer(_actor(role), stage, 7)
    begun = stage not in (Stage.PREPARING, Stage.FORTHCOMING)
    assert bool(allowed) is (begun and role in (Role.OFFICER, Role.SYSTEM))
    assert bool(allowed) or allowed.reason


def test_another_departments_officer_does_not_answer() -> None:
    assert not rules.may_answer(_actor(Role.OFFICER, frozenset({8})), Stage.CLOSED, 7)


@pytest.mark.parametrize("stage", list(Stage))
def test_only_a_sealed_result_is_corrected_and_with_a_note(stage: Stage) -> None:
    officer = _actor(Role.OFFICER)
    assert bool(rules.may_correct(officer, stage, 7, "更正")) is (stage is Stage.SEALED)
    assert not rules.may_correct(officer, stage, 7, " \n")
    assert not rules.may_correct(_actor(Role.REVIEWER), stage, 7, "更正")


@pytest.mark.parametrize("stage", list(Stage))
def test_the_public_sees_the_result_from_the_close_on(stage: Stage) -> None:
    assert bool(rules.may_show_result(stage)) is (stage in (Stage.CLOSED, Stage.SEALED))


def test_officers_and_administrators_let_a_refused_publication_be_tried_anew() -> None:
    elsewhere = frozenset({8})
    assert rules.may_retry(_actor(Role.OFFICER), 7)
    assert rules.may_retry(_actor(Role.ADMINISTRATOR, elsewhere), 7)
    assert rules.may_retry(SYSTEM, 7)
    assert not rules.may_retry(_actor(Role.OFFICER, elsewhere), 7)
    assert not rules.may_retry(_actor(Role.DRAFTER), 7)


@pytest.mark.parametrize("disposition", list(Disposition))
def test_every_disposition_needs_its_reason(disposition: Disposition) -> None:
    assert not rules.may_decide(disposition, " \n")
    assert rules.may_decide(disposition, "理由")
    assert disposition.outcome.value == disposition.value


@pytest.mark.parametrize("outcome", list(Outcome))
def test_withdrawn_and_repeated_opinions_join_no_point(outcome: Outcome) -> None:
    barred = outcome in (Outcome.WITHDRAWN, Outcome.DUPLICATE)
    assert bool(rules.may_join(3, outcome)) is not barred


@pytest.mark.parametrize(
    ("stage", "now", "pending", "received", "last", "cause"),
    [
        (Stage.OPEN, AFTER, 0, 5, None, None),
        (Stage.FORTHCOMING, AFTER, 0, 0, None, None),
        (Stage.CLOSED, BEFORE, 0, 5, None, SealingCause.ALL_DECIDED),
        (Stage.CLOSED, BEFORE, 1, 5, None, None),
        (Stage.CLOSED, AFTER, 1, 5, None, SealingCause.DUE),
        (Stage.CLOSED, AFTER, 0, 5, None, SealingCause.ALL_DECIDED),
        (Stage.SEALED, AFTER, 1, 5, (1, 5), None),
        (Stage.SEALED, AFTER, 0, 5, (1, 5), SealingCause.ALL_DECIDED),
        (Stage.SEALED, AFTER, 0, 5, (0, 5), None),
        (Stage.SEALED, AFTER, 1, 6, (0, 5), None),
        (Stage.SEALED, AFTER, 0, 6, (0, 5), SealingCause.ALL_DECIDED),
    ],
)
def test_a_version_is_sealed_for_a_cause(
    stage: Stage,
    now: datetime,
    pending: int,
    received: int,
    last: tuple[int, int] | None,
    cause: SealingCause | None,
) -> None:
    last_pending, last_received = last or (None, None)
    found = rules.sealing_cause(stage, now, DUE, pending, received, last_pending, last_received)
    assert found is cause


FIGURES = Figures(
    received=5,
    outcomes={Outcome.ADOPTED: 2, Outcome.WITHDRAWN: 1, Outcome.PENDING: 2},
    channels={Channel.WEB: 4, Channel.LETTER: 1},
    respondent_kinds={RespondentKind.PERSON: 5},
)
IN_POINTS = {Outcome.ADOPTED: 2, Outcome.PENDING: 1}


def test_figures_that_agree_agree() -> None:
    assert rules.figures_agree(FIGURES, FIGURES, IN_POINTS, 0)
    assert FIGURES.add_up()
    assert FIGURES.pending == 2


@pytest.mark.parametrize(
    ("kept", "counted"),
    [
        ({"received": 6}, {}),
        ({}, {"received": 4}),
        ({"outcomes": {Outcome.ADOPTED: 2, Outcome.PENDING: 2}}, {}),
        ({"outcomes": {Outcome.ADOPTED: 3, Outcome.PENDING: 2}}, {}),
        ({"outcomes": {Outcome.ADOPTED: 2, Outcome.WITHDRAWN: 2, Outcome.PENDING: 1}}, {}),
        ({}, {"outcomes": {Outcome.EXPLAINED: 2, Outcome.WITHDRAWN: 1, Outcome.PENDING: 2}}),
        ({"channels": {Channel.WEB: 5}}, {}),
        ({}, {"respondent_kinds": {RespondentKind.FIRM: 5}}),
    ],
)
def test_figures_that_differ_anywhere_are_refused(
    kept: dict[str, Any], counted: dict[str, Any]
) -> None:
    verdict = rules.figures_agree(
        replace(FIGURES, **kept), replace(FIGURES, **counted), IN_POINTS, 0
    )
    assert not verdict
    assert "账目不符" in verdict.reason % dict(verdict.params)


@pytest.mark.parametrize(
    ("in_points", "strays"),
    [({Outcome.ADOPTED: 1}, 0), ({Outcome.ADOPTED: 2, Outcome.EXPLAINED: 1}, 0), (IN_POINTS, 1)],
)
def test_points_that_hold_something_else_are_refused(
    in_points: dict[Outcome, int], strays: int
) -> None:
    verdict = rules.figures_agree(FIGURES, FIGURES, in_points, strays)
    assert not verdict
    assert "账目不符" in verdict.reason % dict(verdict.params)


def test_every_value_has_its_word() -> None:
    assert set(rules.DISPOSITION_WORDS) == set(Disposition)
    assert set(rules.SEALING_WORDS) == set(SealingCause)
    assert set(OUTCOME_WORDS) == set(Outcome)
