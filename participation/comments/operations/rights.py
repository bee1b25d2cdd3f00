"""What the author may do with the receipt besides withdrawing: ask for erasure, delete the names.

An officer answers a request that could not be granted at once (PIPL arts. 47, 50).
"""

from __future__ import annotations

from participation.comments import rules
from participation.comments.events import ErasureAsked, ErasureRefused
from participation.comments.models import Comment, ErasureRequest
from participation.comments.operations.erasing import checked_text, erase
from participation.comments.operations.forget import forget_name_and_contact
from participation.comments.operations.hiding import locked
from participation.comments.operations.restricting import lock_words, unlock
from participation.comments.queries import by_receipt
from participation.comments.rules import Visibility
from participation.consultations.models import Consultation
from participation.consultations.place import working_calendar, zone
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.events import record
from participation.kernel.verdict import N_, provided
from participation.rulebook.days import local
from participation.rulebook.removal import RemovalReason, RestrictionReason
from participation.rulebook.statutes import rule


def ask_erasure(receipt: str, actor: Actor = GUEST) -> ErasureRequest:
    """Ask for the erasure of an opinion whose result is sealed; its words are locked at once.

    From the sealing on they belong to the archive of the decision (order 713 art. 33); name and
    contact do not and are deleted now. Raises Refused before the sealing and for a second time.
    """
    found = by_receipt(receipt)
    consultation, comment = locked(found.consultation_id, found.number)
    asked = db.session.get(ErasureRequest, comment.id)
    stage = consultation.stage(clock.now())
    rules.may_ask_erasure(stage, comment.visibility, is_asked=asked is not None).enforce()
    forget_name_and_contact(actor, comment, consultation.slug)
    if comment.visibility is not Visibility.RESTRICTED:
        lock_words(actor, comment, RestrictionReason.ARCHIVE_DUTY)
    days = rule("R3").numbers["working_days"]
    today = local(clock.now(), zone()).date()
    request = ErasureRequest(
        comment_id=comment.id,
        asked_at=clock.now(),
        due_on=working_calendar().add_working_days(today, days).on,
    )
    db.session.add(request)
    db.session.flush()
    record(
        ErasureAsked(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
    return request


def grant_erasure(actor: Actor, slug: str, number: int, basis: str) -> Comment:
    """Lift the lock and erase, as the author asked."""
    consultation, comment, _request = _open_request(actor, slug, number)
    text = checked_text(basis, "basis")
    if comment.visibility is Visibility.RESTRICTED:
        unlock(actor, comment)
    erase(actor, comment, consultation.slug, RemovalReason.PI_REQUEST, text, "officer")
    return comment


def refuse_erasure(actor: Actor, slug: str, number: int, answer: str) -> Comment:
    """Say why the words stay locked and kept; the author reads it on the receipt's page."""
    consultation, comment, request = _open_request(actor, slug, number)
    request.answer = checked_text(answer, "answer")
    request.answered_at, request.is_granted = clock.now(), False
    db.session.flush()
    record(
        ErasureRefused(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
    return comment


def delete_contact(receipt: str, actor: Actor = GUEST) -> Comment:
    """Delete name and contact now, at the author's wish; the opinion stands."""
    found = by_receipt(receipt)
    consultation, comment = locked(found.consultation_id, found.number)
    forget_name_and_contact(actor, comment, consultation.slug)
    return comment


def _open_request(
    actor: Actor, slug: str, number: int
) -> tuple[Consultation, Comment, ErasureRequest]:
    consultation, comment = locked(slug, number)
    rules.may_erase(actor, consultation.department_id).enforce()
    request = db.session.get(ErasureRequest, comment.id)
    is_open = request is not None and request.answered_at is None
    provided(is_open, N_("没有待答复的删除申请。")).enforce()
    assert request is not None
    return consultation, comment, request
