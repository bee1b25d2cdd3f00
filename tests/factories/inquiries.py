"""Questions on consultations, asked and handled by the real operations."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from participation.consultations.models import Consultation
from participation.inquiries import operations
from participation.inquiries.models import Inquiry
from participation.inquiries.operations import AskedQuestion, GivenAnswer
from participation.kernel import clock
from participation.kernel.actor import GUEST, SYSTEM, Actor
from participation.kernel.db import transaction
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason

_numbers = count(1)
QUESTION = "第%s类路灯由谁负责维修？"
ANSWER = "按草案第三条，路灯由产权单位维修；没有产权单位的，由街道办事处负责。"


def a_question(**changes: Any) -> AskedQuestion:
    """What a person sends; every call has its own submission key."""
    number = next(_numbers)
    given: dict[str, Any] = {"body": QUESTION % number, "submission_key": f"question-{number}"}
    return AskedQuestion(**{**given, **changes})


def an_inquiry(
    consultation: Consultation,
    *,
    actor: Actor = GUEST,
    at: datetime | None = None,
    answered: str = "",
    reason: WithholdingReason | None = None,
    difficulty: Difficulty | None = None,
    **fields: Any,
) -> Inquiry:
    """A question asked one day after the opening (or `at`), then classed and answered as asked.

    `answered` is the answer's text; `fields` are those of `AskedQuestion`.
    """
    assert consultation.opens_at is not None
    slug = consultation.slug
    with clock.fixed(at or consultation.opens_at + timedelta(days=1)):
        with transaction():
            made = operations.ask_question(actor, slug, a_question(**fields)).inquiry
            number = made.number
        if difficulty or answered:
            with transaction():
                kind = difficulty or Difficulty.SIMPLE
                operations.class_inquiry(SYSTEM, slug, number, kind)
        if answered:
            given = GivenAnswer(text=answered, reason=reason)
            with transaction():
                operations.answer_inquiry(SYSTEM, slug, number, given)
    return made
