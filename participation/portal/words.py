"""The words and filters that portal's templates show figures with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask

from participation.adoption.rules import SEALING_WORDS
from participation.comments.rules import CHANNEL_WORDS, OUTCOME_WORDS, RESPONDENT_WORDS
from participation.meetings.rules import MEETING_WORDS
from participation.portal.structured import consultation_data
from participation.web.filters import sentence


def named(counts: Iterable[tuple[str, int]], words: Mapping[Any, str]) -> list[tuple[str, int]]:
    """Counts by value as rows with the value's word, the largest first."""
    rows = [(sentence(words.get(value, value)), count) for value, count in counts]
    return sorted(rows, key=lambda row: -row[1])


def rows(
    counts: Mapping[str, int], order: Iterable[tuple[str, str]], words: Mapping[Any, str]
) -> list[tuple[str, int, str]]:
    """Counts as rows (word, count, tone) in a fixed order, zeros included."""
    return [(sentence(words[value]), counts.get(value, 0), tone) for value, tone in order]


def from_iso(text: str) -> datetime:
    """An instant of a stored document."""
    return datetime.fromisoformat(text)


def connect(app: Flask) -> None:
    """Attach them to an application."""
    for each in (named, rows, from_iso):
        app.jinja_env.filters[each.__name__] = each
    app.jinja_env.filters["zip"] = zip
    app.jinja_env.globals.update(
        channel_words=CHANNEL_WORDS,
        respondent_words=RESPONDENT_WORDS,
        outcome_words=OUTCOME_WORDS,
        meeting_words=MEETING_WORDS,
        sealing_words=SEALING_WORDS,
        consultation_data=consultation_data,
    )
