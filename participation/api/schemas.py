"""The shapes of the JSON face, as documented in its OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, pre_load, validate

from participation.comments.rules import (
    LONGEST_BODY,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_PROPOSAL,
    RespondentKind,
    Stance,
)
from participation.consultations.rules import Stage
from participation.kernel.text import plain

STAGES = [each.value for each in Stage if each is not Stage.PREPARING]


class Strict(Schema):
    """Input: unknown fields are refused, so that nothing is set by an extra one."""

    class Meta:
        unknown = RAISE


class Message(Schema):
    """An error: what is wrong, in the reader's language."""

    message = fields.String(required=True)
    field = fields.String()
    errors = fields.Dict()


class ListQuery(Strict):
    """Which consultations."""

    stage = fields.String(validate=validate.OneOf(STAGES))
    after = fields.String(validate=validate.Length(max=100))


class AfterQuery(Strict):
    """The place in a list: the `next` of the page before."""

    after = fields.String(validate=validate.Length(max=100))
    clause_id = fields.String(validate=validate.Length(max=80))


class PointQuery(Strict):
    """The place in the list of points: the `next_point` of the page before."""

    after_point = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31))


class ConsultationItem(Schema):
    """A consultation in a list."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    department = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf(STAGES))
    opens_at = fields.String(required=True)
    closes_at = fields.String(required=True)
    url = fields.String(required=True)


class Counts(Schema):
    """How many opinions; `received` includes the withdrawn ones."""

    received = fields.Integer(required=True)
    released = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    channels = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    respondent_kinds = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    stances = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ConsultationDetail(ConsultationItem):
    """One consultation."""

    summary = fields.String(required=True)
    legal_basis = fields.String(required=True)
    explanation = fields.String(required=True)
    short_window_reason = fields.String(required=True)
    contact = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    published_at = fields.String(required=True)
    due_on = fields.String(required=True)
    counts = fields.Nested(Counts, required=True)


class ConsultationPage(Schema):
    """A page of consultations."""

    items = fields.List(fields.Nested(ConsultationItem), required=True)
    next = fields.String(required=True, allow_none=True)


class ClauseItem(Schema):
    """A clause. `text` is its whole wording with everything below it; `own_text` its own words."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    number = fields.String(required=True)
    label = fields.String(required=True)
    text = fields.String(required=True)
    own_text = fields.String(required=True)
    parent_id = fields.String(required=True, allow_none=True)


class ClausePage(Schema):
    """All clauses of the draft in order; `next` is null, a draft comes whole."""

    items = fields.List(fields.Nested(ClauseItem), required=True)
    next = fields.String(required=True, allow_none=True)


class CommentItem(Schema):
    """A released comment, personal data masked."""

    number = fields.Integer(required=True)
    clause_id = fields.String(required=True, allow_none=True)
    stance = fields.String(required=True)
    body = fields.String(required=True)
    proposed_text = fields.String(required=True)
    respondent_kind = fields.String(required=True)
    channel = fields.String(required=True)
    published_at = fields.String(required=True)


class CommentPage(Schema):
    """A page of released comments, newest first."""

    items = fields.List(fields.Nested(CommentItem), required=True)
    next = fields.String(required=True, allow_none=True)


class NewComment(Strict):
    """A comment to be sent. The same `submission_key` again gets the first one's receipt."""

    clause_id = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=80))
    stance = fields.String(required=True, validate=validate.OneOf([each.value for each in Stance]))
    body = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_BODY))
    proposed_text = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_PROPOSAL)
    )
    respondent_kind = fields.String(
        required=True, validate=validate.OneOf([each.value for each in RespondentKind])
    )
    name = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_NAME)
    )
    contact = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_CONTACT)
    )
    submission_key = fields.String(required=True, validate=validate.Length(min=1, max=80))

    @pre_load
    def tidy(self, data: Any, **_: Any) -> Any:
        """Bring typed text into its normal form before its length is judged."""
        if not isinstance(data, dict):
            return data
        texts = ("body", "proposed_text", "name", "contact")
        return {
            name: plain(value) if name in texts and isinstance(value, str) else value
            for name, value in data.items()
        }


class ReceiptGiven(Schema):
    """The answer to a sent comment."""

    receipt = fields.String(required=True)
    received_at = fields.String(required=True)


class PointItem(Schema):
    """What opinions said and what was done about it; no disposition is `pending`."""

    number = fields.Integer(required=True)
    title = fields.String(required=True)
    clause_id = fields.String(required=True, allow_none=True)
    clause_label = fields.String(required=True)
    disposition = fields.String(required=True)
    reason = fields.String(required=True)
    changed_text = fields.String(required=True)
    members = fields.Integer(required=True)
    comments = fields.List(fields.Integer(), required=True)


class ReceiptState(Schema):
    """Where a comment stands."""

    receipt = fields.String(required=True)
    number = fields.Integer(required=True)
    consultation = fields.String(required=True)
    clause_id = fields.String(required=True, allow_none=True)
    stance = fields.String(required=True)
    body = fields.String(required=True)
    proposed_text = fields.String(required=True)
    received_at = fields.String(required=True)
    state = fields.String(required=True)
    reason_code = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    outcome = fields.String(required=True)
    point = fields.Nested(PointItem, required=True, allow_none=True)
    may_withdraw = fields.Boolean(required=True)


class Adoption(Schema):
    """The result. Version 0 is the live state before the first sealed version."""

    version = fields.Integer(required=True)
    published_at = fields.String(required=True, allow_none=True)
    sealed = fields.Boolean(required=True)
    due_on = fields.String(required=True)
    received = fields.Integer(required=True)
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    channels = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    respondent_kinds = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    points = fields.List(fields.Nested(PointItem), required=True)
    next_point = fields.Integer(required=True, allow_none=True)
    digest = fields.String(required=True)
    mismatch = fields.String(required=True)


class Health(Schema):
    """What a probe asks."""

    status = fields.String(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String())
