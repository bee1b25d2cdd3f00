"""Reactions of the index: what becomes public is entered, what is hidden is gone, at once."""

from __future__ import annotations

from itertools import islice
from typing import Any

from sqlalchemy import select

from participation.adoption.events import (
    BulletinPublished,
    PointCreated,
    PointDecided,
    PointEdited,
    PointMembersChanged,
    SummarySealed,
)
from participation.comments.events import (
    CommentCorrected,
    CommentErased,
    CommentReleased,
    CommentRestricted,
    CommentsReleased,
    CommentUnrestricted,
    CommentWithdrawn,
    CommentWithheld,
)
from participation.comments.models import Comment
from participation.consultations.events import (
    ConsultationPublished,
    InterpretationPublished,
    InterpretationSaved,
    InterpretationWithdrawn,
)
from participation.inquiries.events import (
    AnswerRevised,
    InquiryAnswered,
    InquiryErased,
    InquiryWithdrawn,
)
from participation.kernel.db import db
from participation.kernel.events import subscribe
from participation.search import operations


@subscribe(ConsultationPublished)
def enter_consultation(event: ConsultationPublished) -> None:
    """The notice and its draft can be found from their publication on."""
    assert event.consultation_id is not None
    operations.enter_notice(event.consultation_id)
    operations.enter_interpretations(event.consultation_id)


@subscribe(InterpretationPublished, InterpretationSaved, InterpretationWithdrawn)
def follow_interpretation(event: Any) -> None:
    """An explanation can be found from when it is public until it is taken back."""
    operations.enter_interpretation(event.consultation_id, event.interpretation_id)


@subscribe(
    CommentCorrected,
    CommentReleased,
    CommentWithheld,
    CommentWithdrawn,
    CommentErased,
    CommentRestricted,
    CommentUnrestricted,
)
def follow_opinion(event: Any) -> None:
    """An opinion is entered as it is shown, and is gone from the index once it is not."""
    operations.enter_opinions([event.comment_id])


@subscribe(CommentsReleased)
def enter_released(event: CommentsReleased) -> None:
    """All that were released at once, some hundreds at a time."""
    numbers = (
        number
        for span in event.numbers.split(",")
        for first, _, last in [span.partition("-")]
        for number in range(int(first), int(last or first) + 1)
    )
    while piece := list(islice(numbers, operations.PIECE)):
        ids = db.session.scalars(
            select(Comment.id).where(
                Comment.consultation_id == event.consultation_id, Comment.number.in_(piece)
            )
        ).all()
        operations.enter_opinions(ids)


@subscribe(BulletinPublished, SummarySealed)
def enter_result(event: Any) -> None:
    """The answers are public from the close on; a sealed version takes the place of what was."""
    operations.enter_answers(event.consultation_id)


@subscribe(PointCreated, PointEdited, PointMembersChanged, PointDecided)
def follow_point(event: Any) -> None:
    """A point that is worked on after the close is read by the public as it stands."""
    operations.enter_point(event.consultation_id, event.point_id, event.number)


@subscribe(InquiryAnswered, AnswerRevised, InquiryErased, InquiryWithdrawn)
def follow_question(event: Any) -> None:
    """A question is entered with its public answer."""
    operations.enter_question(event.consultation_id, event.inquiry_id)
