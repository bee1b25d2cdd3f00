"""The words of some clauses as the public reads them, with all that stands below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from participation.consultations.models import Clause
from participation.consultations.queries.clauses import CLAUSE_COLUMNS, HEADINGS, ClauseRow, wording
from participation.kernel.db import db


class Wording(NamedTuple):
    """A clause's own words, and the whole of them: items marked, one line each."""

    own: str
    whole: str


def wordings_of(clause_ids: Collection[int]) -> dict[int, Wording]:
    """The words of these clauses by id; one statement, none where none are asked for.

    A heading is its title. A clause of which something is kept from the public is left out.
    """
    if not clause_ids:
        return {}
    root = select(Clause.id.label("root"), Clause.id.label("id"), Clause.kind.label("kind"))
    below = root.where(Clause.id.in_(clause_ids)).cte("below", recursive=True)
    child = aliased(Clause)
    below = below.union_all(
        select(below.c.root, child.id, child.kind).where(
            child.parent_id == below.c.id, below.c.kind.not_in(HEADINGS)
        )
    )
    rows = db.session.execute(
        select(below.c.root, *CLAUSE_COLUMNS)
        .join(Clause, Clause.id == below.c.id)
        .order_by(below.c.root, Clause.position)
    )
    found: dict[int, list[ClauseRow]] = {}
    for root_id, *row in rows:
        found.setdefault(root_id, []).append(ClauseRow._make((*row[:8], None, *row[8:])))
    return {
        root_id: words
        for root_id, clauses in found.items()
        if (words := wordings_in(clauses).get(root_id)) is not None
    }


def wordings_in(clauses: Sequence[ClauseRow]) -> dict[int, Wording]:
    """The same of clauses that are at hand, with all that stands below them, in their order."""
    kept: set[int | None] = set()
    for row in reversed(clauses):
        if row.is_withheld or row.id in kept:
            kept |= {row.id} if row.kind in HEADINGS else {row.id, row.parent_id}
    words = wording(clauses)
    return {row.id: Wording(row.text, words[row.id]) for row in clauses if row.id not in kept}
