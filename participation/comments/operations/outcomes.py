"""What becomes of opinions: answered with a point, or counted as a repetition of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select, update

from participation.comments import rules
from participation.comments.events import DuplicateMarked, DuplicateUnmarked
from participation.comments.models import Comment
from participation.comments.operations.series import add_to_tallies, lock_series
from participation.comments.rules import Dimension, Outcome
from participation.consultations.operations import touch_id
from participation.consultations.queries import lock_exclusive
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.verdict import N_, provided

CHUNK = 1000
NOT_ASSIGNED = frozenset({Outcome.WITHDRAWN, Outcome.DUPLICATE})


def assign_outcome(comment_ids: Sequence[int], outcome: Outcome) -> int:
    """Give opinions of one consultation an outcome and move the counters; returns how many moved.

    For `adoption`, which holds the consultation exclusively and has asked its rules. What was
    withdrawn or is a duplicate keeps that outcome.
    """
    if outcome in NOT_ASSIGNED:
        raise ValueError(f"{outcome} is no answer")
    moved = 0
    for start in range(0, len(comment_ids), CHUNK):
        moved += _assign(comment_ids[start : start + CHUNK], outcome)
    if moved:
        db.session.expire_all()
    return moved


def _assign(comment_ids: Sequence[int], outcome: Outcome) -> int:
    rows = db.session.execute(
        select(Comment.id, Comment.consultation_id, Comment.outcome).where(
            Comment.id.in_(comment_ids), Comment.outcome.not_in({*NOT_ASSIGNED, outcome})
        )
    ).all()
    if not rows:
        return 0
    (consultation_id,) = {row.consultation_id for row in rows}
    lock_series(consultation_id)
    db.session.execute(
        update(Comment)
        .where(Comment.id.in_([row.id for row in rows]))
        .values(outcome=outcome)
        .execution_options(synchronize_session=False)
    )
    left = Counter((Dimension.OUTCOME, str(row.outcome)) for row in rows)
    left.subtract({(Dimension.OUTCOME, str(outcome)): len(rows)})
    add_to_tallies(consultation_id, {key: -count for key, count in left.items()})
    return len(rows)


def mark_duplicate(actor: Actor, comment_id: int, of_id: int) -> Comment:
    """Count an opinion as a repetition of another of the same consultation (the original)."""
    comment = _locked(actor, comment_id)
    rules.may_be_seen(comment.visibility).enforce()
    original = db.session.get(Comment, of_id, populate_existing=True)
    if original is None or original.consultation_id != comment.consultation_id:
        raise Invalid(N_("这件事项没有这个编号的意见。"), field="original")
    provided(comment.id != original.id, N_("一条意见不能与自己重复。")).enforce()
    copies = select(Comment.id).where(Comment.duplicate_of_id == comment.id).limit(1)
    rules.may_be_duplicate(
        comment.outcome,
        original.outcome,
        has_duplicates=db.session.scalar(copies) is not None,
    ).enforce()
    _move(comment, Outcome.DUPLICATE)
    comment.duplicate_of_id = original.id
    db.session.flush()
    touch_id(comment.consultation_id)
    record(
        DuplicateMarked(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
            original=original.number,
        )
    )
    return comment


def unmark_duplicate(actor: Actor, comment_id: int) -> Comment:
    """Let an opinion that was counted as a repetition stand for itself again, to be answered."""
    comment = _locked(actor, comment_id)
    provided(comment.outcome is Outcome.DUPLICATE, N_("这条意见没有标为重复。")).enforce()
    stand_alone(actor, comment)
    touch_id(comment.consultation_id)
    return comment


def free_duplicates_of(actor: Actor, original: Comment) -> None:
    """Let all repetitions of an opinion stand for themselves; the caller holds the locks."""
    copies = select(Comment).where(Comment.duplicate_of_id == original.id).order_by(Comment.id)
    for copy in db.session.scalars(copies.execution_options(populate_existing=True)).all():
        stand_alone(actor, copy)


def _locked(actor: Actor, comment_id: int) -> Comment:
    found = db.session.get(Comment, comment_id)
    if found is None:
        raise NotFound(str(comment_id))
    consultation = lock_exclusive(found.consultation_id)
    rules.may_moderate(actor, consultation.department_id).enforce()
    lock_series(consultation.id)
    return db.session.get_one(Comment, comment_id, populate_existing=True)


def _move(comment: Comment, outcome: Outcome) -> None:
    if comment.outcome is not outcome:
        add_to_tallies(
            comment.consultation_id,
            {(Dimension.OUTCOME, comment.outcome): -1, (Dimension.OUTCOME, outcome): 1},
        )
        comment.outcome = outcome


def wait_for_answer(comment: Comment) -> None:
    """Take an opinion's outcome back; the caller holds the locks and says why."""
    _move(comment, Outcome.PENDING)


def stand_alone(actor: Actor, comment: Comment) -> None:
    """Count a repetition no more as one; the caller holds the locks."""
    _move(comment, Outcome.PENDING)
    comment.duplicate_of_id = None
    db.session.flush()
    record(
        DuplicateUnmarked(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
