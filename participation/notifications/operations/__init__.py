"""Following and telling: asked for, confirmed, changed, ended; what happened, told once."""

from participation.notifications.operations.following import (
    ENDED,
    WORN_OUT,
    ask_for_own,
    ask_to_follow,
    change,
    confirm,
    end_again,
    forget_address,
    stop,
)
from participation.notifications.operations.telling import (
    forget_old,
    note,
    plan_digests,
    spread,
)

__all__ = [
    "ENDED",
    "WORN_OUT",
    "ask_for_own",
    "ask_to_follow",
    "change",
    "confirm",
    "end_again",
    "forget_address",
    "forget_old",
    "note",
    "plan_digests",
    "spread",
    "stop",
]
