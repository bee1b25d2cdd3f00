"""The pages of accounts: coming in, one's own account, those of the administrator."""

from participation.accounts.views import (
    departments,
    devices,
    entering,
    identity,
    own,
    people,
    rights,
    second_factor,
)
from participation.accounts.views.blueprint import bp, connect

__all__ = [
    "bp",
    "connect",
    "departments",
    "devices",
    "entering",
    "identity",
    "own",
    "people",
    "rights",
    "second_factor",
]
