"""What the audit's log is made of: its name, the bytes of an entry, and the key that signs."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from typing import Any

from flask import current_app

from participation.kernel.canonical import canonical, plain_json
from participation.kernel.checkpoint import KEY_BYTES, public_of, verifier_key
from participation.kernel.merkle import leaf_hash


def origin() -> str:
    """The log's name: the site's host and `audit`."""
    return f"{current_app.config['SETTINGS'].mail_host}/audit"


def entry_hash(
    number: int,
    at: datetime,
    actor: tuple[int | None, str, str],
    event: str,
    consultation_id: int | None,
    payload: dict[str, Any],
) -> bytes:
    """The leaf hash over every column of an entry; `actor` is id, role and name."""
    said = {
        "id": number,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": actor[0],
        "actor_role": actor[1],
        "actor_name": actor[2],
        "event": event,
        "consultation_id": consultation_id,
        "payload": payload,
    }
    return leaf_hash(canonical(plain_json(said)))


def private_key() -> bytes:
    """The key that signs the heads: of the settings, or of a file made at first need (mode 0600).

    Raises ValueError where it is no key.
    """
    settings = current_app.config["SETTINGS"]
    word = settings.secret(settings.audit_key_file or "audit_key", settings.audit_key, _new_key)
    raw = base64.b64decode(word.strip(), validate=True)
    if len(raw) != KEY_BYTES:
        raise ValueError(f"audit_key: a key is {KEY_BYTES} bytes in Base64")
    return raw


def public_key() -> str:
    """The verifier key of the heads, to be kept outside of the house."""
    return verifier_key(origin(), public_of(private_key()))


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
