"""Reactions of questions: mails to who asked, deleted accounts unlinked, traces emptied."""

from __future__ import annotations

from sqlalchemy import update

from participation.accounts.events import AccountErased
from participation.accounts.portable import tellers
from participation.comments.story import holders
from participation.inquiries.events import (
    AnswerRevised,
    InquiryAnswered,
    InquiryAnsweredPrivately,
    InquiryAsked,
    InquiryReferred,
)
from participation.inquiries.models import Inquiry
from participation.inquiries.portable import codes_of, questions_of
from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.events import DomainEvent, subscribe

MAILS: dict[type[DomainEvent], str] = {
    InquiryAsked: "received",
    InquiryAnswered: "answered",
    InquiryAnsweredPrivately: "answered",
    AnswerRevised: "revised",
    InquiryReferred: "referred",
}
"""Which mail each event sends to who asked."""

# What a person takes along of an account holds the questions asked with it.
tellers.append(questions_of)
# A lost code of a question is sent again with those of opinions.
holders.append(codes_of)


@subscribe(*MAILS)
def tell(event: DomainEvent) -> None:
    """Put the mail in the outbox, where an address was given."""
    inquiry = db.session.get_one(Inquiry, event.inquiry_id)  # type: ignore[attr-defined]
    if inquiry.mail_sealed is not None:
        jobs.enqueue("inquiries.mail", {"what": MAILS[type(event)], "inquiry_id": inquiry.id})


@subscribe(AccountErased)
def unlink(event: AccountErased) -> None:
    """What was asked with a deleted account stays, and is nobody's."""
    db.session.execute(
        update(Inquiry)
        .where(Inquiry.account_id == event.user_id)
        .values(account_id=None)
        .execution_options(synchronize_session=False)
    )
