"""Reads the demonstration's content: texts and tables of a fictional county, days relative."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).with_name("content")


@dataclass(frozen=True)
class Matter:
    """One consultation's content; days of comments and meetings count from `opens_on`."""

    consultation: dict[str, Any]
    draft: bytes
    explanation: bytes
    folder: Path
    comments: list[dict[str, Any]] = field(default_factory=list)
    survey: dict[str, Any] = field(default_factory=dict)
    meetings: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    package: dict[str, Any] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        """A file that stands beside its tables."""
        return (self.folder / name).read_bytes()

    def opens_on(self, today: date) -> date:
        """The day of opening, seen from the day of loading."""
        days: int = self.consultation["window"]["opens_in_days"]
        return today + timedelta(days=days)

    def last_day(self, today: date) -> date:
        """The last day of the window."""
        days: int = self.consultation["window"]["days"]
        return self.opens_on(today) + timedelta(days=days)


def _table(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def departments() -> list[dict[str, Any]]:
    """The tree of departments, parents first."""
    found: list[dict[str, Any]] = _table(FOLDER, "departments.toml")["departments"]
    return found


def people() -> list[dict[str, Any]]:
    """The people who work there, and a citizen."""
    found: list[dict[str, Any]] = _table(FOLDER, "people.toml")["people"]
    return found


def matters() -> list[Matter]:
    """The consultations, the latest opened first."""
    return [_matter(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]


def _matter(folder: Path) -> Matter:
    return Matter(
        consultation=_table(folder, "consultation.toml"),
        draft=(folder / "draft.md").read_bytes(),
        explanation=(folder / "explanation.md").read_bytes(),
        folder=folder,
        comments=_table(folder, "comments.toml").get("comments", []),
        survey=_table(folder, "survey.toml"),
        meetings=_table(folder, "meetings.toml").get("meetings", []),
        points=_table(folder, "points.toml").get("points", []),
        package=_table(folder, "package.toml"),
        questions=_table(folder, "questions.toml").get("questions", []),
    )


def at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """An instant from a day and `HH:MM` in the zone."""
    return datetime.combine(day, time.fromisoformat(clock), zone)


def dealt(survey: dict[str, Any]) -> list[dict[str, Any]]:
    """The survey's responses made from its counts: a mapping question key → answer each.

    Each tick of an option goes to the next response in turn, begun at another one per question,
    so that nobody gets an option twice and a required question is answered by all.
    """
    count: int = survey["answers"]["count"]
    responses: list[dict[str, Any]] = [{} for _ in range(count)]
    for place, question in enumerate(survey["questions"]):
        key, shift, counter = question["key"], place * 7, 0
        for option, ticks in enumerate(survey["answers"]["counts"].get(key, [])):
            for _ in range(ticks):
                responses[(shift + counter) % count].setdefault(key, []).append(option)
                counter += 1
        for number, text in enumerate(survey["answers"].get("texts", {}).get(key, [])):
            responses[(shift + number) % count][key] = text
    return responses
