"""Questions in the JSON face: the public answers, the shape of a new one, where one stands."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields, pre_load, validate

from participation.api import shapes
from participation.api.documenting import Parser, documented_on
from participation.api.schemas import (
    SAYS_SOMETHING,
    AfterQuery,
    Strict,
    Truth,
    count,
    day,
    instant,
    one_of,
)
from participation.consultations.queries import clause_by_key, public_by_slug
from participation.inquiries import queries
from participation.inquiries.models import Inquiry
from participation.inquiries.rules import LONGEST_QUESTION, State
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.kernel.text import plain
from participation.kernel.throttle import limited
from participation.rulebook.deadlines import Difficulty
from participation.web.access import public

bp = Blueprint(
    "api_questions",
    __name__,
    url_prefix="/api/v1",
    description="对草案的提问和答复 / questions about drafts and their answers",
)
bp.ARGUMENTS_PARSER = Parser()
documented = partial(documented_on, bp)


class Answered(Schema):
    """A public question with its answer; personal data in the question are masked."""

    number = count()
    clause_id = fields.String(required=True, allow_none=True)
    clause_label = fields.String(required=True, allow_none=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    unit = fields.String(required=True)
    received_at = instant()
    answered_at = instant()
    revised_at = instant(allow_none=True)


class AnsweredPage(Schema):
    """A page of answered questions, newest first; how many came in all, and are answered so."""

    items = fields.List(fields.Nested(Answered), required=True)
    received = count()
    published = count()
    next = fields.String(required=True, allow_none=True)


class NewQuestion(Strict):
    """A question. What looks like a petition or a disclosure request needs `as_question`."""

    clause_id = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=80))
    body = fields.String(
        required=True, validate=[validate.Length(min=1, max=LONGEST_QUESTION), SAYS_SOMETHING]
    )
    mail = fields.String(allow_none=True, load_default="", validate=validate.Length(max=120))
    as_question = Truth(load_default=False)
    submission_key = fields.String(required=True, validate=validate.Regexp(r"^[!-~]{1,80}$"))

    @pre_load
    def tidy(self, data: Any, **_: Any) -> Any:
        """Bring typed text into its normal form before its length is judged."""
        if not isinstance(data, dict):
            return data
        return {
            name: plain(value) if name in ("body", "mail") and isinstance(value, str) else value
            for name, value in data.items()
        }


class QuestionState(Schema):
    """Where a question stands; `answer` is empty until it is answered."""

    receipt = fields.String(required=True)
    number = count()
    consultation = fields.String(required=True)
    clause_id = fields.String(required=True, allow_none=True)
    body = fields.String(required=True)
    received_at = instant()
    state = one_of(State)
    difficulty = one_of(Difficulty, allow_none=True)
    due_on = day()
    is_due_provisional = fields.Boolean(required=True)
    answer = fields.String(required=True)
    answered_at = instant(allow_none=True)
    is_public = fields.Boolean(required=True)
    handed_to = fields.String(required=True, allow_none=True)


@bp.get("/consultations/<slug>/questions")
@bp.arguments(AfterQuery, location="query")
@bp.response(200, AnsweredPage)
@documented(404, 422)
@public
def questions(args: dict[str, Any], slug: str) -> dict[str, Any]:
    """The answered questions of a consultation, newest first."""
    found = public_by_slug(slug, clock.now())
    clause = clause_by_key(found.id, args["clause_id"]) if args.get("clause_id") else None
    after = parse_cursor(args.get("after"))
    page = queries.answered_of(found.id, after, clause.id if clause else None)
    counted = queries.counts(found.id)
    return {
        "items": [_answered(row) for row in page.items],
        "received": counted.received,
        "published": counted.published,
        "next": page.next,
    }


@bp.get("/questions/<code>")
@bp.response(200, QuestionState)
@documented(404, 429)
@public
@limited("receipt", methods=("GET",))
def question(code: str) -> ResponseReturnValue:
    """Where a question stands; whoever holds the code may ask."""
    return _state(queries.by_receipt(code)), 200, {"Cache-Control": "no-store"}


def _answered(row: queries.AnsweredRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "clause_id": row.clause_key,
        "clause_label": row.clause_label,
        "question": row.question,
        "answer": row.answer,
        "unit": row.unit,
        "received_at": shapes.exact(row.received_at),
        "answered_at": shapes.exact(row.answered_at),
        "revised_at": shapes.exact(row.revised_at) if row.revised_at else None,
    }


def _state(found: Inquiry) -> dict[str, Any]:
    is_referred = found.state is State.REFERRED
    return {
        "receipt": found.receipt,
        "number": found.number,
        "consultation": found.consultation.slug,
        "clause_id": found.clause.key if found.clause else None,
        "body": found.body,
        "received_at": shapes.exact(found.received_at),
        "state": found.state.value,
        "difficulty": found.difficulty.value if found.difficulty else None,
        "due_on": found.due_on.isoformat(),
        "is_due_provisional": found.is_due_provisional,
        "answer": found.answer,
        "answered_at": shapes.exact(found.answered_at)
        if found.answer and found.answered_at
        else None,
        "is_public": found.published_at is not None,
        "handed_to": found.referrals[-1].unit if is_referred else None,
    }
