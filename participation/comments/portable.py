"""Everything that is held on one opinion, as plain values for its author (PIPL art. 45)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from participation.accounts.portable import iso
from participation.comments.models import Comment
from participation.comments.queries import supports_of, versions_of
from participation.comments.receipts import grouped
from participation.comments.rules import ContactField
from participation.kernel.db import db
from participation.kernel.vault import vault

FORMAT = "zhongyan-comment-1"


def data_of(comment: Comment) -> dict[str, Any]:
    """The opinion with name and contact, as long as they are kept; instants in UTC."""
    hidden = comment.removal_reason or comment.restriction_reason
    return {
        "format": FORMAT,
        "consultation": {"slug": comment.consultation.slug, "title": comment.consultation.title},
        "number": comment.number,
        "receipt": grouped(comment.receipt),
        "received_at": iso(comment.received_at),
        "said_on": comment.said_on.isoformat() if comment.said_on else None,
        "said_at_place": comment.said_at_place or None,
        "channel": comment.channel.value,
        "clause": comment.clause.label if comment.clause else None,
        "document": comment.document.title if comment.document else None,
        "quoted_text": comment.quoted_text,
        "proposal_kind": comment.proposal_kind.value if comment.proposal_kind else None,
        "stance": comment.stance.value,
        "respondent_kind": comment.respondent_kind.value,
        "body": comment.body,
        "proposed_text": comment.proposed_text,
        "corrected_at": iso(comment.corrected_at),
        "former_words": [
            {
                "version": each.version,
                "written_at": iso(each.written_at),
                "stance": each.stance.value,
                "respondent_kind": each.respondent_kind.value,
                "body": each.body,
                "proposed_text": each.proposed_text,
            }
            for each in (versions_of(comment.id) if comment.corrected_at else [])
        ],
        "mail_wanted": comment.is_mail_wanted,
        "name": opened(comment, ContactField.NAME),
        "contact": opened(comment, ContactField.CONTACT),
        "locale": comment.locale,
        "notice_version": comment.notice_version,
        "sent_with_account": comment.account_id is not None,
        "visibility": comment.visibility.value,
        "hidden_for": hidden.value if hidden else None,
        "withheld_for": comment.reason_code.value if comment.reason_code else None,
        "published_at": iso(comment.published_at),
        "withdrawn_at": iso(comment.withdrawn_at),
        "outcome": comment.outcome.value,
    }


def opened(comment: Comment, field: ContactField) -> str:
    """A name or contact in the clear, empty where there is none.

    Who may see it was decided, and where it is staff entered in the audit, before this is called.
    """
    sealed = comment.name_sealed if field is ContactField.NAME else comment.contact_sealed
    return vault().open(sealed, f"comment.{field}:{comment.receipt}") if sealed else ""


def has_phone(comment: Comment) -> bool:
    """Whether the contact is a telephone, which is proved by a call and not by mail."""
    return comment.contact_sealed is not None and "@" not in opened(comment, ContactField.CONTACT)


def opinions_of(account_id: int) -> Mapping[str, Any]:
    """What was sent with an account, for the account's own data."""
    found = db.session.scalars(
        select(Comment).where(Comment.account_id == account_id).order_by(Comment.id)
    )
    return {
        "comments": [data_of(each) for each in found],
        "supports": [
            {
                "consultation": each["slug"],
                "number": each["number"],
                "supported_at": iso(each["supported_at"]),
            }
            for each in supports_of(account_id)
        ],
    }
