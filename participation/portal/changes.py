"""What changed because of what people said: the newest results with a few of their points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

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
    """The newest sealed results; three statements."""
    found = queries.listed(Stage.SEALED, now, size=size).items
    figures = _figures(each.id for each in found)
    changes = _changes(each["id"] for each in figures.values())
    return [_outcome(each, figures.get(each.id), changes) for each in found]


def _outcome(
    consultation: Consultation,
    figures: Mapping[str, Any] | None,
    changes: Mapping[int, list[Change]],
) -> Outcome:
    if figures is None:
        return Outcome(consultation)
    counts = figures["figures"]["outcomes"]
    return Outcome(
        consultation,
        figures["version"],
        figures["figures"]["received"],
        counts["adopted"],
        counts["partly_adopted"],
        counts["not_adopted"],
        changes.get(figures["id"], []),
    )


def _figures(consultation_ids: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    latest = (
        select(func.max(AdoptionSummary.id))
        .where(AdoptionSummary.consultation_id.in_(list(consultation_ids)))
        .group_by(AdoptionSummary.consultation_id)
    )
    rows = db.session.execute(
        select(
            AdoptionSummary.id,
            AdoptionSummary.consultation_id,
            AdoptionSummary.version,
            AdoptionSummary.content["figures"].label("figures"),
        ).where(AdoptionSummary.id.in_(latest))
    )
    return {row.consultation_id: dict(row._mapping) for row in rows}


def _changes(summary_ids: Iterable[int]) -> dict[int, list[Change]]:
    rows = db.session.execute(
        select(SealedPoint.summary_id, SealedPoint.content)
        .where(SealedPoint.summary_id.in_(list(summary_ids)), SealedPoint.number <= LOOKED_AT)
        .order_by(SealedPoint.summary_id, SealedPoint.number)
    )
    heeded: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for summary_id, content in rows:
        if content["disposition"] in HEEDED:
            heeded[summary_id].append(content)
    return {key: [_change(each) for each in _telling(points)] for key, points in heeded.items()}


def _telling(points: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that changed a clause first, then those that most people asked for."""
    return sorted(points, key=lambda each: (not each["changed_text"], -each["members"]))[:SHOWN]


def _change(content: Mapping[str, Any]) -> Change:
    return Change(
        content["number"],
        content["clause_label"],
        excerpt(content["title"], LONGEST),
        content["disposition"],
        excerpt(content["changed_text"], LONGEST),
        content["members"],
    )
