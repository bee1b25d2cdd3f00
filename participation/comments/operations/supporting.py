"""Supporting another's opinion: once for an account or a mail address, to be taken back again.

Supporters are counted beside the opinions, never among them. A mail address is proved first: the
answer to whoever asks is the same whether it has supported before or not.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from participation.comments import rules
from participation.comments.contacts import digest
from participation.comments.events import CommentSupported, SupportWithdrawn
from participation.comments.models import Comment, CommentSeries, CommentSupport
from participation.comments.operations.series import lock_series
from participation.comments.queries import by_number, support_by_account
from participation.comments.rules import Visibility
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_shared
from participation.kernel import clock, jobs
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.events import record
from participation.kernel.vault import blind_index, vault

SUPPORT_LETTER = "comments.support_letter"
ASKED_AGAIN = timedelta(minutes=10)
"""So long one mail is enough for the same address and opinion."""


def support_as(actor: Actor, slug: str, number: int) -> CommentSupport:
    """Support an opinion with an account; a second time changes nothing.

    Raises NotFound for what is not shown, Refused outside the window and without an account.
    """
    rules.may_support_as(actor).enforce()
    comment = _locked(slug, number)
    assert actor.id is not None
    found = support_by_account(comment.id, actor.id)
    if found is None:
        found = _new(comment, account_id=actor.id)
    _count(actor, found, comment)
    return found


def withdraw_as(actor: Actor, slug: str, number: int) -> None:
    """Take an account's support back; raises as `support_as` does."""
    rules.may_support_as(actor).enforce()
    comment = _locked(slug, number)
    assert actor.id is not None
    found = support_by_account(comment.id, actor.id)
    if found is not None:
        _uncount(actor, found, comment)


def ask_support(slug: str, number: int, address: str, locale: str) -> None:
    """Mail the link by which the owner of an address supports an opinion, or takes that back.

    `address` is what `read_contact` gave. Raises NotFound for what is not shown, Refused outside
    the window.
    """
    comment = _locked(slug, number)
    known_by = digest(address)
    found = db.session.scalars(
        select(CommentSupport).where(
            CommentSupport.comment_id == comment.id, CommentSupport.contact_digest == known_by
        )
    ).one_or_none()
    now = clock.now()
    if found is not None and found.asked_at > now - ASKED_AGAIN:
        return
    if found is None:
        found = _new(comment, contact_digest=known_by)
    found.asked_at, found.locale = now, locale
    # Needed until the letter is sent; a support that stands gives it up again.
    found.contact_sealed = vault().seal(address, f"support.contact:{found.nonce}")
    db.session.flush()
    jobs.enqueue(SUPPORT_LETTER, {"support_id": found.id})


def supported_by(token: str) -> CommentSupport:
    """The support of a mailed link; raise NotFound where there is none."""
    found = db.session.scalars(
        select(CommentSupport).where(CommentSupport.token_hash == _hash(token))
    ).one_or_none()
    if found is None:
        raise NotFound("support")
    return found


def confirm_support(token: str, actor: Actor = GUEST) -> CommentSupport:
    """The press behind the link: from now on the address is among the supporters."""
    found, comment = _of(token)
    _count(actor, found, comment)
    return found


def withdraw_support(token: str, actor: Actor = GUEST) -> CommentSupport:
    """The press that takes it back."""
    found, comment = _of(token)
    _uncount(actor, found, comment)
    return found


def support_token(support: CommentSupport) -> str:
    """The secret of the link; it is not kept, but made again by the platform's key."""
    return blind_index(support.nonce, "support")[:40]


def _of(token: str) -> tuple[CommentSupport, Comment]:
    named = supported_by(token).comment
    comment = _locked(named.consultation.slug, named.number)
    found = db.session.scalars(
        select(CommentSupport)
        .where(CommentSupport.token_hash == _hash(token))
        .execution_options(populate_existing=True)
    ).one()
    return found, comment


def _locked(slug: str, number: int) -> Comment:
    """A shown opinion in an open window; its consultation's supporters wait for one another."""
    consultation: Consultation = lock_shared(slug)
    lock_series(consultation.id)
    comment = by_number(consultation.id, number)
    stage = consultation.stage(clock.now())
    if comment.published_at is None or comment.visibility is not Visibility.RELEASED:
        raise NotFound(str(number))
    rules.may_support(stage).enforce()
    return comment


def _new(comment: Comment, **whose: Any) -> CommentSupport:
    made = CommentSupport(
        comment_id=comment.id, nonce=secrets.token_hex(16), asked_at=clock.now(), **whose
    )
    made.token_hash = _hash(support_token(made))
    db.session.add(made)
    db.session.flush()
    return made


def _count(actor: Actor, support: CommentSupport, comment: Comment) -> None:
    if support.is_counted:
        return
    support.supported_at, support.withdrawn_at = clock.now(), None
    support.contact_sealed = None
    _add(comment, 1)
    record(
        CommentSupported(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )


def _uncount(actor: Actor, support: CommentSupport, comment: Comment) -> None:
    if not support.is_counted:
        return
    support.withdrawn_at = clock.now()
    _add(comment, -1)
    record(
        SupportWithdrawn(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )


def _add(comment: Comment, change: int) -> None:
    # The series' lock is held: nobody else counts at the same time.
    db.session.execute(
        update(Comment)
        .where(Comment.id == comment.id)
        .values(supporters=Comment.supporters + change)
    )
    # Rises either way: kept pages show what it was.
    db.session.execute(
        update(CommentSeries)
        .where(CommentSeries.consultation_id == comment.consultation_id)
        .values(supported=CommentSeries.supported + 1)
    )
    db.session.flush()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
