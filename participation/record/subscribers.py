"""What happens below and belongs in the public record: one leaf each, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from participation.adoption import queries as adoption
from participation.adoption.events import BulletinPublished, SummarySealed
from participation.comments import story
from participation.comments.events import (
    CommentCorrected,
    CommentErased,
    CommentReleased,
    CommentRestricted,
    CommentsReleased,
    CommentSubmitted,
    CommentUnrestricted,
    CommentWithdrawn,
    CommentWithheld,
)
from participation.comments.models import Comment
from participation.consultations.events import ConsultationPublished, OutageNoted, WindowExtended
from participation.consultations.queries import extensions_of
from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.events import DomainEvent, subscribe
from participation.record import leaves, operations, queries
from participation.record.operations import LogWriter, telling
from participation.record.queries import opinions
from participation.record.rules import Cause, Kind, State
from participation.rulebook.removal import RemovalReason
from participation.surveys.events import SurveyAnswered


@contextmanager
def _log_of(event: DomainEvent) -> Iterator[LogWriter | None]:
    """The log to tell an event in; None where it was begun just now and tells it already."""
    assert event.consultation_id is not None
    writer = operations.log_for(event.consultation_id)
    yield writer
    if writer is not None:
        writer.store()


@subscribe(ConsultationPublished)
def begin(event: ConsultationPublished) -> None:
    """The log begins with the publication."""
    assert event.consultation_id is not None
    operations.begin_log(event.consultation_id)


@subscribe(CommentSubmitted)
def tell_comment(event: CommentSubmitted) -> None:
    """The opinion's leaf: whoever has a receipt has it."""
    with _log_of(event) as writer:
        if writer is not None:
            comment = db.session.get_one(Comment, event.comment_id)
            files: Sequence[str] = ()
            if event.files:
                place = (event.consultation_id or 0, comment.number, comment.number)
                files = opinions.files_of(*place).get(comment.number, ())
            telling.tell_comment(writer, opinions.of_comment(comment), files)


@subscribe(CommentCorrected)
def tell_correction(event: CommentCorrected) -> None:
    """The author's new words; the former leaf stays, and the new words wait to be looked at."""
    with _log_of(event) as writer:
        if writer is None:
            return
        found = opinions.by_number(writer.consultation_id, event.number)
        assert found is not None
        telling.tell_correction(writer, found)
        if event.decided:
            telling.tell_moderation(writer, [event.number], State.WAITING)


@subscribe(SurveyAnswered)
def tell_answers(event: SurveyAnswered) -> None:
    """The response's leaf."""
    with _log_of(event) as writer:
        if writer is not None:
            telling.tell_answers(writer, event.survey_id, event.response_id)


@subscribe(CommentReleased)
def tell_release(event: CommentReleased) -> None:
    """Shown to the public, with what was masked."""
    _tell_state(event, event.number, State.PUBLISHED)


@subscribe(CommentWithheld)
def tell_withholding(event: CommentWithheld) -> None:
    """Kept from the public for a coded reason."""
    _tell_state(event, event.number, State.WITHHELD, event.reason)


@subscribe(CommentRestricted)
def tell_restriction(event: CommentRestricted) -> None:
    """Hidden and locked, not erased."""
    _tell_state(event, event.number, State.RESTRICTED, event.reason)


@subscribe(CommentUnrestricted)
def tell_lifting(event: CommentUnrestricted) -> None:
    """Not locked any more: it waits to be looked at anew."""
    _tell_state(event, event.number, State.WAITING)


def _tell_state(event: DomainEvent, number: int, state: State, reason: str | None = None) -> None:
    with _log_of(event) as writer:
        if writer is None:
            return
        shown = {}
        if state is State.PUBLISHED:
            found = opinions.by_number(writer.consultation_id, number)
            shown = telling.masked_words([found] if found else [])
        telling.tell_moderation(writer, [number], state, reason, shown)


@subscribe(CommentsReleased)
def tell_releases(event: CommentsReleased) -> None:
    """Many shown at once are one leaf, whose `masked` names those whose words differ."""
    with _log_of(event) as writer:
        if writer is None:
            return
        numbers = leaves.numbers_in(event.numbers)
        masked = opinions.masked_among(writer.consultation_id, numbers)
        shown = telling.masked_words(masked)
        telling.tell_moderation(writer, numbers, State.PUBLISHED, None, shown)


@subscribe(CommentWithdrawn)
def tell_withdrawal(event: CommentWithdrawn) -> None:
    """Taken back by the author; what the law keeps locked stands as it did."""
    with _log_of(event) as writer:
        if writer is not None and not event.kept:
            found = opinions.by_number(writer.consultation_id, event.number)
            assert found is not None
            telling.tell_withdrawal(writer, found)


@subscribe(CommentErased)
def tell_erasure(event: CommentErased) -> None:
    """The words were destroyed, and the salts with them."""
    assert event.consultation_id is not None
    # A log that begins just now knows nothing of why: the tombstone follows in any case.
    writer = operations.log_for(event.consultation_id) or operations.locked_log(
        event.consultation_id
    )
    assert writer is not None
    basis = event.basis or RemovalReason(event.reason).source
    telling.tell_removal(writer, event.number, reason=event.reason, role=event.role, basis=basis)
    writer.store()


@subscribe(WindowExtended)
def tell_extension(event: WindowExtended) -> None:
    """A later close."""
    with _log_of(event) as writer:
        if writer is not None:
            last = extensions_of(writer.consultation_id)[-1]
            writer.add(Kind.AMEND, leaves.amendment(last.new_closes_at, last.note))


@subscribe(OutageNoted)
def tell_outage(event: OutageNoted) -> None:
    """A time in which nobody could take part."""
    with _log_of(event) as writer:
        if writer is not None:
            fields = leaves.outage(event.from_at, event.until_at, planned=event.planned)
            writer.add(Kind.OUTAGE, fields)


@subscribe(BulletinPublished)
def tell_close(event: BulletinPublished) -> None:
    """The books are closed; the head over them is signed at once."""
    with _log_of(event) as writer:
        if writer is not None:
            telling.tell_close(writer, writer.consultation_id, event.received)
    _ask_for_head(event, Cause.CLOSE, "close")


@subscribe(SummarySealed)
def tell_result(event: SummarySealed) -> None:
    """A version of the result; the head over it is signed at once."""
    with _log_of(event) as writer:
        if writer is not None:
            summary = adoption.latest_summary(writer.consultation_id)
            assert summary is not None
            telling.tell_result(writer, summary)
    _ask_for_head(event, Cause.RESULT, f"result:{event.version}")


def _ask_for_head(event: DomainEvent, cause: Cause, what: str) -> None:
    jobs.enqueue(
        "record.sign_head",
        {"consultation_id": event.consultation_id, "cause": cause.value},
        unique_key=f"head:{event.consultation_id}:{what}",
    )


def newest_note(comment: Comment) -> str:
    """The newest signed head, for the foot of a mail: whoever keeps the mail keeps the head."""
    head = queries.newest_head(comment.consultation_id)
    return head.note if head else ""


story.footers.append(newest_note)


@subscribe(BulletinPublished)
def build_at_close(event: BulletinPublished) -> None:
    """The open data are handed out from the close on."""
    assert event.consultation_id is not None
    operations.ask_for_package(event.consultation_id, Cause.CLOSE)


@subscribe(SummarySealed)
def build_at_result(event: SummarySealed) -> None:
    """With the result, and with each later version."""
    assert event.consultation_id is not None
    operations.ask_for_package(event.consultation_id, Cause.RESULT)


@subscribe(CommentCorrected, CommentErased, CommentRestricted, CommentWithdrawn, CommentWithheld)
def rebuild_without(event: DomainEvent) -> None:
    """Words that are not to be read any more leave the package, too."""
    assert event.consultation_id is not None
    operations.withdraw_package(event.consultation_id)
