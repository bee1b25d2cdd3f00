"""A mail address: read as people type it, sealed in its row, found again by its digest."""

from __future__ import annotations

import re
import unicodedata

from participation.accounts.models import AccountLink, User
from participation.kernel.vault import blind_index, vault

LONGEST = 120
_EMAIL = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_])?"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def read_address(typed: str) -> str | None:
    """The one address in its plain form (NFKC); None where it is none."""
    text = unicodedata.normalize("NFKC", typed).strip()
    return text if len(text) <= LONGEST and _EMAIL.fullmatch(text) else None


def address_digest(address: str) -> str:
    """The keyed digest of a plain address; the same as an opinion's contact has."""
    return blind_index(address.casefold(), "contact")


def keep_address(user: User, address: str) -> None:
    """Write a confirmed address into a person's flushed row."""
    user.email_sealed = vault().seal(address, f"user_account.email:{user.id}")
    user.email_digest = address_digest(address)


def address_of(user: User) -> str:
    """A person's confirmed address in the clear, empty where there is none."""
    sealed = user.email_sealed
    return vault().open(sealed, f"user_account.email:{user.id}") if sealed else ""


def address_of_link(link: AccountLink) -> str:
    """The address that a mailed link was sent to."""
    return vault().open(link.email_sealed, f"account_link.email:{link.key}")
