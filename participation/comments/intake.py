"""Takes in a file that a citizen attaches, before any transaction: scanned, cleaned, stored."""

from __future__ import annotations

from typing import NamedTuple

from participation.kernel.files import own_name, refuse_at_once
from participation.kernel.looking import look_into
from participation.kernel.scanner import scanner
from participation.kernel.storage import storage


class StoredFile(NamedTuple):
    """A file that may be kept, without traces of its writer; `key` is where it is stored."""

    name: str
    kind: str
    size: int
    key: str
    is_scanned: bool


def take_file(name: str, data: bytes) -> StoredFile:
    """Scan a file, look into it, take its traces out and store it.

    Raises Invalid at `file` before anything is stored; Unavailable where that cannot be done now.
    """
    refuse_at_once(name, data)
    is_scanned = scanner().scan(own_name(name), data)
    accepted = look_into(name, data, bare=True)
    key = storage().put(accepted.data)
    return StoredFile(accepted.name, accepted.kind, len(accepted.data), key, is_scanned)
