"""Signed heads and verifier keys (C2SP tlog-checkpoint, signed-note)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from .ed25519 import is_signed
from .encoding import Malformed, text, unbase64

ORIGIN = "[!-*,-~]+"
NOTE = (
    "((" + ORIGIN + ")\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n)"
    "\n((?:\u2014 [^ \n]+ [^ \n]+\n)+)"
)


class Key(NamedTuple):
    """A verifier key: the log's name, the first four bytes of the key's digest, the key."""

    origin: str
    id: bytes
    public: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return hashlib.sha256(self.public).hexdigest()[:32]


class Head(NamedTuple):
    """A head as it says of itself; only `is_head_signed` tells whether to believe it."""

    origin: str
    size: int
    root: bytes
    signed: bytes
    signatures: list[tuple[str, bytes]]


def read_key(line: object) -> Key:
    """The verifier key of `<origin>+<key id>+<Base64>`; raise Malformed where it is none."""
    parts = text(line).split("+", 2)
    if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise Malformed("no verifier key")
    data = unbase64(parts[2])
    if len(data) != 33 or data[0] != 1 or not re.fullmatch(ORIGIN, parts[0]):
        raise Malformed("no Ed25519 verifier key")
    found = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if found.hex() != parts[1]:
        raise Malformed("the key id is of another key")
    return Key(parts[0], found, data[1:])


def read_head(note: object) -> Head:
    """The head of a signed note; raise Malformed where it is none."""
    found = re.fullmatch(NOTE, text(note))
    if found is None:
        raise Malformed("no signed head")
    signatures = []
    for line in found.group(5)[:-1].split("\n"):
        _, name, data = line.split(" ")
        signatures.append((name, unbase64(data)))
        if len(signatures[-1][1]) < 5:
            raise Malformed("no signature")
    root = unbase64(found.group(4))
    return Head(found.group(2), int(found.group(3)), root, found.group(1).encode(), signatures)


def is_head_signed(head: Head, keys: Iterable[Key]) -> bool:
    """Whether one of the keys signed the head and no signature by one of them is wrong."""
    known = {(key.origin, key.id): key for key in keys if key.origin == head.origin}
    by_known = [
        is_signed(known[name, data[:4]].public, head.signed, data[4:])
        for name, data in head.signatures
        if (name, data[:4]) in known
    ]
    return bool(by_known) and all(by_known)
