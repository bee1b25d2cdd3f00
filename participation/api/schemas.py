"""The shapes of the JSON face, as documented in its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import RAISE, Schema, fields, pre_load, validate

from participation.comments.rules import (
    LONGEST_BODY,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_PROPOSAL,
    LONGEST_QUOTE,
    Channel,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Visibility,
)
from participation.consultations.rules import Stage
from participation.kernel.paging import CURSOR
from participation.kernel.text import plain
from participation.rulebook.matters import Matter
from participation.rulebook.subjects import Audience, Topic
from participation.search.rules import LONGEST_QUERY, Kind, Order

STAGES = [each.value for each in Stage if each is not Stage.PREPARING]
STATES = [
    "received",
    Outcome.WITHDRAWN.value,
    *(each.value for each in Visibility if each is not Visibility.WAITING),
]
# Outcomes that a point has: an undecided one is pending.
DISPOSITIONS = [
    each.value for each in Outcome if each not in (Outcome.WITHDRAWN, Outcome.DUPLICATE)
]
# A cursor, or nothing: the first page.
PLACE = validate.Regexp(f"^(?:{CURSOR.pattern})?$")
# Some sign that is neither white space nor invisible must be there (`kernel.text.plain`).
SAYS_SOMETHING = validate.Regexp(r"[\s\S]*[^\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f]")


def one_of(kind: Iterable[str], **options: Any) -> fields.String:
    """A word out of a closed list; `required` like every field of an answer."""
    words = [str(each) for each in kind]
    return fields.String(required=True, validate=validate.OneOf(words), **options)


def instant(**options: Any) -> fields.String:
    """An instant in UTC (RFC 3339)."""
    return fields.String(required=True, metadata={"format": "date-time"}, **options)


def day() -> fields.String:
    """A calendar day (RFC 3339 full-date)."""
    return fields.String(required=True, metadata={"format": "date"})


def count(**options: Any) -> fields.Integer:
    """How many, or the running number of something."""
    return fields.Integer(required=True, validate=validate.Range(min=0), **options)


def counts(kind: Iterable[str] = ()) -> fields.Dict:
    """How many of each; the keys out of a closed list."""
    words = [str(each) for each in kind]
    keys = fields.String(validate=validate.OneOf(words)) if words else fields.String()
    return fields.Dict(keys=keys, values=count(), required=True)


class Truth(fields.Boolean):
    """True or false as the document says, and no word or number that could mean it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Whole(fields.Integer):  # type: ignore[misc]
    """A whole number as JSON Schema has it: 3.0 is one, "3" is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        is_whole = isinstance(value, float) and value.is_integer()
        return super()._deserialize(int(value) if is_whole else value, *args, **kwargs)


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
    after = fields.String(validate=PLACE)


class AfterQuery(Strict):
    """The place in a list: the `next` of the page before."""

    after = fields.String(validate=PLACE)
    clause_id = fields.String(validate=validate.Length(max=80))


class PointQuery(Strict):
    """The place in the list of points: the `next_point` of the page before."""

    after_point = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31))


class ConsultationItem(Schema):
    """A consultation in a list."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    kind = one_of(Matter)
    department = fields.String(required=True)
    stage = one_of(STAGES)
    opens_at = instant()
    closes_at = instant()
    url = fields.String(required=True)


class Counts(Schema):
    """How many opinions; `received` includes the withdrawn ones."""

    received = count()
    released = count()
    withdrawn = count()
    channels = counts(Channel)
    respondent_kinds = counts(RespondentKind)
    stances = counts(Stance)


class ConsultationDetail(ConsultationItem):
    """One consultation."""

    summary = fields.String(required=True)
    legal_basis = fields.String(required=True)
    explanation = fields.String(required=True)
    short_window_reason = fields.String(required=True)
    contact = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    published_at = instant()
    due_on = day()
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


class Said(Schema):
    """A comment's number, what it is about and what it says."""

    number = count()
    clause_id = fields.String(required=True, allow_none=True)
    document_id = fields.Integer(required=True, allow_none=True)
    quoted_text = fields.String(required=True)
    quoted_at = fields.Integer(required=True, allow_none=True)
    stance = one_of(Stance)
    body = fields.String(required=True)
    proposal_kind = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(list(map(str, ProposalKind)))
    )
    proposed_text = fields.String(required=True)


class CommentItem(Said):
    """A released comment, personal data masked."""

    respondent_kind = one_of(RespondentKind)
    channel = one_of(Channel)
    published_at = instant()


class CommentPage(Schema):
    """A page of released comments, newest first."""

    items = fields.List(fields.Nested(CommentItem), required=True)
    next = fields.String(required=True, allow_none=True)


class Tidied(Strict):
    """Input of people: typed text is brought into its normal form."""

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


class Sender(Tidied):
    """Who speaks."""

    respondent_kind = one_of(RespondentKind)
    name = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_NAME)
    )
    contact = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_CONTACT)
    )


class Worded(Tidied):
    """What is said, and of what; its `submission_key` makes sending it again the same act."""

    clause_id = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=80))
    document_id = Whole(allow_none=True, load_default=None, validate=validate.Range(1, 2**31 - 1))
    # Words of the clause; their place in code points is needed where they stand there twice.
    quoted_text = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_QUOTE)
    )
    quoted_at = Whole(allow_none=True, load_default=None, validate=validate.Range(0, 2**31 - 1))
    stance = one_of(Stance)
    body = fields.String(
        required=True, validate=[validate.Length(min=1, max=LONGEST_BODY), SAYS_SOMETHING]
    )
    # What `proposed_text` does to the clause, or to the words quoted of it.
    proposal_kind = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(list(map(str, ProposalKind))),
    )
    proposed_text = fields.String(
        allow_none=True, load_default="", validate=validate.Length(max=LONGEST_PROPOSAL)
    )
    submission_key = fields.String(required=True, validate=validate.Regexp(r"^[!-~]{1,80}$"))


class NewComment(Worded, Sender):
    """A comment to be sent. The same `submission_key` again gets the first one's receipt."""


class ReceiptGiven(Schema):
    """The answer to a sent comment."""

    receipt = fields.String(required=True)
    received_at = instant()


class PointItem(Schema):
    """What opinions said and what was done about it; no disposition is `pending`."""

    number = count()
    title = fields.String(required=True)
    clause_id = fields.String(required=True, allow_none=True)
    clause_label = fields.String(required=True)
    disposition = one_of(DISPOSITIONS)
    reason = fields.String(required=True)
    changed_text = fields.String(required=True)
    members = count()
    comments = fields.List(count(), required=True)


class ReceiptState(Said):
    """Where a comment stands."""

    receipt = fields.String(required=True)
    consultation = fields.String(required=True)
    received_at = instant()
    state = one_of(STATES)
    reason_code = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    outcome = one_of(Outcome)
    point = fields.Nested(PointItem, required=True, allow_none=True)
    may_withdraw = fields.Boolean(required=True)


class Adoption(Schema):
    """The result. Version 0 is the live state before the first sealed version."""

    version = count()
    published_at = instant(allow_none=True)
    sealed = fields.Boolean(required=True)
    due_on = day()
    received = count()
    outcomes = counts(Outcome)
    channels = counts(Channel)
    respondent_kinds = counts(RespondentKind)
    points = fields.List(fields.Nested(PointItem), required=True)
    next_point = count(allow_none=True)
    digest = fields.String(required=True)
    mismatch = fields.String(required=True)


class SearchQuery(Strict):
    """What to look for, and where."""

    q = fields.String(required=True, validate=validate.Length(max=LONGEST_QUERY))
    kind = fields.String(validate=validate.OneOf(list(Kind)))
    order = fields.String(validate=validate.OneOf(list(Order)))
    stage = fields.String(validate=validate.OneOf(STAGES))
    topic = fields.String(validate=validate.OneOf(list(Topic)))
    audience = fields.String(validate=validate.OneOf(list(Audience)))
    department = fields.String(validate=validate.Regexp("^[0-9]{1,9}$"))
    consultation = fields.String(validate=validate.Length(max=40))
    after = fields.String(validate=validate.Regexp("^(?:[0-9]{1,9}-[0-9]{1,18})?$"))


class HitItem(Schema):
    """A public text that was found; `marks` are the words looked for, as they stand in `text`."""

    kind = one_of(Kind)
    consultation = fields.String(required=True)
    consultation_title = fields.String(required=True)
    department = fields.String(required=True)
    place = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    marks = fields.List(fields.String(), required=True)
    at = instant()
    url = fields.String(required=True)


class SearchPage(Schema):
    """A page of hits; `count` is counted up to a thousand, `is_more`: there are more than it."""

    items = fields.List(fields.Nested(HitItem), required=True)
    count = count()
    is_more = fields.Boolean(required=True)
    next = fields.String(required=True, allow_none=True)


class Health(Schema):
    """What a probe asks."""

    status = one_of(("ok", "unavailable"))
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Readiness(Schema):
    """What a load balancer asks; `limited` serves, but not everything."""

    status = one_of(("ok", "limited", "unavailable"))
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
