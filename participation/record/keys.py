"""The private keys that sign heads: of the settings, or of a file made at first need (mode 0600).

Only a process that signs (the worker, a command) asks for them; a web process never does.
"""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from flask import current_app

from participation.kernel.checkpoint import KEY_BYTES

FILE = "record_key"


class KeyMissing(Exception):
    """This process cannot sign: it has no private key, or another one than the log's."""


def private_keys() -> list[bytes]:
    """The private keys at hand, the newest first; none where there is neither setting nor file.

    Raises KeyMissing where they cannot be read.
    """
    given = current_app.config["SETTINGS"].record_key
    if not given:
        try:
            given = _path().read_text(encoding="ascii")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise KeyMissing(f"record_key_file: {error}") from error
    return [_read(word) for word in given.split(",")]


def make_key_file() -> list[bytes]:
    """Make the file with a fresh key, where there is none; returns the keys that it then has."""
    path = _path()
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write(made, [new_private_key()])
    # Of two processes that come at the same moment one makes the file, the other reads it.
    with suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
    return private_keys()


def put_first(key: bytes) -> None:
    """Put a new key before those in the file, which takes the place of the old one at once."""
    path = _path()
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write(made, [key, *private_keys()])
    made.replace(path)


def is_in_settings() -> bool:
    """Whether the keys are given by the settings, and no file is looked at."""
    return bool(current_app.config["SETTINGS"].record_key)


def new_private_key() -> bytes:
    """A fresh Ed25519 private key."""
    return secrets.token_bytes(KEY_BYTES)


def _path() -> Path:
    given = current_app.config["SETTINGS"].record_key_file
    return Path(given) if given else Path(current_app.instance_path) / FILE


def _read(word: str) -> bytes:
    try:
        raw = base64.b64decode(word.strip(), validate=True)
    except ValueError as error:
        raise KeyMissing("record_key: not Base64") from error
    if len(raw) != KEY_BYTES:
        raise KeyMissing(f"record_key: a key is {KEY_BYTES} bytes in Base64")
    return raw


def _write(path: Path, keys: list[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(",".join(base64.b64encode(each).decode() for each in keys))
        file.flush()
        os.fsync(file.fileno())
