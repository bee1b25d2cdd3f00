"""How papers write days, instants and counts: in Chinese always, as official papers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from participation.consultations.place import zone
from participation.papers.official import day_words


def moment(value: datetime) -> str:
    """2026年6月1日12:00, in the platform's zone."""
    local = value.astimezone(zone())
    return f"{day_words(local.date())}{local:%H:%M}"


def day_of(value: datetime) -> date:
    """The calendar day of an instant in the platform's zone."""
    return value.astimezone(zone()).date()


def last_moment(value: datetime) -> str:
    """The end of a half-open window: the first instant of a day is 24:00 of the day before."""
    local = value.astimezone(zone())
    if local.time() == time(0):
        return f"{day_words(local.date() - timedelta(days=1))}24:00"
    return moment(value)


def counted(counts: Mapping[str, int], words: Mapping[Any, str], unit: str = "份") -> str:
    """Counts by their words in the words' order, such as 网上10份、电话3份; zeros are left out."""
    by_word = {str(getattr(each, "value", each)): word for each, word in words.items()}
    said = [f"{word}{counts[key]}{unit}" for key, word in by_word.items() if counts.get(key)]
    return "、".join(said)


def listed(parts: Iterable[str]) -> str:
    """Parts as one enumeration; 无 where there are none."""
    return "、".join(each for each in parts if each) or "无"


def quoted_title(title: str) -> str:
    """A draft's title in 书名号; brackets inside become single ones."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"
