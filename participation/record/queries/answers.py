"""Survey responses as the record needs them: their answers in one form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from participation.kernel.db import db
from participation.surveys.models import Answer, Response, Survey


def answers_of(response_id: int) -> list[dict[str, Any]]:
    """A response's answers by question: `{"question", "options" | "value" | "text"}`."""
    rows = db.session.execute(
        select(Answer.question_id, Answer.option_id, Answer.value, Answer.text)
        .where(Answer.response_id == response_id)
        .order_by(Answer.question_id, Answer.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for question_id, option_id, value, text in rows:
        answer = found.setdefault(question_id, {"question": question_id})
        if option_id is not None:
            answer.setdefault("options", []).append(option_id)
        elif value is not None:
            answer["value"] = value
        else:
            answer["text"] = text or ""
    for answer in found.values():
        if "options" in answer:
            answer["options"].sort()
    return list(found.values())


def responses_of(consultation_id: int) -> Sequence[tuple[int, int]]:
    """(response id, survey id) of all responses of a consultation, in the order of their ids."""
    rows = db.session.execute(
        select(Response.id, Response.survey_id)
        .join(Survey, Survey.id == Response.survey_id)
        .where(Survey.consultation_id == consultation_id)
        .order_by(Response.id)
    )
    return [(row[0], row[1]) for row in rows]
