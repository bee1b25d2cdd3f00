"""What happens to opinions and concerns their groups: words that go or change leave theirs."""

from __future__ import annotations

from participation.campaigns import operations
from participation.comments.events import (
    CommentCorrected,
    CommentErased,
    CommentRestricted,
    CommentUnrestricted,
    CommentWithdrawn,
)
from participation.kernel.events import DomainEvent, subscribe

Gone = CommentCorrected | CommentErased | CommentRestricted | CommentWithdrawn


@subscribe(CommentCorrected, CommentErased, CommentRestricted, CommentWithdrawn)
def leave(event: DomainEvent) -> None:
    """What was withdrawn, removed or locked, or says something else now, is in no group."""
    assert isinstance(event, Gone)
    assert event.consultation_id is not None
    operations.leave(event.consultation_id, event.comment_id)


@subscribe(CommentUnrestricted)
def come_back(event: DomainEvent) -> None:
    """What may be read again is looked at again."""
    assert event.consultation_id is not None
    operations.look_again(event.consultation_id)
