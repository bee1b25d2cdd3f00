"""Rules of surveys: kinds of questions, limits, and when one may be edited, answered, shown.

Source: forms and results of real surveys (shared rules 3.7); order 713 art. 14.
"""

from __future__ import annotations

from enum import StrEnum

from participation.consultations.rules import Stage, may_attach, may_take_part
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, provided

LONGEST_TITLE = 200
LONGEST_NOTE = 2000
LONGEST_QUESTION = 500
LONGEST_OPTION = 200
LONGEST_SCALE_WORD = 40
LONGEST_ANSWER = 2000
MOST_QUESTIONS = 60
FEWEST_OPTIONS, MOST_OPTIONS = 2, 30
SCALE_LIMITS = (0, 10)


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"


QUESTION_WORDS = {
    QuestionKind.SINGLE: N_("单选题"),
    QuestionKind.MULTIPLE: N_("多选题"),
    QuestionKind.SCALE: N_("量表题"),
    QuestionKind.TEXT: N_("填空题"),
}


def may_edit(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Questions stand still once the window has opened: answers must mean the same."""
    return provided(
        stage in (Stage.PREPARING, Stage.FORTHCOMING),
        N_("征求意见已经开始，问卷题目不能再修改。"),
    ) & may_attach(actor, department_id)


def may_answer(stage: Stage) -> Verdict:
    """Anybody, while the window is open."""
    return may_take_part(stage)


def may_show_results(stage: Stage) -> Verdict:
    """Results are public after the close, so that nobody is led by them before."""
    return provided(stage in (Stage.CLOSED, Stage.SEALED), N_("问卷结果在征求意见截止后公布。"))
