"""The result as a document: plain values in a fixed shape, their canonical JSON and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from participation.adoption.rules import Disposition, Figures, SealingCause
from participation.comments.rules import Outcome

FORMAT = "zhongyan-adoption/3"
MOST_NUMBERS = 50
MOST_EXCERPTS = 3
MOST_OVERDUE = 200


@dataclass(frozen=True)
class PointView:
    """A point as it is shown. Without a disposition it is pending.

    `comments` are the numbers of its first opinions (at most `MOST_NUMBERS`), `members` is how
    many it has in truth; `excerpts` are masked words of up to `MOST_EXCERPTS` released ones and
    `excerpt_numbers` whose they are.
    """

    number: int
    title: str
    clause_key: str | None
    clause_label: str
    clause_text: str
    disposition: str | None
    reason: str
    changed_text: str
    members: int
    decided_at: datetime | None
    comments: list[int]
    excerpts: list[str]
    excerpt_numbers: list[int]

    @property
    def outcome(self) -> str:
        """The disposition, or `pending`."""
        return self.disposition or Outcome.PENDING.value


@dataclass(frozen=True)
class Head:
    """What a document says before its figures: whose result this is, which version and why."""

    slug: str
    title: str
    department: str
    matter: str
    opens_at: datetime
    closes_at: datetime
    version: int
    cause: SealingCause
    note: str
    published_at: datetime
    due_on: date
    due_latest_on: date
    due_provisional: bool
    is_past_due: bool


def build(
    head: Head,
    figures: Figures,
    points: Iterable[PointView],
    *,
    unsorted: Sequence[int],
    surveys: list[dict[str, Any]],
    meetings: list[dict[str, Any]],
    near_duplicates: dict[str, Any],
) -> dict[str, Any]:
    """The whole document. `unsorted` are numbers of pending opinions that are in no point,
    `near_duplicates` says how opinions that say the same were found, and how many.

    What is still pending at or after the due instant is named under `overdue`.
    """
    listed = [point_plain(each) for each in points]
    overdue = figures.pending if head.is_past_due else 0
    return {
        "format": FORMAT,
        "consultation": {
            "slug": head.slug,
            "title": head.title,
            "department": head.department,
            "matter": head.matter,
            "opens_at": instant(head.opens_at),
            "closes_at": instant(head.closes_at),
        },
        "version": head.version,
        "cause": head.cause.value,
        "note": head.note,
        "published_at": instant(head.published_at),
        "due": {
            "on": head.due_on.isoformat(),
            "latest_on": head.due_latest_on.isoformat(),
            "provisional": head.due_provisional,
        },
        "figures": figures_plain(figures),
        "overdue": {
            "count": overdue,
            "points": [each["number"] for each in listed if not each["disposition"] and overdue],
            "unsorted": list(unsorted[:MOST_OVERDUE]) if overdue else [],
        },
        "near_duplicates": near_duplicates,
        "surveys": surveys,
        "meetings": meetings,
        "points": listed,
    }


def build_bulletin(
    closes_at: datetime,
    figures: Figures,
    surveys: list[dict[str, Any]],
    meetings: list[dict[str, Any]],
) -> dict[str, Any]:
    """The closing bulletin: what came in until the close, by channel and kind of respondent."""
    plain = figures_plain(figures)
    return {
        "closed_at": instant(closes_at),
        "received": plain["received"],
        "withdrawn": plain["outcomes"][Outcome.WITHDRAWN.value],
        "channels": plain["channels"],
        "respondent_kinds": plain["respondent_kinds"],
        "surveys": surveys,
        "meetings": meetings,
    }


def figures_plain(figures: Figures) -> dict[str, Any]:
    """The figures: every outcome with its zero, channels and kinds only where there are any."""
    return {
        "received": figures.received,
        "outcomes": {each.value: figures.outcomes.get(each, 0) for each in Outcome},
        "channels": {each.value: count for each, count in figures.channels.items() if count},
        "respondent_kinds": {
            each.value: count for each, count in figures.respondent_kinds.items() if count
        },
    }


def point_plain(point: PointView) -> dict[str, Any]:
    """A point as plain values."""
    return {
        "number": point.number,
        "title": point.title,
        "clause_key": point.clause_key,
        "clause_label": point.clause_label,
        "clause_text": point.clause_text,
        "disposition": Disposition(point.disposition).value if point.disposition else None,
        "reason": point.reason,
        "changed_text": point.changed_text,
        "members": point.members,
        "decided_at": instant(point.decided_at) if point.decided_at else None,
        "comments": list(point.comments),
        # Whose words are quoted, and not the words: a sealed document outlives their erasure.
        "excerpts": [{"number": number} for number in point.excerpt_numbers],
    }


def point_of_plain(plain: Mapping[str, Any], words: Mapping[int, str]) -> PointView:
    """A sealed point read back; `words` are those of quoted opinions that are public now."""
    shown = [each["number"] for each in plain["excerpts"] if each["number"] in words]
    decided_at = plain["decided_at"]
    return PointView(
        **{
            **plain,
            "decided_at": datetime.fromisoformat(decided_at) if decided_at else None,
            "excerpts": [words[number] for number in shown],
            "excerpt_numbers": shown,
        }
    )


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one way to write a document: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def digest_of(document: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def instant(value: datetime) -> str:
    """An instant as text; the same instant always gives the same text."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")
