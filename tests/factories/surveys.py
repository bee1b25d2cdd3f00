"""Questionnaires and their answers, made by the real operations before and in the window."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.surveys import operations
from participation.surveys.models import Response, Survey
from participation.surveys.operations import GivenAnswer, QuestionFields, SurveyFields
from participation.surveys.rules import QuestionKind

_tickets = count(1)

SINGLE = QuestionFields(
    QuestionKind.SINGLE, "您住在哪里？", options=("城关街道", "柳湾镇", "不在本县")
)
MULTIPLE = QuestionFields(
    QuestionKind.MULTIPLE, "最应该先改什么？", options=("供水管道", "屋面漏水", "加装电梯", "停车")
)
SCALE = QuestionFields(
    QuestionKind.SCALE,
    "您满意吗？",
    scale_low=1,
    scale_high=5,
    scale_low_word="很不满意",
    scale_high_word="很满意",
)
TEXT = QuestionFields(QuestionKind.TEXT, "还有什么想说的？", is_required=False)
FOUR_KINDS = SurveyFields("居民问卷", "不记姓名，约需两分钟。", (SINGLE, MULTIPLE, SCALE, TEXT))


def a_survey(consultation: Consultation, fields: SurveyFields = FOUR_KINDS) -> Survey:
    """A questionnaire made one hour before the window opened (or now, while it is prepared)."""
    at = consultation.opens_at - timedelta(hours=1) if consultation.opens_at else None
    slug = consultation.slug
    with clock.fixed(at), transaction():
        return operations.create_survey(SYSTEM, slug, fields)


def a_ticket() -> str:
    """A ticket that nobody has used."""
    return f"browser:ticket-number-{next(_tickets):08}"


def some_answers(survey: Survey, **changes: Any) -> dict[int, GivenAnswer]:
    """Answers to FOUR_KINDS: `single` and `multiple` by positions, `value`, `text`."""
    given = {"single": 0, "multiple": (0, 2), "value": 4, "text": "路灯早点修好。", **changes}
    single, multiple, scale, text = survey.questions
    return {
        single.id: GivenAnswer(options=(single.options[given["single"]].id,)),
        multiple.id: GivenAnswer(
            options=tuple(multiple.options[each].id for each in given["multiple"])
        ),
        scale.id: GivenAnswer(value=given["value"]),
        text.id: GivenAnswer(text=given["text"]),
    }


def a_response(
    consultation: Consultation,
    survey: Survey,
    *,
    ticket: str | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Response:
    """A questionnaire filled in one day after the opening (or `at`), by a ticket of its own."""
    assert consultation.opens_at is not None
    slug, survey_id, answers = consultation.slug, survey.id, some_answers(survey, **changes)
    with clock.fixed(at or consultation.opens_at + timedelta(days=1)), transaction():
        answered = operations.answer_survey(slug, survey_id, ticket or a_ticket(), answers)
        return answered.response
