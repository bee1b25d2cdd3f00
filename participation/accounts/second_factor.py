"""One-time codes by the clock (TOTP, RFC 6238) and recovery codes: made, read, compared."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp

PERIOD = 30
DIGITS = 6
# A clock that is half a minute off, and a code typed at its end, are still right.
STEPS_ASIDE = 1
_UNAMBIGUOUS = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_GROUPS, _GROUP = 4, 4


def new_secret() -> str:
    """A fresh secret of 160 bits in Base32, as authenticator programs take it."""
    return pyotp.random_base32()


def enrolment_address(secret: str, username: str, issuer: str) -> str:
    """The `otpauth://` address that a QR picture carries."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD).provisioning_uri(
        name=username, issuer_name=issuer
    )


def read_code(typed: str) -> str:
    """A code as typed, in its plain form: no spaces, half-width, lower case."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def step_of(code: str, secret: str, now: datetime, after: int) -> int | None:
    """The time step a code belongs to: the present one or one beside it, and later than `after`.

    `after` is the last step that was used, so that no code opens twice (RFC 6238, 5.2).
    """
    maker = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD)
    present = int(now.timestamp()) // PERIOD
    found = None
    for step in range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1):
        if hmac.compare_digest(maker.generate_otp(step), code) and step > after:
            found = step
    return found


def new_recovery_code() -> str:
    """A code of 79 random bits, in groups of four, for who has lost the telephone."""
    groups = (
        "".join(secrets.choice(_UNAMBIGUOUS) for _ in range(_GROUP))
        for _ in range(_RECOVERY_GROUPS)
    )
    return "-".join(groups)


def recovery_hash(user_id: int, code: str) -> str:
    """What is kept of a recovery code; 79 random bits need no slow hash."""
    return hashlib.sha256(f"{user_id}:{read_code(code)}".encode()).hexdigest()
