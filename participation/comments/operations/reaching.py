"""How an author is reached: mail on or off for an opinion, lost receipt codes sent again."""

from __future__ import annotations

from sqlalchemy import select, update

from participation.comments.contacts import digest
from participation.comments.models import Comment
from participation.comments.operations.hiding import locked
from participation.comments.queries import by_receipt
from participation.kernel import clock, jobs
from participation.kernel.db import db
from participation.kernel.vault import vault

SEND_CODES = "comments.send_codes"


def want_mail(receipt: str, *, is_wanted: bool) -> Comment:
    """Tell the author of an opinion by mail what becomes of it, or leave it."""
    found = by_receipt(receipt)
    _consultation, comment = locked(found.consultation_id, found.number)
    comment.is_mail_wanted = is_wanted
    db.session.flush()
    return comment


def index_contacts(after_id: int, most: int) -> tuple[int, int]:
    """Make the digests of up to `most` contacts after an id anew; the last id and how many were.

    For opinions that came before there were digests, and after the platform's secret was changed.
    """
    rows = db.session.execute(
        select(Comment.id, Comment.receipt, Comment.contact_sealed)
        .where(Comment.contact_sealed.is_not(None), Comment.id > after_id)
        .order_by(Comment.id)
        .limit(most)
    ).all()
    for comment_id, receipt, sealed in rows:
        assert sealed is not None
        contact = vault().open(sealed, f"comment.contact:{receipt}")
        db.session.execute(
            update(Comment).where(Comment.id == comment_id).values(contact_digest=digest(contact))
        )
    return (rows[-1].id if rows else after_id), len(rows)


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
