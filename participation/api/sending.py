"""Comments as tools send them: one, or several of one person that one receipt stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from participation.api.schemas import Sender, Worded, instant
from participation.comments.operations import SubmittedComment
from participation.comments.rules import (
    MOST_AT_ONCE,
    Channel,
    ProposalKind,
    RespondentKind,
    Stance,
)
from participation.web.locale import language


class NewSending(Sender):
    """Several comments of one person: all are taken, or none. `field` names one as `item-0`."""

    comments = fields.List(
        fields.Nested(Worded), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE)
    )
    submission_key = fields.String(required=True, validate=validate.Regexp(r"^[!-~]{1,80}$"))


class SendingGiven(Schema):
    """One receipt for all; `comments` are the receipts of each, in the order sent."""

    receipt = fields.String(required=True)
    received_at = instant()
    comments = fields.List(fields.String(), required=True)


def submitted(words: Mapping[str, Any], sender: Mapping[str, Any]) -> SubmittedComment:
    """What was sent, as `Worded` and `Sender` have read it."""
    return SubmittedComment(
        clause_key=words["clause_id"] or None,
        document_id=words["document_id"],
        quoted_text=words["quoted_text"] or "",
        quoted_at=words["quoted_at"],
        stance=Stance(words["stance"]),
        body=words["body"],
        proposal_kind=ProposalKind(words["proposal_kind"]) if words["proposal_kind"] else None,
        proposed_text=words["proposed_text"] or "",
        respondent_kind=RespondentKind(sender["respondent_kind"]),
        name=sender["name"] or "",
        contact=sender["contact"] or "",
        submission_key=words["submission_key"],
        channel=Channel.API,
        locale=language(),
    )
