"""The search: a query and its filters in, a page of hits with their words marked out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from participation.accounts.models import Department
from participation.comments.models import Comment
from participation.consultations.models import Consultation, ConsultationTag, Interpretation
from participation.consultations.queries import stage_clause
from participation.consultations.rules import Stage, Status, stage_at
from participation.inquiries.models import Inquiry
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_
from participation.rulebook.subjects import Audience, Topic
from participation.search import ranking
from participation.search.highlighting import MOST_READ, Piece, highlighted
from participation.search.models import SearchEntry
from participation.search.queries.matching import Wanted, count, latest, latest_of
from participation.search.rules import LONGEST_QUERY, MOST_RANKED, Kind, Order
from participation.search.segmenting import Word, read_query

SIZE = 20
MOST_NAMED = 200
"""Up to so many consultations are looked for in the index itself."""

_PLACE = re.compile("([0-9]{1,9})-([0-9]{1,18})")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; `after` is the `next` of the page before."""

    query: str
    kind: Kind | None = None
    order: Order = Order.RELEVANCE
    stage: Stage | None = None
    departments: frozenset[int] | None = None
    topic: Topic | None = None
    audience: Audience | None = None
    consultation_id: int | None = None
    after: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether more than the words narrows the search."""
        return any(
            each is not None
            for each in (
                *(self.kind, self.stage, self.departments, self.topic),
                *(self.audience, self.consultation_id),
            )
        )


class Hit(NamedTuple):
    """A text that was found, with the words looked for marked in title and text."""

    kind: Kind
    place: str
    at: datetime
    source_id: int
    slug: str
    consultation: str
    stage: Stage
    closes_at: datetime | None
    department: str
    title: list[Piece]
    text: list[Piece]


@dataclass(frozen=True)
class Found:
    """A page of hits; `count` is counted up to `MOST_RANKED`, `is_more` says there are more."""

    hits: list[Hit]
    words: list[Word]
    count: int
    is_more: bool
    next: str | None


def find(asked: Asked, now: datetime) -> Found:
    """A page of at most `SIZE` public texts that have all words of the query; four statements."""
    words = read_query(asked.query[:LONGEST_QUERY])
    wanted = _wanted(asked, words, now) if words else None
    if wanted is None:
        return Found([], words, 0, False, None)
    after = _place(asked.after)
    if asked.order is Order.DATE:
        ids = latest(wanted, after and after[1], SIZE + 1)
        places, total = [(0, each) for each in ids], count(wanted, MOST_RANKED + 1)
    else:
        ranked = _ranked(asked, wanted, words)
        places, total = [each for each in ranked if after is None or each < after], len(ranked)
    shown = places[:SIZE]
    return Found(
        _hits([each for _score, each in shown], words, now),
        words,
        min(total, MOST_RANKED),
        total > MOST_RANKED,
        "{}-{}".format(*shown[-1]) if len(places) > SIZE else None,
    )


def _place(after: str | None) -> tuple[int, int] | None:
    if not after:
        return None
    found = _PLACE.fullmatch(after)
    if found is None:
        raise Invalid(N_("页码无效，请从第一页重新查看。"), field="after")
    return int(found[1]), int(found[2])


def _wanted(asked: Asked, words: Sequence[Word], now: datetime) -> Wanted | None:
    """The query for the index; None where no consultation is as the filters want it."""
    said = Wanted(tuple((token,) for word in words for token in word.tokens))
    if asked.kind is not None:
        said = said.also(f"_k{asked.kind.value}")
    if asked.consultation_id is not None:
        said = said.also(f"_c{asked.consultation_id}")
    among = _consultations(asked, now)
    if among is None:
        return said
    ids = db.session.scalars(among.limit(MOST_NAMED + 1)).all()
    if not ids:
        return None
    if len(ids) > MOST_NAMED:
        return Wanted(said.groups, among)
    return Wanted((*said.groups, tuple(f"_c{each}" for each in ids)))


def _consultations(asked: Asked, now: datetime) -> Select[int] | None:
    """The consultations that the filters leave; None where they leave all."""
    conditions: list[Any] = []
    if asked.stage is not None:
        conditions.append(stage_clause(asked.stage, now))
    if asked.departments is not None:
        conditions.append(Consultation.department_id.in_(asked.departments))
    for tag in (asked.topic, asked.audience):
        if tag is not None:
            kind = "topic" if isinstance(tag, Topic) else "audience"
            tagged = select(ConsultationTag.consultation_id).where(
                ConsultationTag.kind == kind, ConsultationTag.value == tag.value
            )
            conditions.append(Consultation.id.in_(tagged))
    if not conditions:
        return None
    return select(Consultation.id).where(Consultation.status == Status.PUBLISHED, *conditions)


def _ranked(asked: Asked, wanted: Wanted, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Score and id of the latest hits, the most relevant first; one statement.

    Of what the office says as many as of what people say to it: neither pushes the other out.
    """
    parts = [wanted] if asked.kind else [wanted.also("_official"), wanted.also("_kcomment")]
    phrase = ranking.phrase_of(asked.query[:LONGEST_QUERY])
    rows = db.session.execute(
        select(
            SearchEntry.id,
            SearchEntry.kind,
            SearchEntry.title,
            func.substr(SearchEntry.text, 1, ranking.MOST_READ),
        ).where(SearchEntry.id.in_(latest_of(parts, MOST_RANKED + 1)))
    )
    return sorted(
        (
            (ranking.score(kind, title, text, words, phrase), number)
            for number, kind, title, text in rows
        ),
        reverse=True,
    )


def _hits(ids: Sequence[int], words: Sequence[Word], now: datetime) -> list[Hit]:
    rows = {row.id: row for row in db.session.execute(_shown(), {"ids": ids})} if ids else {}
    return [_hit(rows[each], words, now) for each in ids if each in rows]


@cache
def _shown() -> Select[Any]:
    # The chosen rows first, then what belongs to them: else all of a consultation's are read.
    rows = select(SearchEntry).where(SearchEntry.id.in_(bindparam("ids", expanding=True)))
    chosen = aliased(SearchEntry, rows.limit(SIZE).subquery())
    is_opinion = chosen.kind == Kind.COMMENT
    is_question = chosen.kind == Kind.QUESTION
    is_reading = chosen.kind == Kind.INTERPRETATION
    return (
        select(
            chosen.id,
            chosen.kind,
            chosen.place,
            chosen.at,
            chosen.source_id,
            chosen.title,
            func.substr(chosen.text, 1, MOST_READ).label("text"),
            Consultation.slug,
            Consultation.title.label("consultation"),
            Consultation.status,
            Consultation.opens_at,
            Consultation.closes_at,
            Consultation.closed_at,
            Consultation.sealed_at,
            Department.name.label("department"),
        )
        .join(Consultation, Consultation.id == chosen.consultation_id)
        .join(Department, Department.id == Consultation.department_id)
        .outerjoin(Comment, and_(is_opinion, Comment.id == chosen.source_id))
        .outerjoin(Inquiry, and_(is_question, Inquiry.id == chosen.source_id))
        .outerjoin(Interpretation, and_(is_reading, Interpretation.id == chosen.source_id))
        # A second fence: what is not shown itself is never shown from here.
        .where(
            Consultation.status == Status.PUBLISHED,
            or_(~is_opinion, Comment.published_at.is_not(None)),
            or_(~is_question, Inquiry.published_at.is_not(None)),
            or_(~is_reading, Interpretation.published_at.is_not(None)),
        )
    )


def _hit(row: Row[Any], words: Sequence[Word], now: datetime) -> Hit:
    at = max(now, row.closed_at) if row.closed_at else now
    return Hit(
        row.kind,
        row.place,
        row.at,
        row.source_id,
        row.slug,
        row.consultation,
        stage_at(row.status, row.opens_at, row.closes_at, row.sealed_at, at),
        row.closes_at,
        row.department,
        highlighted(row.title, words, most=200),
        highlighted(row.text, words),
    )
