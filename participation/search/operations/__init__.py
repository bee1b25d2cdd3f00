"""The acts on the index: entered, taken out, built anew; and what was not found is noted."""

from participation.search.operations.entering import (
    PIECE,
    drop,
    drop_older,
    enter_answers,
    enter_interpretation,
    enter_interpretations,
    enter_notice,
    enter_official,
    enter_opinions,
    enter_opinions_of,
    enter_point,
    enter_question,
    last_id,
)
from participation.search.operations.missing import forget_misses, forgotten_before, note_miss

__all__ = [
    "PIECE",
    "drop",
    "drop_older",
    "enter_answers",
    "enter_interpretation",
    "enter_interpretations",
    "enter_notice",
    "enter_official",
    "enter_opinions",
    "enter_opinions_of",
    "enter_point",
    "enter_question",
    "forget_misses",
    "forgotten_before",
    "last_id",
    "note_miss",
]
