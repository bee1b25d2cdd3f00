"""Reading opinions: one by one, in lists, and their figures."""

from participation.comments.queries.figures import (
    Counts,
    SameWords,
    clause_counts,
    counts,
    recount,
    same_words,
    waiting,
)
from participation.comments.queries.lists import (
    EXCERPT,
    OwnRow,
    QueueRow,
    ReleasedRow,
    by_id,
    by_number,
    by_receipt,
    by_submission_key,
    mine,
    queue,
    released,
)

__all__ = [
    "EXCERPT",
    "Counts",
    "OwnRow",
    "QueueRow",
    "ReleasedRow",
    "SameWords",
    "by_id",
    "by_number",
    "by_receipt",
    "by_submission_key",
    "clause_counts",
    "counts",
    "mine",
    "queue",
    "recount",
    "released",
    "same_words",
    "waiting",
]
