"""What happens below and concerns the result: windows, withdrawals, decisions, meetings."""

from __future__ import annotations

from participation.adoption import operations
from participation.adoption.events import PointDecided, PointMembersChanged
from participation.adoption.telling import tell_answer
from participation.comments.events import CommentCorrected, CommentWithdrawn, DuplicateMarked
from participation.comments.story import tellers
from participation.consultations.events import ConsultationPublished, WindowExtended
from participation.kernel.events import DomainEvent, record, subscribe
from participation.meetings.events import (
    MeetingAnnounced,
    MeetingCancelled,
    MeetingChanged,
    RecordPublished,
)

# The receipt page tells what became of the opinion.
tellers.append(tell_answer)


@subscribe(ConsultationPublished, WindowExtended)
def schedule(event: DomainEvent) -> None:
    """The close is known: bulletin and seal have their instants."""
    assert event.consultation_id is not None
    operations.schedule(event.consultation_id)


@subscribe(CommentCorrected, CommentWithdrawn, DuplicateMarked)
def leave_point(event: DomainEvent) -> None:
    """What was withdrawn, repeats another or says something else now is in no point any more."""
    assert isinstance(event, CommentCorrected | CommentWithdrawn | DuplicateMarked)
    point = operations.drop_member(event.comment_id)
    if point is not None:
        record(
            PointMembersChanged(
                actor=event.actor,
                consultation_id=event.consultation_id,
                point_id=point.id,
                number=point.number,
                added=0,
                removed=1,
            )
        )


@subscribe(PointDecided, PointMembersChanged, CommentWithdrawn, DuplicateMarked)
def look(event: DomainEvent) -> None:
    """Perhaps nothing is pending any more."""
    assert event.consultation_id is not None
    operations.tell_change(event.consultation_id)


@subscribe(MeetingAnnounced, MeetingChanged, MeetingCancelled, RecordPublished)
def meetings_changed(event: DomainEvent) -> None:
    """A record attached after the close belongs to the result that is being worked on."""
    assert event.consultation_id is not None
    operations.refresh_meetings(event.consultation_id)
