"""The points as they stand, read as the public is to see them: pages of fifty, few statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, ScalarSelect, func, select, type_coerce

from participation.adoption.document import MOST_EXCERPTS, MOST_NUMBERS, MOST_OVERDUE, PointView
from participation.adoption.models import OpinionPoint, PointMember
from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.kernel.db import db
from participation.kernel.paging import PAGE
from participation.kernel.text import excerpt

EXCERPT = 160


def live_points(consultation_id: int, after: int = 0) -> tuple[list[PointView], int | None]:
    """The points from a number on that have opinions, and the number to go on after.

    One statement for the points, the numbers of their first opinions and a few excerpts.
    """
    rows = db.session.execute(
        select(OpinionPoint, _first_numbers(), _excerpts())
        .where(
            OpinionPoint.consultation_id == consultation_id,
            OpinionPoint.number > after,
            OpinionPoint.member_count > 0,
        )
        .order_by(OpinionPoint.number)
        .limit(PAGE + 1)
    ).all()
    views = [_view(point, numbers or [], words or []) for point, numbers, words in rows[:PAGE]]
    return views, views[-1].number if len(rows) > PAGE else None


def all_live_points(consultation_id: int) -> Iterator[PointView]:
    """All of them, page by page."""
    after: int | None = 0
    while after is not None:
        views, after = live_points(consultation_id, after)
        yield from views


def _members() -> Any:
    """The first members of the point in the enclosing statement; never more than fifty are read."""
    return (
        select(PointMember.comment_id)
        .where(PointMember.point_id == OpinionPoint.id)
        .correlate(OpinionPoint)
        .order_by(PointMember.comment_id)
        .limit(MOST_NUMBERS)
        .subquery("first")
    )


def _first_numbers() -> ScalarSelect[Any]:
    first = _members()
    return (
        select(_gathered(Comment.number))
        .join(first, first.c.comment_id == Comment.id)
        .correlate(OpinionPoint)
        .scalar_subquery()
    )


def _excerpts() -> ScalarSelect[Any]:
    first = _members()
    words = func.substr(Comment.shown_body, 1, EXCERPT + 1)
    shown = (
        select(Comment.number.label("number"), words.label("words"))
        .join(first, first.c.comment_id == Comment.id)
        .where(Comment.published_at.is_not(None))
        .correlate(OpinionPoint)
        .order_by(Comment.id)
        .limit(MOST_EXCERPTS)
        .subquery("shown")
    )
    pair = func.json_build_array if _is_postgresql() else func.json_array
    return (
        select(_gathered(pair(shown.c.number, shown.c.words)))
        .correlate(OpinionPoint)
        .scalar_subquery()
    )


def _gathered(column: Any) -> Any:
    gather = func.json_agg if _is_postgresql() else func.json_group_array
    return type_coerce(gather(column), JSON)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _view(point: OpinionPoint, numbers: list[int], words: list[tuple[int, str]]) -> PointView:
    quoted = sorted((number, excerpt(text, EXCERPT)) for number, text in words)
    return PointView(
        number=point.number,
        title=point.title,
        clause_key=point.clause_key,
        clause_label=point.clause_label,
        clause_text=point.clause_text,
        disposition=point.disposition.value if point.disposition else None,
        reason=point.reason,
        changed_text=point.changed_text,
        members=point.member_count,
        decided_at=point.decided_at,
        comments=sorted(numbers),
        excerpts=[text for _number, text in quoted],
        excerpt_numbers=[number for number, _text in quoted],
    )


def live_point_of(comment_id: int) -> PointView | None:
    """The point that an opinion is in, as it stands, without excerpts."""
    row = db.session.execute(
        select(OpinionPoint, _first_numbers())
        .join(PointMember, PointMember.point_id == OpinionPoint.id)
        .where(PointMember.comment_id == comment_id)
    ).one_or_none()
    return None if row is None else _view(row[0], row[1] or [], [])


def unsorted_numbers(consultation_id: int, limit: int = MOST_OVERDUE) -> list[int]:
    """The numbers of pending opinions that are in no point, the first ones."""
    sorted_in = select(PointMember.point_id).where(PointMember.comment_id == Comment.id)
    return list(
        db.session.scalars(
            select(Comment.number)
            .where(
                Comment.consultation_id == consultation_id,
                Comment.outcome == Outcome.PENDING,
                ~sorted_in.exists(),
            )
            .order_by(Comment.number)
            .limit(limit)
        )
    )
