"""Proof of work: a sender's browser finds a number, which costs a program at scale and nobody else.

The challenge is ALTCHA's (version 1): SHA-256 of a salt and a number, signed by us. The browser
tries numbers while its owner writes; checking costs one hash, and each challenge serves once.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from flask import current_app

from participation.kernel import clock

MOST_TRIES = 30_000
"""A telephone of a hundred euros tries some 50,000 in a second; the mean is half of this."""
LASTS = timedelta(hours=12)
LONGEST_PROOF = 1000


@dataclass(frozen=True)
class Proof:
    """A solved challenge: its id, and until when it would be accepted."""

    challenge: str
    expires_at: datetime


def is_wanted() -> bool:
    """Whether the setting asks senders' browsers for work."""
    return bool(current_app.config["SETTINGS"].wants_work)


def new_challenge() -> str:
    """A challenge as JSON: algorithm, challenge, maxNumber, salt, signature."""
    made = create_challenge(
        ChallengeOptions(
            algorithm="SHA-256",
            max_number=MOST_TRIES,
            hmac_key=_key(),
            expires=clock.now() + LASTS,
        )
    )
    return json.dumps(made.to_dict())


def read_proof(text: str | None) -> Proof | None:
    """The proof that a browser sent (Base64 of JSON); None where it proves nothing now."""
    try:
        given = json.loads(base64.b64decode(text or "", validate=True))
        words = [given[name] for name in ("algorithm", "challenge", "salt", "signature")]
        number = given["number"]
        expires = int(parse_qs(words[2].partition("?")[2].rstrip("&"))["expires"][0])
        expires_at = datetime.fromtimestamp(expires, UTC)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, OSError):
        return None
    is_formed = all(isinstance(each, str) for each in words) and type(number) is int
    if not is_formed or words[0] != "SHA-256" or not 0 <= number <= MOST_TRIES:
        return None
    if clock.now() >= expires_at or not hmac.compare_digest(words[3], _signature(words[1])):
        return None
    is_right, _error = verify_solution(given, _key(), check_expires=False)
    return Proof(words[1], expires_at) if is_right else None


def _signature(challenge: str) -> str:
    return hmac.new(_key().encode(), challenge.encode(), "sha256").hexdigest()


def _key() -> str:
    return f"proof of work:{current_app.config['SECRET_KEY']}"
