"""Who may edit, answer and see, stage by stage."""

from __future__ import annotations

import pytest

from participation.consultations.rules import Stage
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.surveys import rules

HERE, ELSEWHERE = 1, 2


def _of(role: Role, department: int = HERE) -> Actor:
    return Actor(role, 7, "x", department, frozenset({department}))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    ("actor", "is_theirs"),
    [
        (_of(Role.DRAFTER), True),
        (_of(Role.OFFICER), True),
        (SYSTEM, True),
        (_of(Role.OFFICER, ELSEWHERE), False),
        (_of(Role.REVIEWER), False),
        (_of(Role.CITIZEN), False),
        (Actor(), False),
    ],
)
def test_a_survey_is_edited_by_its_department_before_the_window(
    actor: Actor, is_theirs: bool, stage: Stage
) -> None:
    expected = is_theirs and stage in (Stage.PREPARING, Stage.FORTHCOMING)
    assert bool(rules.may_edit(actor, stage, HERE)) is expected


@pytest.mark.parametrize("stage", Stage)
def test_answers_are_taken_while_open_and_results_shown_after(stage: Stage) -> None:
    assert bool(rules.may_answer(stage)) is (stage is Stage.OPEN)
    assert bool(rules.may_show_results(stage)) is (stage in (Stage.CLOSED, Stage.SEALED))
