"""What the public sees of opinions: the list, one clause's, the newest of each, their redlines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ScalarSelect, Select, bindparam, func, select, tuple_, union_all

from participation.comments.models import ClauseTally, Comment
from participation.comments.proposing import Proposal, shortened
from participation.comments.queries.lists import EXCERPT
from participation.comments.rules import (
    HIDDEN,
    Channel,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Visibility,
)
from participation.consultations.models import Clause, ConsultationDocument
from participation.consultations.queries import Wording, wordings_of
from participation.kernel.db import Instant, db
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.kernel.redlining import Part

# A page of long opinions is cut by its text as well, so that no response grows beyond bounds.
MOST_TEXT = 32_000
MOST_CLAUSES = 60
"""So many clauses are listed together: an article with all that stands below it."""
MOST_BESIDE = 2
LONGEST_BESIDE = 60


class ReleasedRow(NamedTuple):
    """One opinion as the public sees it: masked words, no receipt, no name."""

    id: int
    number: int
    clause_id: int | None
    clause_key: str | None
    clause_label: str | None
    document_id: int | None
    document_title: str | None
    quoted_text: str
    quoted_at: int | None
    stance: Stance
    body: str
    proposal_kind: ProposalKind | None
    proposed_text: str
    respondent_kind: RespondentKind
    channel: Channel
    outcome: Outcome
    received_at: datetime
    published_at: datetime
    supporters: int


class BesideRow(NamedTuple):
    """One opinion as it stands beside its clause: the first `LONGEST_BESIDE` characters."""

    clause_id: int
    number: int
    stance: Stance
    body: str
    is_cut: bool
    proposal_kind: ProposalKind | None


class Beside(NamedTuple):
    """What stands beside a clause: how many opinions are shown on it, and the latest of them."""

    released: int
    rows: list[BesideRow]


class Proposing(Protocol):
    """A row with a proposed wording, of a clause or of words quoted of it."""

    @property
    def id(self) -> int: ...
    @property
    def clause_id(self) -> int | None: ...
    @property
    def proposal_kind(self) -> ProposalKind | None: ...
    @property
    def proposed_text(self) -> str: ...
    @property
    def quoted_text(self) -> str: ...
    @property
    def quoted_at(self) -> int | None: ...


def released(
    consultation_id: int, after: Cursor | None = None, clause_ids: Sequence[int] | None = None
) -> Page[ReleasedRow]:
    """A page of what is publicly shown, the latest first; one statement, flat in depth and size.

    At most 50 rows and about `MOST_TEXT` characters; `clause_ids` are this consultation's, the
    first `MOST_CLAUSES` count.
    """
    if clause_ids is not None and not clause_ids:
        return Page([], None)
    values: dict[str, object] = {"of": consultation_id}
    wanted = 0
    if clause_ids is not None:
        values = {f"of{place}": each for place, each in enumerate(clause_ids[:MOST_CLAUSES])}
        wanted = len(values)
    if after is not None:
        values |= {"at": after.at, "id": after.id}
    statement = _released(of_clauses=wanted, goes_on=after is not None)
    rows = [ReleasedRow(*row) for row in db.session.execute(statement, values)]
    return page_of(rows, lambda row: Cursor(row.published_at, row.id), _fitting(rows))


@cache
def _released(*, of_clauses: int, goes_on: bool) -> Select[*tuple[Any, ...]]:
    # Composed once: composing it would cost as much as running it.
    statement = (
        select(
            Comment.id,
            Comment.number,
            Comment.clause_id,
            Clause.key,
            Clause.label,
            Comment.document_id,
            ConsultationDocument.title,
            Comment.quoted_text,
            Comment.quoted_at,
            Comment.stance,
            Comment.shown_body,
            Comment.proposal_kind,
            Comment.shown_proposed_text,
            Comment.respondent_kind,
            Comment.channel,
            Comment.outcome,
            Comment.received_at,
            Comment.published_at,
            Comment.supporters,
        )
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(ConsultationDocument, ConsultationDocument.id == Comment.document_id)
    )
    if not of_clauses:
        return _latest(statement.where(Comment.consultation_id == bindparam("of")), goes_on=goes_on)
    if of_clauses == 1:
        return _latest(statement.where(Comment.clause_id == bindparam("of0")), goes_on=goes_on)
    # The latest of each clause, by its own index, and of those the latest: to sort what several
    # clauses have would need all of it.
    columns = select(Comment.id, Comment.published_at)
    parts = [
        _latest(columns.where(Comment.clause_id == bindparam(f"of{place}")), goes_on=goes_on)
        for place in range(of_clauses)
    ]
    merged = union_all(*(select(part.subquery().c.id) for part in parts)).subquery()
    return _latest(statement.join(merged, merged.c.id == Comment.id), goes_on=False)


def _latest(statement: Select[*tuple[Any, ...]], *, goes_on: bool) -> Select[*tuple[Any, ...]]:
    statement = (
        statement.where(Comment.published_at.is_not(None))
        .order_by(Comment.published_at.desc(), Comment.id.desc())
        .limit(PAGE + 1)
    )
    if not goes_on:
        return statement
    seen = tuple_(bindparam("at", type_=Instant()), bindparam("id"))
    return statement.where(tuple_(Comment.published_at, Comment.id) < seen)


def _fitting(rows: Sequence[ReleasedRow]) -> int:
    """How many rows fit a page; the first always does."""
    length = 0
    for place, row in enumerate(rows[:PAGE]):
        length += len(row.body) + len(row.proposed_text)
        if place and length > MOST_TEXT:
            return place
    return PAGE


def beside(clause_ids: Collection[int]) -> dict[int, Beside]:
    """How many opinions are shown on each of these clauses, with the latest `MOST_BESIDE` of them.

    By the clause's id, those without opinions left out. One statement (none where no clause is
    asked for), flat in the number of opinions.
    """
    if not clause_ids:
        return {}
    latest = (
        select(
            ClauseTally.released,
            *(_latest_but(place).label(f"id{place}") for place in range(MOST_BESIDE)),
        )
        .where(ClauseTally.clause_id.in_(clause_ids), ClauseTally.released > 0)
        .cte("latest")
    )
    released, *places = latest.c
    chosen = union_all(*(select(released, place.label("id")) for place in places)).subquery()
    rows = db.session.execute(
        select(
            chosen.c.released,
            Comment.clause_id,
            Comment.number,
            Comment.stance,
            func.substr(Comment.shown_body, 1, LONGEST_BESIDE),
            func.length(Comment.shown_body) > LONGEST_BESIDE,
            Comment.proposal_kind,
        )
        .join(Comment, Comment.id == chosen.c.id)
        .order_by(Comment.published_at.desc(), Comment.id.desc())
    )
    found: dict[int, Beside] = {}
    for total, *row in rows:
        found.setdefault(row[0], Beside(total, [])).rows.append(BesideRow(*row))
    return found


def _latest_but(place: int) -> ScalarSelect[int]:
    return (
        select(Comment.id)
        .where(Comment.clause_id == ClauseTally.clause_id, Comment.published_at.is_not(None))
        .order_by(Comment.published_at.desc(), Comment.id.desc())
        .offset(place)
        .limit(1)
        .correlate(ClauseTally)
        .scalar_subquery()
    )


def changes_of(
    rows: Iterable[Proposing],
    wordings: Mapping[int, Wording] | None = None,
    *,
    whole: bool = False,
) -> dict[int, tuple[Part, ...]]:
    """The redline of each row's clause by the row's id; one statement without `wordings`.

    Only where a row proposes a wording as data, of a clause that the public may read. Shortened
    for a list unless the `whole` clause is asked for.
    """
    wanted = [
        (row, row.clause_id, row.proposal_kind)
        for row in rows
        if row.clause_id is not None and row.proposal_kind is not None
    ]
    if wordings is None:
        wordings = wordings_of({clause_id for _row, clause_id, _kind in wanted})
    found: dict[int, tuple[Part, ...]] = {}
    for row, clause_id, kind in wanted:
        if clause_id in wordings:
            own, words = wordings[clause_id]
            proposal = Proposal(kind, row.proposed_text, row.quoted_text, row.quoted_at)
            parts = proposal.of(words if row.quoted_at is None else own)
            if parts is not None:
                found[row.id] = tuple(parts if whole else shortened(parts))
    return found


class _Listed(Proposing, Protocol):
    @property
    def visibility(self) -> Visibility: ...


def changes_in_list(rows: Iterable[_Listed]) -> dict[int, tuple[Part, ...]]:
    """The same for rows of a staff list: not of what is locked, nor of words that are cut there."""
    return changes_of(
        row for row in rows if row.visibility not in HIDDEN and len(row.proposed_text) < EXCERPT
    )
