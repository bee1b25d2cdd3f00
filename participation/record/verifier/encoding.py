"""Bytes as the format writes them: canonical JSON, hexadecimal digits, Base64, commitments."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number: what every JSON reader keeps exactly."""


class Malformed(ValueError):
    """Something is not of the form that the format prescribes."""


def whole(value: Any, least: int = 0) -> int:
    """The value as a whole number of at least `least`; raise Malformed for any other thing."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        raise Malformed("not a whole number")
    return value


def text(value: Any) -> str:
    """The value as a text that UTF-8 can write; raise Malformed for any other thing."""
    if not isinstance(value, str) or re.search("[\ud800-\udfff]", value):
        raise Malformed("not a text")
    return value


def mapping(value: Any) -> dict:  # type: ignore[type-arg]
    """The value as a JSON object; raise Malformed for any other thing."""
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value


def listing(value: Any) -> list[Any]:
    """The value as a JSON array; raise Malformed for any other thing."""
    if not isinstance(value, list):
        raise Malformed("not a list")
    return value


def unhex(value: Any) -> bytes:
    """The 32 bytes of 64 lower-case hexadecimal digits; raise Malformed for any other thing."""
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise Malformed("not 64 hexadecimal digits")
    return bytes.fromhex(value)


def unbase64(value: str) -> bytes:
    """The bytes of Base64 in its one right spelling; raise Malformed for any other."""
    try:
        found = base64.b64decode(value.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Malformed("not Base64") from None
    if base64.b64encode(found).decode("ascii") != value:
        raise Malformed("not Base64 in its one spelling")
    return found


def _refuse(value: Any) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            text(name)
            _refuse(item)
    elif isinstance(value, list):
        for item in value:
            _refuse(item)
    elif isinstance(value, str):
        text(value)
    elif not isinstance(value, bool) and (
        not isinstance(value, int) or not -LARGEST <= value <= LARGEST
    ):
        raise Malformed("neither whole number nor text")


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value; raise Malformed where it has none (fractions, null)."""
    try:
        _refuse(value)
        words = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise Malformed("nested too deeply") from None
    return words.encode("utf-8")


def _no_constant(name: str) -> Any:
    raise Malformed("no JSON: " + name)


def read_json(data: bytes) -> Any:
    """The value of JSON bytes; raise Malformed where they are none."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("no JSON") from None


def read_canonical(data: bytes) -> Any:
    """The value of bytes that are its canonical JSON; raise Malformed where they are not."""
    value = read_json(data)
    if canonical(value) != data:
        raise Malformed("not canonical JSON")
    return value


def read_lines(data: bytes) -> list[bytes]:
    """The lines of a file whose every line ends with a line feed."""
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def commitment(field: str, salt: bytes, value: bytes) -> str:
    """SHA-256("pc1" 0 field 0 salt value), in hexadecimal digits."""
    head = b"pc1\0" + field.encode("ascii") + b"\0"
    return hashlib.sha256(head + salt + value).hexdigest()
