"""Takes in an uploaded file before any transaction: looked into, then stored."""

from __future__ import annotations

from dataclasses import dataclass

from participation.kernel.looking import look_into
from participation.kernel.storage import storage


@dataclass(frozen=True)
class StoredFile:
    """A file that may be kept, and where its content is stored; `size` in bytes."""

    name: str
    kind: str
    size: int
    key: str


def take_file(name: str, data: bytes) -> StoredFile:
    """Look into a file and store it; raise Invalid before anything is stored."""
    accepted = look_into(name, data)
    key = storage().put(accepted.data)
    return StoredFile(accepted.name, accepted.kind, len(accepted.data), key)
