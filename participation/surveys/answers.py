"""What somebody answered, checked against the questions: whole, possible, within the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from participation.kernel.errors import Invalid
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.surveys.models import Question
from participation.surveys.rules import LONGEST_ANSWER, QuestionKind

OTHER_QUESTIONS = N_("题目已有变动，请刷新页面后再填写。")


@dataclass(frozen=True)
class GivenAnswer:
    """The answer to one question: options ticked (ids), a value of the scale, or a text."""

    options: tuple[int, ...] = ()
    value: int | None = None
    text: str = ""


@dataclass(frozen=True)
class AnswerRow:
    """One row to be stored."""

    question_id: int
    option_id: int | None = None
    value: int | None = None
    text: str | None = None


NOTHING = GivenAnswer()


def answer_name(question_id: int) -> str:
    """What the answer to a question is called in forms and in refusals."""
    return f"answer_{question_id}"


def checked(questions: Sequence[Question], answers: Mapping[int, GivenAnswer]) -> list[AnswerRow]:
    """The rows of a filled-in questionnaire; raise Invalid naming the answer that is at fault."""
    if set(answers) - {question.id for question in questions}:
        raise Invalid(OTHER_QUESTIONS)
    rows: list[AnswerRow] = []
    for question in questions:
        found = _rows(question, answers.get(question.id, NOTHING))
        if question.is_required and not found:
            raise Invalid(N_("请回答这一题。"), field=answer_name(question.id))
        rows += found
    if not rows:
        raise Invalid(N_("一题都没有回答，请至少回答一题再提交。"))
    return rows


def _rows(question: Question, given: GivenAnswer) -> list[AnswerRow]:
    if question.kind is QuestionKind.TEXT:
        text = plain(given.text)
        if len(text) > LONGEST_ANSWER:
            raise Invalid(
                N_("最多%(limit)s字，请删减。"),
                {"limit": LONGEST_ANSWER},
                answer_name(question.id),
            )
        return [AnswerRow(question.id, text=text)] if text else []
    if question.kind is QuestionKind.SCALE:
        return _scale_row(question, given.value)
    chosen = dict.fromkeys(given.options)
    if set(chosen) - {option.id for option in question.options}:
        raise Invalid(OTHER_QUESTIONS, field=answer_name(question.id))
    if question.kind is QuestionKind.SINGLE and len(chosen) > 1:
        raise Invalid(N_("这一题只能选一项。"), field=answer_name(question.id))
    return [AnswerRow(question.id, option_id=option) for option in chosen]


def _scale_row(question: Question, value: int | None) -> list[AnswerRow]:
    if value is None:
        return []
    assert question.scale_low is not None
    assert question.scale_high is not None
    if not question.scale_low <= value <= question.scale_high:
        raise Invalid(OTHER_QUESTIONS, field=answer_name(question.id))
    return [AnswerRow(question.id, value=value)]
