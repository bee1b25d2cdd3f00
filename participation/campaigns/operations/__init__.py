"""The acts on groups of opinions that say the same: found, confirmed, an opinion taken out."""

from participation.campaigns.operations.arranging import (
    ask_for_search,
    confirm,
    put_back,
    take_out,
)
from participation.campaigns.operations.finding import (
    compare,
    conclude,
    drop_strays,
    note_piece,
    plan_search,
)
from participation.campaigns.operations.leaving import leave, look_again

__all__ = [
    "ask_for_search",
    "compare",
    "conclude",
    "confirm",
    "drop_strays",
    "leave",
    "look_again",
    "note_piece",
    "plan_search",
    "put_back",
    "take_out",
]
