"""What changed because of what people said: the newest results with a few of their points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import defer, joinedload

from participation.adoption.models import AdoptionSummary, SealedPoint
from participation.adoption.rules import Disposition
from participation.consultations.models import Consultation
from participation.consultations.queries import stage_clause
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
    """The results that were published last, the newest first; one statement."""
    newest = (
        select(Consultation.id)
        .where(stage_clause(Stage.SEALED, now))
        .order_by(Consultation.sealed_at.desc(), Consultation.id.desc())
        .limit(size)
    )
    latest = (
        select(func.max(AdoptionSummary.id))
        .where(AdoptionSummary.consultation_id == Consultation.id)
        .correlate(Consultation)
        .scalar_subquery()
    )
    points = and_(SealedPoint.summary_id == AdoptionSummary.id, SealedPoint.number <= LOOKED_AT)
    rows = db.session.execute(
        select(
            Consultation,
            AdoptionSummary.version,
            AdoptionSummary.content["figures"].label("figures"),
            SealedPoint.content.label("content"),
        )
        .outerjoin(AdoptionSummary, AdoptionSummary.id == latest)
        .outerjoin(SealedPoint, points)
        .where(Consultation.id.in_(newest))
        .options(
            joinedload(Consultation.department),
            defer(Consultation.explanation),
            defer(Consultation.legal_basis),
        )
        .order_by(Consultation.sealed_at.desc(), Consultation.id.desc(), SealedPoint.number)
    ).all()
    return [_outcome(list(each)) for _, each in groupby(rows, key=lambda row: row[0].id)]


def _outcome(rows: Sequence[Any]) -> Outcome:
    first = rows[0]
    if first.version is None:
        return Outcome(first[0])
    counts = first.figures["outcomes"]
    return Outcome(
        first[0],
        first.version,
        first.figures["received"],
        counts["adopted"],
        counts["partly_adopted"],
        counts["not_adopted"],
        [_change(each) for each in _telling(row.content for row in rows if row.content)],
    )


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
