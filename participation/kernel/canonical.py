"""Canonical JSON and salted commitments: the one way in which the record writes a value.

The format is docs/record-format.md, sections "Encoding" and "Commitments".
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

SALT_BYTES = 32


def canonical(value: Any) -> bytes:
    """UTF-8 JSON: keys sorted by code point, no spaces, text in NFC, whole numbers, no null.

    Raises ValueError for what has no such form: a fraction, None, a key that is no text, two keys
    that are one in NFC, a lone surrogate.
    """
    text = json.dumps(
        _normal(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    # json leaves U+007F alone and escapes the rest as the format says: \b \f \n \r \t and \u00xx.
    return text.encode()


def _normal(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key that is no text")
        found = {unicodedata.normalize("NFC", key): _normal(each) for key, each in value.items()}
        if len(found) != len(value):
            raise ValueError("two keys are the same in NFC")
        return found
    if isinstance(value, list | tuple):
        return [_normal(each) for each in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")


def plain_json(value: Any) -> Any:
    """A published document as it can be canonical: None is left out, a fraction becomes text.

    The text is Python's shortest one (`33.3`, `50.0`). Items of a list are never left out: None
    in one raises ValueError, by `canonical`.
    """
    if isinstance(value, Mapping):
        return {key: plain_json(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [plain_json(each) for each in value]
    return repr(value) if isinstance(value, float) else value


def commitment(field: str, salt: bytes, value: bytes) -> str:
    """SHA-256("pc1" ‖ 0x00 ‖ field ‖ 0x00 ‖ salt ‖ value) in hexadecimal."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(b"pc1\0" + field.encode("ascii") + b"\0" + salt + value).hexdigest()


def instant_text(at: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ssZ`, UTC, whole seconds, cut off and not rounded."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
