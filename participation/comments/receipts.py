"""Receipt codes: made so that nobody can guess one, read so that a slip of the pen is noticed.

Fifteen characters are random (75 bits), the sixteenth checks them by the Luhn sum over 32 signs
(ISO/IEC 7812-1 annex B, with 32 in the place of 10): one wrong character is always found.
"""

from __future__ import annotations

import secrets
import unicodedata

# Digits and capitals without I, L, O and U, which are misread or spell words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}


def new_receipt() -> str:
    """A fresh code of 16 characters."""
    stem = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return stem + _check_sign(stem)


def read_receipt(typed: str) -> str | None:
    """The code that somebody typed, however grouped and cased; None where it cannot be one."""
    if len(typed) > 200:
        return None
    folded = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(sign for sign in folded if sign.isalnum()).translate(_MISREAD)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code if _check_sign(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """The code in groups of four, as it is shown."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def _check_sign(stem: str) -> str:
    total, base = 0, len(ALPHABET)
    for place, sign in enumerate(reversed(stem)):
        value = _VALUES[sign] * (2 if place % 2 == 0 else 1)
        total += value // base + value % base
    return ALPHABET[-total % base]
