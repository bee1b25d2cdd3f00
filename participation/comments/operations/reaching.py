"""How an author is reached: mail on or off for an opinion, lost receipt codes sent again."""

from __future__ import annotations

from participation.comments.contacts import digest
from participation.comments.models import Comment
from participation.comments.operations.hiding import locked
from participation.comments.queries import by_receipt
from participation.kernel import clock, jobs
from participation.kernel.db import db

SEND_CODES = "comments.send_codes"


def want_mail(receipt: str, *, is_wanted: bool) -> Comment:
    """Tell the author of an opinion by mail what becomes of it, or leave it."""
    found = by_receipt(receipt)
    _consultation, comment = locked(found.consultation_id, found.number)
    comment.is_mail_wanted = is_wanted
    db.session.flush()
    return comment


def ask_codes(contact: str, locale: str) -> None:
    """Have the codes of a contact's opinions sent to that contact, once an hour at most.

    `contact` is what `read_contact` gave. Nothing is looked up here: whoever asks learns neither
    from the answer nor from its time whether there are any.
    """
    known_by = digest(contact)
    hour = f"{clock.now():%Y-%m-%dT%H}"
    jobs.enqueue(
        SEND_CODES,
        {"digest": known_by, "locale": locale},
        unique_key=f"codes:{known_by[:40]}:{hour}",
    )
