"""Everything that is held on a person's account, as plain values to take along (PIPL art. 45).

Features above this one add what they hold: they append a teller to `tellers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from participation.accounts.addresses import address_of
from participation.accounts.models import User
from participation.accounts.queries import factor_of, identities_of, sessions_of

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
        "email": address_of(user),
        "second_factor_since": iso(factor_of(user.id).enrolled_at),
        "sessions": [
            {"started_at": iso(each.started_at), "device": each.device}
            for each in sessions_of(user.id)
        ],
        "identities": [
            {"issuer": each.issuer, "subject": each.subject, "linked_at": iso(each.created_at)}
            for each in identities_of(user.id)
        ],
    }
    for teller in tellers:
        found.update(teller(user.id))
    return found


def iso(value: datetime | None) -> str | None:
    """An instant as text, or nothing."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else None
