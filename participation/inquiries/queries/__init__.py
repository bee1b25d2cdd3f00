"""Reading questions: one by one, in lists, and their figures."""

from participation.inquiries.queries.lists import (
    OwnRow,
    QueueRow,
    by_number,
    by_receipt,
    by_submission_key,
    mails_due,
    mine,
    overdue_anywhere,
    queue,
    waiting,
)
from participation.inquiries.queries.public import (
    MOST_BESIDE,
    AnsweredRow,
    Counts,
    all_counts,
    answered_anywhere,
    answered_beside,
    answered_of,
    counts,
)

__all__ = [
    "MOST_BESIDE",
    "AnsweredRow",
    "Counts",
    "OwnRow",
    "QueueRow",
    "all_counts",
    "answered_anywhere",
    "answered_beside",
    "answered_of",
    "by_number",
    "by_receipt",
    "by_submission_key",
    "counts",
    "mails_due",
    "mine",
    "overdue_anywhere",
    "queue",
    "waiting",
]
