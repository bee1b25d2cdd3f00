"""Everything that is held on one question, as plain values for its sender (PIPL art. 45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.accounts.portable import iso
from participation.comments.receipts import grouped
from participation.comments.story import HeldCode
from participation.inquiries.models import Inquiry
from participation.kernel.db import db
from participation.kernel.vault import vault
from participation.kernel.verdict import N_

FORMAT = "zhongyan-question-1"
MOST_CODES = 50


def data_of(inquiry: Inquiry) -> dict[str, Any]:
    """The question with its address, as long as that is kept, and its answers; instants in UTC."""
    return {
        "format": FORMAT,
        "consultation": {"slug": inquiry.consultation.slug, "title": inquiry.consultation.title},
        "number": inquiry.number,
        "receipt": grouped(inquiry.receipt),
        "received_at": iso(inquiry.received_at),
        "clause": inquiry.clause.label if inquiry.clause else None,
        "body": inquiry.body,
        "shown_body": inquiry.shown_body,
        "mail": mail_of(inquiry),
        "locale": inquiry.locale,
        "notice_version": inquiry.notice_version,
        "sent_with_account": inquiry.account_id is not None,
        "state": inquiry.state.value,
        "difficulty": inquiry.difficulty.value if inquiry.difficulty else None,
        "due_on": inquiry.due_on.isoformat(),
        "answer": inquiry.answer,
        "answered_at": iso(inquiry.answered_at),
        "revised_at": iso(inquiry.revised_at),
        "earlier_answers": [
            {"text": each.text, "given_at": iso(each.given_at)} for each in inquiry.earlier_answers
        ],
        "answer_is_public": inquiry.published_at is not None,
        "handed_on": [
            {
                "as": each.nature.value,
                "to": each.unit,
                "note": each.note,
                "at": iso(each.referred_at),
                "returned_at": iso(each.returned_at),
            }
            for each in inquiry.referrals
        ],
        "removed_at": iso(inquiry.removed_at),
        "removed_for": inquiry.removal_reason.value if inquiry.removal_reason else None,
    }


def mail_of(inquiry: Inquiry) -> str:
    """The sender's address in the clear, empty where there is none; for mails and its owner."""
    sealed = inquiry.mail_sealed
    return vault().open(sealed, f"inquiry.mail:{inquiry.receipt}") if sealed else ""


def codes_of(digest: str) -> Sequence[HeldCode]:
    """The codes of the questions that an address was left with, by its digest; the latest 50."""
    found = db.session.scalars(
        select(Inquiry)
        .where(Inquiry.mail_digest == digest)
        .options(joinedload(Inquiry.consultation))
        .order_by(Inquiry.id.desc())
        .limit(MOST_CODES)
    )
    return [
        HeldCode(
            contact=mail_of(each),
            title=each.consultation.title,
            words=N_("第 %(number)s 号提问"),
            number=each.number,
            link_words=N_("查看这个问题办到哪一步："),
            path="question",
            receipt=each.receipt,
        )
        for each in found
    ]


def questions_of(account_id: int) -> Mapping[str, Any]:
    """What was asked with an account, for the account's own data."""
    found = db.session.scalars(
        select(Inquiry).where(Inquiry.account_id == account_id).order_by(Inquiry.id)
    )
    return {"questions": [data_of(each) for each in found]}
