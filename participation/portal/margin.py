"""What stands in the margin of a draft, by the article it stands beside. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from participation.comments.queries import Beside, BesideRow
from participation.consultations.models import Interpretation
from participation.consultations.queries import ClauseRow
from participation.inquiries.queries import AnsweredRow
from participation.portal.leaves import HEADINGS, TOPS

MOST = 2
"""Of each kind so much beside one article; all of it is on the clause's own page."""


@dataclass
class Margin:
    """What was said of an article and all below it, or of a heading alone.

    `count` opinions are publicly shown; of each kind the first `MOST` are here.
    """

    key: str
    count: int = 0
    opinions: list[BesideRow] = field(default_factory=list)
    interpretations: list[Interpretation] = field(default_factory=list)
    questions: list[AnsweredRow] = field(default_factory=list)

    @property
    def has_notes(self) -> bool:
        """Whether there is more to see than the way to comment."""
        return bool(self.count or self.interpretations or self.questions)


def margins(
    clauses: Sequence[ClauseRow],
    beside: Mapping[int, Beside],
    interpretations: Iterable[Interpretation],
    questions: Mapping[int, Sequence[AnsweredRow]],
) -> dict[int, Margin]:
    """The margin of each article, heading and loose paragraph by its id."""
    heads = heads_of(clauses)
    found = {head.id: Margin(head.key) for head in heads.values()}
    by_key: dict[str | None, list[Interpretation]] = {}
    for each in interpretations:
        by_key.setdefault(each.clause_key, []).append(each)
    for row in clauses:
        margin = found[heads[row.id].id]
        if here := beside.get(row.id):
            margin.count += here.released
            margin.opinions += here.rows
        margin.interpretations += by_key.get(row.key, [])
        margin.questions += questions.get(row.id, [])
    for margin in found.values():
        margin.opinions.sort(key=lambda row: -row.number)
        del margin.opinions[MOST:], margin.interpretations[MOST:], margin.questions[MOST:]
    return found


def heads_of(clauses: Iterable[ClauseRow]) -> dict[int, ClauseRow]:
    """Beside which clause each one's margin stands: its article's, else its own."""
    heads: dict[int, ClauseRow] = {}
    for row in clauses:
        above = heads.get(row.parent_id or 0)
        own = row.kind in TOPS or above is None or above.kind in HEADINGS
        heads[row.id] = row if own or above is None else above
    return heads
