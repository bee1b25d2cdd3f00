"""What the `close` and `result` leaves tell of: the bulletin, the summary, the map, the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, select

from participation.adoption import queries as adoption
from participation.adoption.models import AdoptionSummary, Bulletin, SealedMember, SealedPoint
from participation.comments.models import Comment
from participation.comments.rules import Outcome, Visibility
from participation.kernel.canonical import canonical, plain_json
from participation.kernel.db import db
from participation.record.models import RecordMap
from participation.record.queries.opinions import state_of
from participation.record.rules import State


def bulletin_bytes(consultation_id: int) -> bytes | None:
    """What `bulletin_sha256` is of: the closing bulletin as published; None before it is out."""
    content = db.session.scalar(
        select(Bulletin.content).where(Bulletin.consultation_id == consultation_id)
    )
    return None if content is None else canonical(plain_json(content))


def summary_bytes(consultation_id: int, version: int | None = None) -> bytes | None:
    """What `summary_sha256` is of: a sealed version (the latest); None before there is one."""
    if version is None:
        latest = adoption.latest_summary(consultation_id)
        if latest is None:
            return None
        version = latest.version
    return summary_content(adoption.document_of(consultation_id, version))


def summary_content(document: Mapping[str, Any]) -> bytes:
    """A sealed document without the words quoted from opinions.

    Those must be destroyed where their author asks for it, and an unsalted hash over them would
    betray a short text; `map.json` and the package's comments have them as long as they stand.
    """
    points = [
        {name: value for name, value in point.items() if name != "excerpts"}
        for point in document["points"]
    ]
    return canonical(plain_json({**document, "points": points}))


def result_map(consultation_id: int) -> bytes | None:
    """What `map_sha256` of the last result is of; None before there is one."""
    return db.session.scalar(
        select(RecordMap.content)
        .where(RecordMap.consultation_id == consultation_id)
        .order_by(RecordMap.index.desc())
        .limit(1)
    )


def map_rows(summary: AdoptionSummary) -> list[tuple[int, int, str]]:
    """(number, point or 0, outcome) of each opinion that a sealed version counts.

    What repeats another is in the other's point. Two statements.
    """
    decided = {
        number: content["disposition"] or Outcome.PENDING.value
        for number, content in db.session.execute(
            select(SealedPoint.number, SealedPoint.content).where(
                SealedPoint.summary_id == summary.id
            )
        )
    }
    rows = db.session.execute(
        select(Comment.number, Comment.outcome, SealedMember.number)
        .outerjoin(
            SealedMember,
            and_(
                SealedMember.summary_id == summary.id,
                SealedMember.comment_id == func.coalesce(Comment.duplicate_of_id, Comment.id),
            ),
        )
        .where(
            Comment.consultation_id == summary.consultation_id,
            Comment.number <= summary.received,
        )
        .order_by(Comment.number)
    )
    return [
        (number, point or 0, _sealed_outcome(outcome, decided.get(point)))
        for number, outcome, point in rows
    ]


def _sealed_outcome(outcome: Outcome, decided: str | None) -> str:
    if decided is None or outcome in (Outcome.DUPLICATE, Outcome.WITHDRAWN):
        return outcome.value
    return decided


def figures_at_close(consultation_id: int, received: int) -> tuple[dict[str, int], dict[str, int]]:
    """How many of the opinions up to a number came by each channel, and stand in each state.

    Counted from the rows, one statement. Channels only where there are any; every state.
    """
    by_channel: Counter[str] = Counter()
    by_state: Counter[str] = Counter(
        {**{each.value: 0 for each in State}, Outcome.WITHDRAWN.value: 0}
    )
    columns = (Comment.channel, Comment.visibility, Comment.outcome)
    for channel, visibility, outcome, count in db.session.execute(
        select(*columns, func.count())
        .where(Comment.consultation_id == consultation_id, Comment.number <= received)
        .group_by(*columns)
    ):
        by_channel[channel.value] += count
        by_state[_state_at_close(visibility, outcome)] += count
    return dict(by_channel), dict(by_state)


def _state_at_close(visibility: Visibility, outcome: Outcome) -> str:
    withdrawn = outcome is Outcome.WITHDRAWN
    return outcome.value if withdrawn else state_of(visibility, outcome).value
