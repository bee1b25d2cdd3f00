"""Who is told of what: jobs in the transaction of the cause, each person once."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app

from participation.adoption.events import SummarySealed
from participation.comments.events import CommentSubmitted, CommentWithheld
from participation.comments.models import Comment
from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.events import subscribe
from participation.kernel.vault import vault


def mail_address(comment: Comment) -> str | None:
    """The author's mail address, where that is the contact they gave."""
    if comment.contact_sealed is None:
        return None
    contact = vault().open(comment.contact_sealed, f"comment.contact:{comment.receipt}")
    return contact if "@" in contact else None


@subscribe(CommentSubmitted)
def confirm(event: CommentSubmitted) -> None:
    """Send the receipt to who gave a mail address."""
    _enqueue("received", event.comment_id)


@subscribe(CommentWithheld)
def explain(event: CommentWithheld) -> None:
    """Tell the author that their opinion is not shown, and why."""
    _enqueue("withheld", event.comment_id)


@subscribe(SummarySealed)
def announce(event: SummarySealed) -> None:
    """Start telling everybody who gave an address that the result is out."""
    jobs.enqueue(
        "notifications.result",
        {"consultation_id": event.consultation_id, "version": event.version, "after": 0},
    )


def _enqueue(what: str, comment_id: int) -> None:
    comment = db.session.get_one(Comment, comment_id)
    if mail_address(comment):
        jobs.enqueue("notifications.mail", {"what": what, "comment_id": comment_id})


def once_key(consultation_id: int, version: int, address: str) -> str:
    """The key that makes one mail per person and version of a result.

    A plain hash of an address could be guessed; without the platform's secret this one cannot.
    """
    secret = str(current_app.secret_key).encode()
    said = f"{consultation_id}:{address.lower()}".encode()
    person = hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]
    return f"result:{consultation_id}:{version}:{person}"
