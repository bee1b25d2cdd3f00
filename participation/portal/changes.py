"""What changed because of what people said: the newest results with a few of their points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from participation.adoption.models import AdoptionSummary, SealedPoint
from participation.adoption.rules import Disposition
from participation.consultations import queries
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel.db import db
from participation.kernel.text import excerpt

LOOKED_AT = 20
"""How many points of a result are looked at for a change to show, the first ones."""
SHOWN = 2
LONGEST = 90
HEEDED = (Disposition.ADOPTED.value, Disposition.PARTLY_ADOPTED.value)


@dataclass(frozen=True)
class Change:
    """A point that was heeded: what people said, and what the clause says now."""

    number: int
    clause: str
    said: str
    disposition: str
    now_reads: str
    members: int


@dataclass(frozen=True)
class Outcome:
    """A result with its figures; `version` is 0 where its document is not there."""

    consultation: Consultation
    version: int = 0
    received: int = 0
    adopted: int = 0
    partly: int = 0
    not_adopted: int = 0
    changes: Sequence[Change] = field(default_factory=list)


def recent_results(now: datetime, size: int) -> list[Outcome]:
    """The newest sealed results; two statements."""
    found = queries.listed(Stage.SEALED, now, size=size).items
    sealed = _sealed(each.id for each in found)
    return [_outcome(each, sealed[each.id]) for each in found]


def _outcome(consultation: Consultation, rows: Sequence[Any]) -> Outcome:
    if not rows:
        return Outcome(consultation)
    figures = rows[0].figures
    counts = figures["outcomes"]
    return Outcome(
        consultation,
        rows[0].version,
        figures["received"],
        counts["adopted"],
        counts["partly_adopted"],
        counts["not_adopted"],
        [_change(each) for each in _telling(row.content for row in rows if row.content)],
    )


def _sealed(consultation_ids: Iterable[int]) -> dict[int, list[Any]]:
    """The latest version of each with its first points, a row for each point."""
    latest = (
        select(func.max(AdoptionSummary.id))
        .where(AdoptionSummary.consultation_id.in_(list(consultation_ids)))
        .group_by(AdoptionSummary.consultation_id)
    )
    points = and_(SealedPoint.summary_id == AdoptionSummary.id, SealedPoint.number <= LOOKED_AT)
    rows = db.session.execute(
        select(
            AdoptionSummary.consultation_id,
            AdoptionSummary.version,
            AdoptionSummary.content["figures"].label("figures"),
            SealedPoint.content.label("content"),
        )
        .outerjoin(SealedPoint, points)
        .where(AdoptionSummary.id.in_(latest))
        .order_by(AdoptionSummary.id, SealedPoint.number)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.consultation_id].append(row)
    return found


def _telling(points: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that were heeded: what changed a clause first, then what most people asked for."""
    heeded = (each for each in points if each["disposition"] in HEEDED)
    return sorted(heeded, key=lambda each: (not each["changed_text"], -each["members"]))[:SHOWN]


def _change(content: Mapping[str, Any]) -> Change:
    return Change(
        content["number"],
        content["clause_label"],
        excerpt(content["title"], LONGEST),
        content["disposition"],
        excerpt(content["changed_text"], LONGEST),
        content["members"],
    )
