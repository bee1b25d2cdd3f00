"""Reading drafts and their clauses, as staff see them and as the public does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from participation.consultations.models import Clause, DraftVersion
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.text import normal_form
from participation.kernel.verdict import N_

WITHHELD_WORDS = N_("（本条依法不予公开）")
HEADINGS = frozenset({"part", "chapter", "section"})
LONGEST_KEY = 80


class ClauseRow(NamedTuple):
    """A clause as a light value, in document order."""

    id: int
    key: str
    kind: str
    number: str
    label: str
    short_label: str
    text: str
    parent_id: int | None
    parent_key: str | None
    depth: int
    is_withheld: bool
    line: int


def current_draft(consultation_id: int) -> DraftVersion | None:
    """The latest accepted draft."""
    return db.session.scalars(
        select(DraftVersion)
        .where(
            DraftVersion.consultation_id == consultation_id, DraftVersion.accepted_at.is_not(None)
        )
        .order_by(DraftVersion.number.desc())
        .limit(1)
    ).one_or_none()


def latest_draft(consultation_id: int) -> DraftVersion | None:
    """The draft that was read last, accepted or not."""
    return db.session.scalars(
        select(DraftVersion)
        .where(DraftVersion.consultation_id == consultation_id)
        .order_by(DraftVersion.number.desc())
        .limit(1)
    ).one_or_none()


def pending_draft(consultation_id: int) -> DraftVersion | None:
    """The draft that was read last, where it still waits to be accepted."""
    latest = latest_draft(consultation_id)
    return latest if latest is not None and latest.accepted_at is None else None


def draft_by_id(consultation_id: int, draft_id: int) -> DraftVersion:
    """A draft of a consultation; raise NotFound for another's."""
    found = db.session.get(DraftVersion, draft_id)
    if found is None or found.consultation_id != consultation_id:
        raise NotFound(str(draft_id))
    return found


CLAUSE_COLUMNS = (
    Clause.id,
    Clause.key,
    Clause.kind,
    Clause.number,
    Clause.label,
    Clause.short_label,
    Clause.text,
    Clause.parent_id,
    Clause.depth,
    Clause.is_withheld,
    Clause.line,
)


def clauses_of(draft_id: int) -> list[ClauseRow]:
    """All clauses of a draft in document order; one query."""
    return _rows(select(*CLAUSE_COLUMNS).where(Clause.draft_id == draft_id))


def clauses_by_name(consultation_id: int) -> dict[str, ClauseRow]:
    """The current draft's clauses by key, by label, and an article by its bare number.

    Names are in `normal_form`. Where articles are numbered anew in each part, the bare number
    means the first.
    """
    draft = current_draft(consultation_id)
    rows = clauses_of(draft.id) if draft is not None else []
    found: dict[str, ClauseRow] = {}
    for row in rows:
        found[normal_form(row.key)] = found[normal_form(row.label)] = row
    for row in rows:
        if row.kind == "article":
            found.setdefault(normal_form(row.short_label), row)
    return found


def headings_of(draft_id: int | None) -> list[ClauseRow]:
    """Parts, chapters and sections of a draft that the public may read, in order; one query."""
    if draft_id is None:
        return []
    wanted = (Clause.draft_id == draft_id, Clause.kind.in_(HEADINGS), ~Clause.is_withheld)
    return _rows(select(*CLAUSE_COLUMNS).where(*wanted))


def _rows(statement: Any) -> list[ClauseRow]:
    rows = db.session.execute(statement.order_by(Clause.position)).all()
    keys: dict[int | None, str] = {row.id: row.key for row in rows}
    return [ClauseRow._make((*row[:8], keys.get(row.parent_id), *row[8:])) for row in rows]


def public_clauses(draft_id: int) -> list[ClauseRow]:
    """The clauses as the public reads them.

    A withheld clause says so in the place of its words; what stands below it says nothing.
    """
    rows = clauses_of(draft_id)
    withheld = {row.id for row in rows if row.is_withheld}
    if not withheld:
        return rows
    return [
        row._replace(text="" if row.parent_id in withheld else WITHHELD_WORDS)
        if row.is_withheld
        else row
        for row in rows
    ]


def clause_by_key(consultation_id: int, key: str) -> Clause:
    """A clause of the current draft by its stable key; raise NotFound if there is none."""
    draft = current_draft(consultation_id)
    if draft is None or len(key) > LONGEST_KEY or not key.isprintable():
        raise NotFound(key)
    found = db.session.scalars(
        select(Clause).where(Clause.draft_id == draft.id, Clause.key == key)
    ).one_or_none()
    if found is None:
        raise NotFound(key)
    return found


def withheld_count(draft_id: int) -> int:
    """How many clauses of a draft are kept from the public."""
    return (
        db.session.scalar(
            select(func.count()).where(Clause.draft_id == draft_id, Clause.is_withheld)
        )
        or 0
    )


def wording(clauses: Sequence[ClauseRow]) -> dict[int, str]:
    """The full words of each clause by id: its own and all below it, one line each.

    A heading (编, 章, 节) has its title only. Items below carry their mark （一）.
    """
    below: dict[int, list[ClauseRow]] = {}
    for row in clauses:
        if row.parent_id is not None and row.kind not in HEADINGS:
            below.setdefault(row.parent_id, []).append(row)
    words: dict[int, str] = {}
    # Backwards, so that what stands below a clause is known before the clause itself.
    for row in reversed(clauses):
        inner = [] if row.kind in HEADINGS else below.get(row.id, [])
        lines = [row.text, *(_marked(each, words[each.id]) for each in inner)]
        words[row.id] = "\n".join(line for line in lines if line)
    return {row.id: words[row.id] for row in clauses}


def _marked(row: ClauseRow, text: str) -> str:
    return row.short_label + text if text and row.kind in {"item", "subitem"} else text


def subtree(clauses: Iterable[ClauseRow], keys: Iterable[str]) -> set[int]:
    """The ids of the clauses with these keys and of all that stands below them."""
    wanted = set(keys)
    found: set[int] = set()
    for row in clauses:
        if row.key in wanted or row.parent_id in found:
            found.add(row.id)
    return found
