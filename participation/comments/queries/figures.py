"""The figures of a consultation's opinions: as the counters have them, and counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select

from participation.comments.models import ClauseTally, Comment, CommentSeries, CommentTally
from participation.comments.rules import (
    Channel,
    Dimension,
    Outcome,
    RespondentKind,
    Stance,
    Standing,
    Visibility,
)
from participation.consultations.models import Clause
from participation.kernel.db import db
from participation.kernel.paging import PAGE

Value = TypeVar("Value", bound=StrEnum)


class SameWords(NamedTuple):
    """Opinions whose words are the same: how many, and the number of the first."""

    words_digest: str
    members: int
    first_number: int


@dataclass(frozen=True)
class Counts:
    """The figures of one consultation; every value of a dimension is there, zeros included.

    `by_visibility` leaves out what was withdrawn; the others add up to `received`.
    """

    received: int
    released: int
    by_outcome: Mapping[Outcome, int]
    by_channel: Mapping[Channel, int]
    by_kind: Mapping[RespondentKind, int]
    by_stance: Mapping[Stance, int]
    by_standing: Mapping[Standing, int]
    by_visibility: Mapping[Visibility, int]


def counts(consultation_id: int) -> Counts:
    """The figures as the counters have them; two statements, whatever the number of opinions."""
    series = db.session.execute(
        select(CommentSeries.received, CommentSeries.released).where(
            CommentSeries.consultation_id == consultation_id
        )
    ).one_or_none()
    tallies = db.session.execute(
        select(CommentTally.dimension, CommentTally.value, CommentTally.count).where(
            CommentTally.consultation_id == consultation_id
        )
    )
    received, released = series or (0, 0)
    return _counts(received, released, {(name, value): count for name, value, count in tallies})


def recount(consultation_id: int) -> Counts:
    """The same figures counted anew from the rows; reads every opinion, one statement."""
    shown = Comment.published_at.is_not(None)
    columns = (
        Comment.outcome,
        Comment.channel,
        Comment.respondent_kind,
        Comment.stance,
        Comment.standing,
        Comment.visibility,
        shown,
    )
    groups = db.session.execute(
        select(*columns, func.count())
        .where(Comment.consultation_id == consultation_id)
        .group_by(*columns)
    )
    received = released = 0
    found: Counter[tuple[str, str]] = Counter()
    for outcome, channel, kind, stance, standing, visibility, is_shown, count in groups:
        received += count
        released += count if is_shown else 0
        found[Dimension.OUTCOME, outcome] += count
        found[Dimension.CHANNEL, channel] += count
        found[Dimension.RESPONDENT_KIND, kind] += count
        found[Dimension.STANCE, stance] += count
        found[Dimension.STANDING, standing] += count
        if outcome is not Outcome.WITHDRAWN:
            found[Dimension.VISIBILITY, visibility] += count
    return _counts(received, released, found)


def _counts(received: int, released: int, found: Mapping[tuple[str, str], int]) -> Counts:
    def by(dimension: Dimension, kind: type[Value]) -> dict[Value, int]:
        return {value: found.get((dimension, value), 0) for value in kind}

    return Counts(
        received=received,
        released=released,
        by_outcome=by(Dimension.OUTCOME, Outcome),
        by_channel=by(Dimension.CHANNEL, Channel),
        by_kind=by(Dimension.RESPONDENT_KIND, RespondentKind),
        by_stance=by(Dimension.STANCE, Stance),
        by_standing=by(Dimension.STANDING, Standing),
        by_visibility=by(Dimension.VISIBILITY, Visibility),
    )


def standing_counts(consultation_id: int) -> dict[Standing, int]:
    """How the authors of a consultation's opinions are known; one statement, zeros left out."""
    rows = db.session.execute(
        select(CommentTally.value, CommentTally.count).where(
            CommentTally.consultation_id == consultation_id,
            CommentTally.dimension == Dimension.STANDING,
            CommentTally.count > 0,
        )
    )
    return {Standing(value): count for value, count in rows}


def waiting(
    consultation_id: int, *, clause_id: int | None = None, channel: Channel | None = None
) -> int:
    """How many wait for a moderator, on a clause or of a channel; counted from the rows."""
    statement = select(func.count()).where(
        Comment.consultation_id == consultation_id,
        Comment.visibility == Visibility.WAITING,
        Comment.outcome != Outcome.WITHDRAWN,
    )
    if clause_id is not None:
        statement = statement.where(Comment.clause_id == clause_id)
    if channel is not None:
        statement = statement.where(Comment.channel == channel)
    return db.session.scalar(statement) or 0


def clause_counts(draft_id: int) -> dict[int, int]:
    """How many opinions are publicly shown, by the id of the clause they are on."""
    found = db.session.execute(
        select(ClauseTally.clause_id, ClauseTally.released)
        .join(Clause, Clause.id == ClauseTally.clause_id)
        .where(Clause.draft_id == draft_id, ClauseTally.released > 0)
    )
    return {row.clause_id: row.released for row in found}


def same_words(consultation_id: int, digests: Sequence[str] | None = None) -> list[SameWords]:
    """Groups of opinions with the same words (withdrawn ones left out), the largest first.

    `digests` narrows it to the rows of a page; without them at most 50 groups are given.
    """
    count = func.count()
    statement = select(Comment.words_digest, count, func.min(Comment.number)).where(
        Comment.consultation_id == consultation_id, Comment.outcome != Outcome.WITHDRAWN
    )
    if digests is not None:
        statement = statement.where(Comment.words_digest.in_(digests))
    found = db.session.execute(
        statement.group_by(Comment.words_digest)
        .having(count > 1)
        .order_by(count.desc(), Comment.words_digest)
        .limit(PAGE)
    )
    return [SameWords(*row) for row in found]
