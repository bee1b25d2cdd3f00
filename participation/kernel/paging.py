"""Cursor paging: the place after the last row seen, as a word that means nothing to a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile("([0-9]{1,17})-([0-9]{1,18})")
"""How a cursor is written: microseconds since 1970 (to the year 5138), the row's id."""
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cursor:
    """A place in a list ordered by (instant, id)."""

    at: datetime
    id: int

    def __str__(self) -> str:
        micros = (self.at - EPOCH) // timedelta(microseconds=1)
        return f"{micros}-{self.id}"


def parse_cursor(word: str | None) -> Cursor | None:
    """Read a cursor; none for none; raise Invalid for what is none of ours."""
    if not word:
        return None
    found = CURSOR.fullmatch(word)
    if found is None:
        raise Invalid(N_("页码无效，请从第一页重新查看。"), field="after")
    return Cursor(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


@dataclass(frozen=True)
class Page(Generic[Row]):
    """At most `PAGE` rows and the cursor of the next page, where there is one."""

    items: Sequence[Row]
    next: str | None


def page_of(rows: Sequence[Row], place: Callable[[Row], Cursor], size: int = PAGE) -> Page[Row]:
    """Cut `size + 1` fetched rows to a page."""
    if len(rows) <= size:
        return Page(rows, None)
    return Page(rows[:size], str(place(rows[size - 1])))
