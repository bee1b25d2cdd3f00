"""Taking questions back, removing them, forgetting addresses; and again after a restore."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from participation.comments.operations.erasing import checked_text
from participation.inquiries import queries, rules
from participation.inquiries.events import (
    InquiryErased,
    InquiryMailForgotten,
    InquiryMailsForgotten,
    InquiryWithdrawn,
)
from participation.inquiries.models import EarlierAnswer, Inquiry, Referral
from participation.inquiries.operations.asking import set_due
from participation.inquiries.operations.series import locked, show_change
from participation.inquiries.rules import State
from participation.kernel import clock, erasures
from participation.kernel.actor import GUEST, SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.verdict import N_
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.removal import OFFICERS_REASONS, RemovalReason

LEDGER = "inquiry"
MAIL_LEDGER = "inquiry-mail"
KINDS = frozenset({LEDGER, MAIL_LEDGER})
"""The kinds of entries that the erasure ledger has for questions."""


def withdraw_inquiry(receipt: str, actor: Actor = GUEST) -> Inquiry:
    """Destroy a question at its sender's wish, with the answer; its number stays counted."""
    found = queries.by_receipt(receipt)
    consultation, inquiry = locked(found.consultation_id, found.number)
    rules.may_be_withdrawn(inquiry.state).enforce()
    _destroy(inquiry, consultation.slug, State.WITHDRAWN, RemovalReason.AUTHOR_WITHDRAWAL)
    record(
        InquiryWithdrawn(
            actor=actor,
            consultation_id=consultation.id,
            inquiry_id=inquiry.id,
            number=inquiry.number,
        )
    )
    return inquiry


def erase_inquiry(
    actor: Actor, slug: str, number: int, reason: RemovalReason, basis: str
) -> Inquiry:
    """Destroy a question for a coded reason; raises Refused for what is gone, Invalid."""
    consultation, inquiry = locked(slug, number)
    rules.may_handle_questions(actor, consultation.department_id).enforce()
    rules.may_be_withdrawn(inquiry.state).enforce()
    if reason not in OFFICERS_REASONS:
        raise Invalid(N_("请选择删除的原因。"), field="reason")
    text = checked_text(basis, "basis")
    _erase(actor, inquiry, consultation.slug, reason, text)
    return inquiry


def forget_mail(receipt: str, actor: Actor = GUEST) -> Inquiry:
    """Delete the address now, at the sender's wish; the question stands."""
    found = queries.by_receipt(receipt)
    consultation, inquiry = locked(found.consultation_id, found.number)
    _forget_mail(actor, inquiry, consultation.slug)
    return inquiry


def forget_mails(now: datetime, most: int) -> int:
    """Delete up to `most` addresses whose time is up; returns how many."""
    due = select(Inquiry.id).where(queries.mails_due(now)).order_by(Inquiry.id).limit(most)
    forgotten: Any = db.session.execute(
        update(Inquiry)
        .where(Inquiry.id.in_(due))
        .values(mail_sealed=None, mail_digest=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    count: int = forgotten.rowcount
    if count:
        record(InquiryMailsForgotten(count=count))
    return count


def settle_provisional() -> int:
    """Count anew what was counted before the year's official list was known; how many changed."""
    waiting = db.session.scalars(
        select(Inquiry)
        .where(Inquiry.state == State.WAITING, Inquiry.is_due_provisional)
        .order_by(Inquiry.id)
        .with_for_update()
    ).all()
    changed = 0
    for inquiry in waiting:
        before = inquiry.due_at, inquiry.is_due_provisional
        set_due(inquiry, inquiry.difficulty or Difficulty.SIMPLE)
        changed += before != (inquiry.due_at, inquiry.is_due_provisional)
    db.session.flush()
    return changed


def replay_entry(entry: erasures.Entry) -> bool | None:
    """Erase again what the ledger knows, on a database that is older than it.

    True where something was erased, False where it was gone already, None where there is no such
    question.
    """
    try:
        _consultation, inquiry = locked(entry.slug, entry.number)
    except NotFound:
        return None
    if _digest(inquiry.receipt) != entry.digest:
        return None
    if entry.kind == MAIL_LEDGER:
        return _forget_mail(SYSTEM, inquiry, entry.slug)
    if inquiry.state in rules.GONE:
        return False
    reason = RemovalReason(entry.reason)
    if reason is RemovalReason.AUTHOR_WITHDRAWAL:
        withdraw_inquiry(inquiry.receipt, SYSTEM)
    else:
        _erase(SYSTEM, inquiry, entry.slug, reason, N_("恢复备份后，按删除台账重新执行"))
    return True


def _erase(actor: Actor, inquiry: Inquiry, slug: str, reason: RemovalReason, basis: str) -> None:
    _destroy(inquiry, slug, State.REMOVED, reason, basis)
    record(
        InquiryErased(
            actor=actor,
            consultation_id=inquiry.consultation_id,
            inquiry_id=inquiry.id,
            number=inquiry.number,
            reason=reason,
            basis=basis,
        )
    )


def _destroy(
    inquiry: Inquiry, slug: str, state: State, reason: RemovalReason, basis: str = ""
) -> None:
    """The words, all answers and notes to them and the address; number and instants stay."""
    was_public = inquiry.published_at is not None
    inquiry.state, inquiry.published_at = state, None
    inquiry.removed_at, inquiry.removal_reason, inquiry.removal_basis = clock.now(), reason, basis
    inquiry.body = inquiry.shown_body = inquiry.answer = ""
    inquiry.mail_sealed = inquiry.mail_digest = None
    db.session.execute(delete(EarlierAnswer).where(EarlierAnswer.inquiry_id == inquiry.id))
    db.session.execute(update(Referral).where(Referral.inquiry_id == inquiry.id).values(note="—"))
    db.session.flush()
    if was_public:
        show_change(inquiry, published=-1)
    erasures.note(
        LEDGER,
        slug=slug,
        number=inquiry.number,
        digest=_digest(inquiry.receipt),
        reason=reason,
    )


def _forget_mail(actor: Actor, inquiry: Inquiry, slug: str) -> bool:
    if inquiry.mail_sealed is None:
        return False
    inquiry.mail_sealed = inquiry.mail_digest = None
    db.session.flush()
    erasures.note(MAIL_LEDGER, slug=slug, number=inquiry.number, digest=_digest(inquiry.receipt))
    record(
        InquiryMailForgotten(
            actor=actor,
            consultation_id=inquiry.consultation_id,
            inquiry_id=inquiry.id,
            number=inquiry.number,
        )
    )
    return True


def _digest(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()
