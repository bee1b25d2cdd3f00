"""Everything that is held on a person's account, as plain values to take along (PIPL art. 45).

Features above this one add what they hold: they append a teller to `tellers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from participation.accounts.models import User

FORMAT = "zhongyan-account-1"
Teller = Callable[[int], Mapping[str, Any]]
tellers: list[Teller] = []
"""Functions of higher features, each giving what it holds on an account, by a name of its own."""


def data_of(user: User) -> dict[str, Any]:
    """The account's data; instants are ISO 8601 in UTC. Never the password, not even its hash."""
    found: dict[str, Any] = {
        "format": FORMAT,
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role.value,
        "department": user.department.name if user.department else None,
        "created_at": iso(user.created_at),
        "last_sign_in_at": iso(user.last_sign_in_at),
    }
    for teller in tellers:
        found.update(teller(user.id))
    return found


def iso(value: datetime | None) -> str | None:
    """An instant as text, or nothing."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else None
