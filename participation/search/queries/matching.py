"""Asking the two databases' full-text indexes the same question, in the way each is fast at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from participation.kernel.db import db
from participation.search.full_text import INDEX
from participation.search.models import SearchEntry

# PostgreSQL's index gives all hits at once: a word that many texts have is found sooner by looking
# through the latest of them.
LATEST = 3_000


@dataclass(frozen=True)
class Wanted:
    """What an entry must have: of every group at least one token; and what its row must say.

    `within` limits the consultations where they are too many to be named by tokens.
    """

    groups: tuple[tuple[str, ...], ...]
    within: Select[int] | None = None

    def also(self, *tokens: str) -> Wanted:
        """The same, and each of these tokens too."""
        return Wanted((*self.groups, *((each,) for each in tokens)), self.within)


def latest(wanted: Wanted, after: int | None, most: int) -> list[int]:
    """The ids of the latest hits before an id, the latest first; at most `most`."""
    if _is_postgresql():
        found = list(db.session.scalars(_among_the_latest(wanted, after, most)))
        if len(found) == most:
            return found
        return list(db.session.scalars(_of_all(wanted, after, most)))
    return list(db.session.scalars(_in_fts5(wanted, after, most)))


def latest_of(parts: Sequence[Wanted], most: int) -> CompoundSelect[int]:
    """The ids of the latest hits of each part, at most `most` of each, as one selection."""
    select_ids = _of_all if _is_postgresql() else _in_fts5
    found = [select_ids(each, None, most).subquery() for each in parts]
    return union_all(*(select(*each.c) for each in found))


def count(wanted: Wanted, most: int) -> int:
    """How many hits there are, counted no further than `most`."""
    hits = (
        select(literal(1)).where(*_matches(wanted))
        if _is_postgresql()
        else _in_fts5(wanted, None, most)
    )
    return db.session.scalar(select(func.count()).select_from(hits.limit(most).subquery())) or 0


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _in_fts5(wanted: Wanted, after: int | None, most: int) -> Select[int]:
    # The table goes through its hits by id, from the last one on, and stops at the limit.
    index = table(INDEX, column("rowid"))
    statement = (
        select(index.c.rowid)
        .where(literal_column(INDEX).op("MATCH")(bindparam(None, _said(wanted, '"'))))
        .order_by(index.c.rowid.desc())
        .limit(most)
    )
    if after is not None:
        statement = statement.where(index.c.rowid < after)
    if wanted.within is not None:
        statement = statement.join(SearchEntry, SearchEntry.id == index.c.rowid).where(
            SearchEntry.consultation_id.in_(wanted.within)
        )
    return statement


def _among_the_latest(wanted: Wanted, after: int | None, most: int) -> Select[int]:
    newest = select(SearchEntry.id, SearchEntry.words, SearchEntry.consultation_id)
    if after is not None:
        newest = newest.where(SearchEntry.id < after)
    some = newest.order_by(SearchEntry.id.desc()).limit(LATEST).subquery()
    return select(some.c.id).where(*_matches(wanted, some.c)).order_by(some.c.id.desc()).limit(most)


def _of_all(wanted: Wanted, after: int | None, most: int) -> Select[int]:
    # The hits first, then their order: else the primary key is walked for a rare word's sake.
    hits = select(SearchEntry.id).where(*_matches(wanted))
    if after is not None:
        hits = hits.where(SearchEntry.id < after)
    found = hits.cte().prefix_with("MATERIALIZED")
    return select(found.c.id).order_by(found.c.id.desc()).limit(most)


def _matches(wanted: Wanted, columns: Any = SearchEntry) -> Sequence[ColumnElement[bool]]:
    said = bindparam(None, _said(wanted, "'"), type_=TSQUERY())
    matches = [columns.words.op("@@")(said)]
    if wanted.within is not None:
        matches.append(columns.consultation_id.in_(wanted.within))
    return matches


def _said(wanted: Wanted, quote: str) -> str:
    """The query in the database's language; tokens hold neither quotes nor anything it reads."""
    either, both = (" OR ", " AND ") if quote == '"' else (" | ", " & ")
    groups = (either.join(f"{quote}{token}{quote}" for token in group) for group in wanted.groups)
    return both.join(f"({group})" for group in groups)
