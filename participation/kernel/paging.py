"""Cursor paging: the place after the last row seen, as an opaque word."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cursor:
    """A place in a list ordered by (instant, id)."""

    at: datetime
    id: int

    def __str__(self) -> str:
        micros = (self.at - EPOCH) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(f"{micros}.{self.id}".encode()).decode().rstrip("=")


def parse_cursor(word: str | None) -> Cursor | None:
    """Read a cursor; none for none; raise Invalid for what is none of ours."""
    if not word:
        return None
    try:
        plain = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode("ascii")
        micros, _, number = plain.partition(".")
        if int(number) > 2**62:
            raise ValueError(number)
        return Cursor(EPOCH + timedelta(microseconds=int(micros)), int(number))
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid(N_("页码无效，请从第一页重新查看。"), field="after") from error


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
