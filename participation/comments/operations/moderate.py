"""Showing opinions to the public, masked, or withholding them for a coded reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, tuple_, update
from sqlalchemy.engine import Row

from participation.comments import rules
from participation.comments.events import CommentReleased, CommentsReleased, CommentWithheld
from participation.comments.masking import mask
from participation.comments.models import Comment
from participation.comments.operations.series import add_to_released, add_to_tallies, lock_series
from participation.comments.receipts import read_receipt
from participation.comments.rules import Channel, Dimension, Outcome, Visibility
from participation.consultations.operations import touch_id
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_
from participation.rulebook.moderation import WithholdingReason

CHUNK = 500
TO_SHOW = (Visibility.WAITING, Visibility.WITHHELD)


def release(
    actor: Actor,
    slug: str,
    chosen: Sequence[int | str] | None = None,
    *,
    clause_id: int | None = None,
    channel: Channel | None = None,
    most: int | None = None,
    seen_at: datetime | None = None,
) -> int:
    """Show opinions to the public with their personal data masked; returns how many.

    `chosen`: ids or receipts, withheld ones included; None: all that wait, where given only those
    on a clause or of a channel, and `most` of them (the longest waiting first). What is shown
    already, withdrawn, removed or locked is passed over, and what its author has corrected since
    `seen_at`: those words nobody has read.
    """
    consultation = lock_exclusive(slug)
    rules.may_moderate(actor, consultation.department_id).enforce()
    lock_series(consultation.id)
    waiting = _to_release(consultation.id, chosen, clause_id, channel)
    if seen_at is not None:
        waiting = waiting.where(
            or_(Comment.corrected_at.is_(None), Comment.corrected_at <= seen_at)
        )
    numbers: list[int] = []
    for rows in _chunks(waiting, most):
        _show(actor, consultation.id, rows)
        numbers += [row.number for row in rows]
        if chosen is not None:
            _tell_each(actor, consultation.id, rows)
    if numbers and chosen is None:
        record(
            CommentsReleased(
                actor=actor,
                consultation_id=consultation.id,
                count=len(numbers),
                numbers=ranges(numbers),
            )
        )
    if numbers:
        touch_id(consultation.id)
        db.session.expire_all()
    return len(numbers)


def withhold(actor: Actor, slug: str, name: int | str, reason: WithholdingReason) -> Comment:
    """Keep an opinion (by id or receipt) from the public for a reason that its author is told."""
    consultation = lock_exclusive(slug)
    rules.may_moderate(actor, consultation.department_id).enforce()
    lock_series(consultation.id)
    (comment_id,) = _ids(consultation.id, [name])
    comment = db.session.get_one(Comment, comment_id, populate_existing=True)
    rules.may_be_moderated(comment.outcome, comment.visibility).enforce()
    _count_move(consultation.id, Counter({comment.visibility: 1}), Visibility.WITHHELD)
    if comment.published_at is not None:
        add_to_released(consultation.id, {comment.clause_id: -1})
        touch_id(consultation.id)
    comment.visibility, comment.reason_code = Visibility.WITHHELD, reason
    comment.moderated_at, comment.moderated_by_id = clock.now(), actor.id
    comment.published_at, comment.shown_body, comment.shown_proposed_text = None, "", ""
    db.session.flush()
    record(
        CommentWithheld(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
            reason=reason,
        )
    )
    return comment


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in short: 1-3,7."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(f"{first}-{last}" if first < last else f"{first}" for first, last in spans)


def _to_release(
    consultation_id: int,
    chosen: Sequence[int | str] | None,
    clause_id: int | None,
    channel: Channel | None,
) -> Select[*tuple[Any, ...]]:
    """The chosen opinions that can be shown, or all that wait on the clause and of the channel."""
    found = select(
        Comment.id,
        Comment.number,
        Comment.received_at,
        Comment.clause_id,
        Comment.visibility,
        Comment.body,
        Comment.proposed_text,
    ).where(Comment.consultation_id == consultation_id, Comment.outcome != Outcome.WITHDRAWN)
    if chosen is not None:
        ids = _ids(consultation_id, chosen)
        return found.where(Comment.id.in_(ids), Comment.visibility.in_(TO_SHOW))
    found = found.where(Comment.visibility == Visibility.WAITING)
    if clause_id is not None:
        found = found.where(Comment.clause_id == clause_id)
    return found if channel is None else found.where(Comment.channel == channel)


def _ids(consultation_id: int, chosen: Sequence[int | str]) -> list[int]:
    """The ids of this consultation's opinions; raise Invalid where one of them is not there."""
    receipts = {each: read_receipt(each) for each in chosen if isinstance(each, str)}
    wanted = [code for code in receipts.values() if code]
    found = dict(
        db.session.execute(
            select(Comment.receipt, Comment.id).where(
                Comment.consultation_id == consultation_id, Comment.receipt.in_(wanted)
            )
        ).all()
    )
    missing = [typed for typed, code in receipts.items() if code not in found]
    if missing:
        raise Invalid(
            N_("这件事项没有回执为 %(receipts)s 的意见。"),
            {"receipts": "、".join(missing)},
            field="receipt",
        )
    ids = [each for each in chosen if isinstance(each, int)]
    known = select(Comment.id).where(
        Comment.consultation_id == consultation_id, Comment.id.in_(ids)
    )
    if set(ids) - set(db.session.scalars(known)):
        raise Invalid(N_("选中的意见不属于这件事项。"), field="selected")
    return [*found.values(), *ids]


def _chunks(waiting: Select[*tuple[Any, ...]], most: int | None) -> Iterator[Sequence[Row[Any]]]:
    """The rows in the order they came, a few hundred at a time: memory stays bounded."""
    place, left = tuple_(Comment.received_at, Comment.id), most
    statement = waiting
    while left is None or left > 0:
        size = CHUNK if left is None else min(CHUNK, left)
        rows = db.session.execute(
            statement.order_by(Comment.received_at, Comment.id).limit(size)
        ).all()
        if not rows:
            return
        yield rows
        left = None if left is None else left - len(rows)
        statement = waiting.where(place > tuple_(rows[-1].received_at, rows[-1].id))


def _show(actor: Actor, consultation_id: int, rows: Sequence[Row[Any]]) -> None:
    now = clock.now()
    shown = [
        {
            "id": row.id,
            "visibility": Visibility.RELEASED,
            "reason_code": None,
            "moderated_at": now,
            "moderated_by_id": actor.id,
            "published_at": now,
            "shown_body": mask(row.body).text,
            "shown_proposed_text": mask(row.proposed_text).text if row.proposed_text else "",
        }
        for row in rows
    ]
    db.session.execute(update(Comment), shown)
    _count_move(consultation_id, Counter(row.visibility for row in rows), Visibility.RELEASED)
    add_to_released(consultation_id, Counter(row.clause_id for row in rows))


def _count_move(consultation_id: int, left: Counter[Visibility], to: Visibility) -> None:
    changes = Counter({(Dimension.VISIBILITY, str(to)): left.total()})
    for visibility, count in left.items():
        changes[Dimension.VISIBILITY, str(visibility)] -= count
    add_to_tallies(consultation_id, changes)


def _tell_each(actor: Actor, consultation_id: int, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        record(
            CommentReleased(
                actor=actor,
                consultation_id=consultation_id,
                comment_id=row.id,
                number=row.number,
            )
        )
