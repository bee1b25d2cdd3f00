"""Which opinion is in which point: in one, or in none; counted in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Row

from participation.adoption import queries, rules
from participation.adoption.events import OpinionMoved, PointMembersChanged
from participation.adoption.models import OpinionPoint, PointMember
from participation.adoption.operations.workplace import changed, locked_point, workplace
from participation.comments.models import Comment
from participation.comments.operations import assign_outcome
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_

T = TypeVar("T")
CHUNK = 1000


def add_members(actor: Actor, point_id: int, comment_ids: Sequence[int]) -> int:
    """Add opinions to a point; they get its disposition. Returns how many were added."""
    consultation, point = locked_point(actor, point_id)
    added = take(actor, consultation, point, comment_ids)
    if added:
        changed(consultation)
        _tell_members(actor, point, added=added)
    return added


def with_campaigns(
    actor: Actor, slug: str, comment_ids: Sequence[int], campaign_ids: Sequence[int]
) -> list[int]:
    """These opinions and all that say the same in these groups and are in no point yet.

    The consultation stays locked: what is put into a point next is what is there now. Raises
    Invalid where that is nothing.
    """
    consultation = workplace(actor, slug)
    found = {*comment_ids, *queries.unsorted_of_campaigns(consultation.id, campaign_ids)}
    if not found:
        raise Invalid(N_("请先勾选意见。"), field="selected")
    return sorted(found)


def remove_members(actor: Actor, point_id: int, comment_ids: Sequence[int]) -> int:
    """Take opinions out of a point; they are pending again. Returns how many were taken out."""
    consultation, point = locked_point(actor, point_id)
    removed = 0
    for ids in chunks(sorted(set(comment_ids))):
        inside = list(
            db.session.scalars(
                select(PointMember.comment_id).where(
                    PointMember.point_id == point.id, PointMember.comment_id.in_(ids)
                )
            )
        )
        _take_out(point.id, inside)
        assign_outcome(inside, Outcome.PENDING)
        removed += len(inside)
    if removed:
        changed(consultation)
        _tell_members(actor, point, removed=removed)
    return removed


def drop_member(comment_id: int) -> OpinionPoint | None:
    """Take an opinion that was withdrawn or repeats another out of its point, if it is in one.

    Called with the consultation locked by whoever changed the opinion's outcome.
    """
    point_id = db.session.scalar(
        select(PointMember.point_id).where(PointMember.comment_id == comment_id)
    )
    if point_id is None:
        return None
    _take_out(point_id, [comment_id])
    return db.session.get_one(OpinionPoint, point_id, populate_existing=True)


def take(
    actor: Actor, consultation: Consultation, point: OpinionPoint, comment_ids: Sequence[int]
) -> int:
    """Put opinions into a point, out of the point that each may be in; returns how many came."""
    point_id, number, disposition = point.id, point.number, point.disposition
    wanted = sorted(set(comment_ids))
    lost: Counter[tuple[int, int]] = Counter()
    added = 0
    db.session.flush()
    for ids in chunks(wanted):
        rows = _candidates(consultation.id, ids)
        coming = [row for row in rows if row.point_id != point_id]
        moved = [row for row in coming if row.point_id is not None]
        for row in moved:
            lost[row.point_id, row.point_number] += 1
            _tell_move(actor, consultation.id, row, number)
        for other_id in {row.point_id for row in moved}:
            _take_out(other_id, [row.id for row in moved if row.point_id == other_id])
        _put_in(point_id, [row.id for row in coming])
        outcome = disposition.outcome if disposition else Outcome.PENDING
        assign_outcome([row.id for row in coming], outcome)
        added += len(coming)
    for (other_id, other_number), count in lost.items():
        record(
            PointMembersChanged(
                actor=actor,
                consultation_id=consultation.id,
                point_id=other_id,
                number=other_number,
                added=0,
                removed=count,
            )
        )
    db.session.refresh(point)
    return added


def _candidates(consultation_id: int, ids: Sequence[int]) -> Sequence[Any]:
    """Opinions of this consultation that may be in a point, with the point they are in."""
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.number,
            Comment.outcome,
            PointMember.point_id,
            OpinionPoint.number.label("point_number"),
        )
        .outerjoin(PointMember, PointMember.comment_id == Comment.id)
        .outerjoin(OpinionPoint, OpinionPoint.id == PointMember.point_id)
        .where(Comment.consultation_id == consultation_id, Comment.id.in_(ids))
        .order_by(Comment.id)
    ).all()
    if len(rows) != len(ids):
        raise Invalid(N_("选中的意见不属于这件事项。"), field="selected")
    for row in rows:
        verdict = rules.may_join(row.number, row.outcome)
        if not verdict:
            raise Invalid(verdict.reason, verdict.params, field="selected")
    return rows


def _tell_move(actor: Actor, consultation_id: int, row: Row[Any], to_point: int) -> None:
    record(
        OpinionMoved(
            actor=actor,
            consultation_id=consultation_id,
            comment_id=row.id,
            number=row.number,
            from_point=row.point_number,
            to_point=to_point,
        )
    )


def _tell_members(actor: Actor, point: OpinionPoint, *, added: int = 0, removed: int = 0) -> None:
    record(
        PointMembersChanged(
            actor=actor,
            consultation_id=point.consultation_id,
            point_id=point.id,
            number=point.number,
            added=added,
            removed=removed,
        )
    )


def _put_in(point_id: int, comment_ids: Sequence[int]) -> None:
    if not comment_ids:
        return
    db.session.execute(
        insert(PointMember),
        [{"point_id": point_id, "comment_id": comment_id} for comment_id in comment_ids],
    )
    _count(point_id, len(comment_ids))


def _take_out(point_id: int, comment_ids: Sequence[int]) -> None:
    if not comment_ids:
        return
    db.session.execute(
        delete(PointMember)
        .where(PointMember.comment_id.in_(comment_ids))
        .execution_options(synchronize_session=False)
    )
    _count(point_id, -len(comment_ids))


def _count(point_id: int, change: int) -> None:
    db.session.execute(
        update(OpinionPoint)
        .where(OpinionPoint.id == point_id)
        .values(member_count=OpinionPoint.member_count + change, changed_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
