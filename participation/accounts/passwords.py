"""Passwords as argon2id hashes: made, compared with the same work each time, never kept in words.

Hashing is slow on purpose: it is done before a write transaction begins, never inside one, and
only a few at once, so that a flood of sign-ins takes neither the memory nor all processors.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from participation.accounts.rules import LONGEST_PASSWORD, password_finding
from participation.kernel.actor import Role
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_

# OWASP's password storage recommendation for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(2)
_UNAMBIGUOUS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class NewPassword:
    """A password that was found good and hashed; `words` only where they are to be told once."""

    hash: str
    words: str = ""


def choose(password: str, username: str, role: Role, *, unlike: str | None = None) -> NewPassword:
    """Hash a password somebody chose; raise Invalid (field `password`) for a bad one."""
    finding = password_finding(password, username, role)
    if not finding:
        raise Invalid(finding.reason, finding.params, field="password")
    if unlike is not None and _normal(unlike) == _normal(password):
        raise Invalid(N_("新密码不能与原密码相同。"), field="password")
    return NewPassword(_hash(password))


def one_time() -> NewPassword:
    """A random password of 79 bits, to be told once and changed at the first sign-in."""
    groups = ("".join(secrets.choice(_UNAMBIGUOUS) for _ in range(4)) for _ in range(4))
    words = "-".join(groups)
    return NewPassword(_hash(words), words)


def is_right(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; without a stored one the same work, and no."""
    given = _normal(password)
    # A longer one was never taken; it costs the same and is never right.
    fits = len(password) <= LONGEST_PASSWORD
    try:
        with _at_once:
            _hasher.verify(stored or _nobodys(), given if fits else "")
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None and fits


def renewed(password: str, stored: str) -> str | None:
    """A new hash where the stored one was made with older costs."""
    return _hash(password) if _hasher.check_needs_rehash(stored) else None


def _hash(password: str) -> str:
    with _at_once:
        return _hasher.hash(_normal(password))


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them (NIST SP 800-63B: NFKC)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hash(secrets.token_urlsafe(24))
