"""Signed heads of a log: C2SP tlog-checkpoints in signed notes, Ed25519.

Specifications: c2sp.org/tlog-checkpoint and c2sp.org/signed-note. Pure but for the signature.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
LONGEST_NOTE = 16_384


@dataclass(frozen=True)
class Head:
    """What a note says; `signatures` are (name, key id, signature), unknown ones included."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]


def key_id(origin: str, public: bytes) -> bytes:
    """The first four bytes of SHA-256(origin ‖ "\\n" ‖ 0x01 ‖ public key)."""
    return hashlib.sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(origin: str, public: bytes) -> str:
    """`<origin>+<key id in hexadecimal>+<Base64 of 0x01 ‖ public key>`."""
    encoded = base64.b64encode(ED25519 + public).decode()
    return f"{origin}+{key_id(origin, public).hex()}+{encoded}"


def read_verifier_key(key: str) -> tuple[str, bytes]:
    """The origin and the public key of a verifier key; raise ValueError where it is none."""
    origin, identifier, encoded = key.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != ED25519 or len(raw) != 1 + KEY_BYTES:
        raise ValueError("no Ed25519 key")
    if key_id(origin, raw[1:]).hex() != identifier:
        raise ValueError("the key id is another key's")
    return origin, raw[1:]


def public_of(private: bytes) -> bytes:
    """The public key (32 bytes) of a private one (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """The Ed25519 signature (64 bytes) over a message."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def is_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature over a message is by that key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_head(origin: str, size: int, root: bytes, private: bytes) -> str:
    """The signed note of a head."""
    if not origin or re.search(r"[\s+]", origin):
        raise ValueError(f"no origin: {origin!r}")
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signed = key_id(origin, public_of(private)) + sign(private, text.encode())
    return f"{text}\n— {origin} {base64.b64encode(signed).decode()}\n"


def read_head(note: str) -> Head:
    """Read a note; raise ValueError where it is none. No signature is checked."""
    if len(note) > LONGEST_NOTE:
        raise ValueError("the note is too long")
    text, gap, rest = note.rpartition("\n\n")
    lines = f"{text}\n".split("\n")
    if not gap or len(lines) < 4 or not rest.endswith("\n"):
        raise ValueError("no signed note")
    origin, size, encoded = lines[:3]
    root = base64.b64decode(encoded, validate=True)
    if not origin or not _SIZE.fullmatch(size) or len(root) != hashlib.sha256().digest_size:
        raise ValueError("no head")
    signatures = tuple(_signature(line) for line in rest[:-1].split("\n"))
    return Head(origin, int(size), root, f"{text}\n".encode(), signatures)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE.fullmatch(line)
    if match is None:
        raise ValueError("no signature line")
    raw = base64.b64decode(match["signature"], validate=True)
    if len(raw) < 5:
        raise ValueError("the signature is too short")
    return match["name"], raw[:4], raw[4:]


def is_signed_by(note: str, key: str) -> bool:
    """Whether a note is a head of the key's origin and signed by that verifier key."""
    try:
        origin, public = read_verifier_key(key)
        head = read_head(note)
    except ValueError:
        return False
    wanted = origin, key_id(origin, public)
    return head.origin == origin and any(
        (name, identifier) == wanted and is_signature(public, signature, head.text)
        for name, identifier, signature in head.signatures
    )
