"""The pages of opinions: writing one, its receipt, and the staff's queue."""

from participation.comments.views import (
    basket,
    confirming,
    copies,
    correct,
    entry,
    files,
    privacy,
    reaching,
    receipts,
    rights,
    sendings,
    staff,
    supporting,
    write,
)
from participation.comments.views.blueprint import bp

# Their own forms check the token and, where it is worn out, come back with all that was typed.
csrf_exempt = (basket.basket, correct.correct, write.write)

__all__ = [
    "basket",
    "bp",
    "confirming",
    "copies",
    "correct",
    "csrf_exempt",
    "entry",
    "files",
    "privacy",
    "reaching",
    "receipts",
    "rights",
    "sendings",
    "staff",
    "supporting",
    "write",
]
