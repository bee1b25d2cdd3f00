"""Who is told of what: jobs in the transaction of the cause, each person once."""

from __future__ import annotations

from datetime import datetime

from participation.accounts import operations as accounts
from participation.adoption.events import BulletinPublished, SummarySealed
from participation.comments.events import CommentSubmitted, CommentWithheld, ConfirmationAsked
from participation.comments.models import Comment
from participation.consultations.events import (
    ConsultationPublished,
    DecisionRecorded,
    InterpretationPublished,
    WindowExtended,
)
from participation.consultations.models import Consultation
from participation.consultations.rules import Status
from participation.inquiries.events import InquiryAnswered
from participation.kernel import clock, erasures, jobs
from participation.kernel.db import db
from participation.kernel.events import subscribe
from participation.kernel.vault import vault
from participation.meetings.events import MeetingAnnounced, MeetingCancelled, RecordPublished
from participation.notifications import operations
from participation.notifications.rules import CLOSING_AHEAD, News

CLOSING = "notifications.closing"


erasures.replayers[operations.ENDED] = operations.end_again
accounts.forgetters.append(operations.forget_address)

ASKED_FOR = frozenset({"received", "confirm"})
"""Letters that an act of the author's own brings about; the others can be switched off."""


def mail_address(comment: Comment, what: str = "result") -> str | None:
    """The author's mail address for a letter, where that is their contact and mail is wanted."""
    if comment.contact_sealed is None:
        return None
    if not comment.is_mail_wanted and what not in ASKED_FOR:
        return None
    contact = vault().open(comment.contact_sealed, f"comment.contact:{comment.receipt}")
    return contact if "@" in contact else None


@subscribe(CommentSubmitted)
def confirm(event: CommentSubmitted) -> None:
    """Send the receipt to who gave a mail address; one letter for several sent at once."""
    comment = db.session.get_one(Comment, event.comment_id)
    sending = comment.sending_id
    _enqueue("received", event.comment_id, f"sending:{sending}" if sending else None)


@subscribe(ConfirmationAsked)
def confirm_again(event: ConfirmationAsked) -> None:
    """Send the link that proves the contact once more."""
    _enqueue("confirm", event.comment_id)


@subscribe(CommentWithheld)
def explain(event: CommentWithheld) -> None:
    """Tell the author that their opinion is not shown, and why."""
    _enqueue("withheld", event.comment_id)


@subscribe(ConsultationPublished)
def announce(event: ConsultationPublished) -> None:
    """Tell followers of a new consultation, and again before it closes."""
    assert event.consultation_id is not None
    operations.note(News.PUBLISHED, event.consultation_id)
    _remind(event.consultation_id, event.closes_at)


@subscribe(WindowExtended)
def announce_extension(event: WindowExtended) -> None:
    """Tell followers of a later close, and again before that."""
    assert event.consultation_id is not None
    closes_at = event.new_closes_at
    operations.note(News.EXTENDED, event.consultation_id, closes_at.isoformat())
    _remind(event.consultation_id, closes_at)


def _remind(consultation_id: int, closes_at: datetime) -> None:
    if closes_at - CLOSING_AHEAD <= clock.now():
        return
    said = closes_at.isoformat()
    jobs.enqueue(
        CLOSING,
        {"consultation_id": consultation_id, "closes_at": said},
        run_at=closes_at - CLOSING_AHEAD,
        unique_key=f"{CLOSING}:{consultation_id}:{said}",
    )


@subscribe(MeetingAnnounced)
def announce_meeting(event: MeetingAnnounced) -> None:
    """Tell followers of a meeting."""
    _note_meeting(News.MEETING, event.consultation_id, event.meeting_id)


@subscribe(MeetingCancelled)
def announce_cancellation(event: MeetingCancelled) -> None:
    """Tell followers that a meeting is called off."""
    _note_meeting(News.MEETING_CANCELLED, event.consultation_id, event.meeting_id)


@subscribe(RecordPublished)
def announce_record(event: RecordPublished) -> None:
    """Tell followers of a meeting's record; a corrected one is the same news."""
    _note_meeting(News.MEETING_RECORD, event.consultation_id, event.meeting_id)


def _note_meeting(kind: News, consultation_id: int | None, meeting_id: int) -> None:
    _note_public(kind, consultation_id, str(meeting_id), {"meeting_id": meeting_id})


def _note_public(
    kind: News, consultation_id: int | None, about: str, detail: dict[str, int] | None = None
) -> None:
    found = db.session.get_one(Consultation, consultation_id)
    # What is prepared beside a matter that is not public yet is not public either.
    if found.status is Status.PUBLISHED:
        operations.note(kind, found.id, about, detail=detail)


@subscribe(InterpretationPublished)
def announce_interpretation(event: InterpretationPublished) -> None:
    """Tell followers of an explanation of the draft."""
    _note_public(News.INTERPRETATION, event.consultation_id, str(event.interpretation_id))


@subscribe(InquiryAnswered)
def announce_answer(event: InquiryAnswered) -> None:
    """Tell followers that a question was answered in public."""
    _note_public(News.ANSWER, event.consultation_id, str(event.inquiry_id))


@subscribe(DecisionRecorded)
def announce_decision(event: DecisionRecorded) -> None:
    """Tell followers what became of the matter in the end."""
    _note_public(News.DECISION, event.consultation_id, event.outcome)


@subscribe(BulletinPublished)
def announce_bulletin(event: BulletinPublished) -> None:
    """Tell followers that the window is closed and what was received."""
    assert event.consultation_id is not None
    operations.note(News.BULLETIN, event.consultation_id)


@subscribe(SummarySealed)
def announce_result(event: SummarySealed) -> None:
    """Start telling everybody who gave an address that the result is out, then followers."""
    assert event.consultation_id is not None
    happening_id = operations.note(
        News.RESULT,
        event.consultation_id,
        str(event.version),
        detail={"version": event.version},
        spread_now=False,
    )
    jobs.enqueue(
        "notifications.result",
        {
            "consultation_id": event.consultation_id,
            "version": event.version,
            "after": 0,
            "happening_id": happening_id,
        },
    )


def _enqueue(what: str, comment_id: int, key: str | None = None) -> None:
    comment = db.session.get_one(Comment, comment_id)
    if mail_address(comment, what):
        payload = {"what": what, "comment_id": comment_id}
        jobs.enqueue("notifications.mail", payload, unique_key=key)
