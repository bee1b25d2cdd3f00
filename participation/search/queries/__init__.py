"""Reading the index: what is found, and what was looked for in vain."""

from participation.search.queries.finding import SIZE, Asked, Found, Hit, find
from participation.search.queries.misses import MissedWords, missed_words, misses_by_day

__all__ = [
    "SIZE",
    "Asked",
    "Found",
    "Hit",
    "MissedWords",
    "find",
    "missed_words",
    "misses_by_day",
]
