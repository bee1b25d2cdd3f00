"""The sealed form of a backup: a passphrase, scrypt, and AES-256-GCM in numbered chunks.

Layout: the magic line; one line of JSON with the parameters of scrypt, the salt and a check value
that tells a wrong passphrase from a damaged file; then the chunks, each the ciphertext of at most
1 MiB and its tag. The nonce of a chunk is its number (11 bytes) and a last byte that is 1 in the
last chunk alone; the associated data are the SHA-256 of both lines. A chunk that is moved, left
out or cut off is therefore found (the STREAM construction; scrypt: RFC 7914).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from participation.kernel.verdict import N_
from participation.upkeep.backup.faults import BadBackup

MAGIC = b"zhongyan-sealed-backup-1\n"
CHUNK = 1024 * 1024
TAG = 16
COST = {"n": 2**16, "r": 8, "p": 1}
"""About 64 MiB and a fifth of a second for each try at a passphrase."""
MOST_COST = {"n": 2**20, "r": 16, "p": 4}
LONGEST_HEADER = 1000
_CHECK_NONCE = b"\xff" * 12


def is_sealed(file: BinaryIO) -> bool:
    """Whether a file at its beginning is a sealed one; the place in it is kept."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC


class SealedWriter:
    """Writes bytes sealed into a file; `finish` writes the last chunk, without it nothing opens."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = secrets.token_bytes(16)
        self._file = file
        self._cipher = AESGCM(_key(passphrase, salt, COST))
        told = {**COST, "salt": salt.hex(), "check": _check(self._cipher).hex()}
        header = MAGIC + json.dumps(told, sort_keys=True).encode() + b"\n"
        self._bound_to = hashlib.sha256(header).digest()
        self._number, self._held = 0, bytearray()
        file.write(header)

    def write(self, data: bytes) -> int:
        """Take bytes; whole chunks go out at once, one is held back."""
        self._held += data
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), is_last=False)
            del self._held[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write what is held back as the last chunk."""
        self._seal(bytes(self._held), is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last)
        self._file.write(self._cipher.encrypt(nonce, plain, self._bound_to))
        self._number += 1


class SealedReader:
    """Reads what a SealedWriter has written; raises BadBackup where it is not whole."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        header = file.readline(len(MAGIC)) + file.readline(LONGEST_HEADER)
        self._file = file
        self._bound_to = hashlib.sha256(header).digest()
        told = _told(header)
        self._cipher = AESGCM(_key(passphrase, bytes.fromhex(told["salt"]), told))
        if _check(self._cipher).hex() != told["check"]:
            raise BadBackup(N_("口令不对，备份没有打开。"))
        self._number, self._plain = 0, b""
        self._next = file.read(CHUNK + TAG)
        self._is_over = False

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, fewer only at the end; -1 reads what is left."""
        parts, wanted = [], size
        while wanted and (self._plain or not self._is_over):
            if not self._plain:
                self._plain = self._open()
                continue
            part = self._plain if wanted < 0 else self._plain[:wanted]
            self._plain = self._plain[len(part) :]
            parts.append(part)
            wanted = wanted if wanted < 0 else wanted - len(part)
        return b"".join(parts)

    def _open(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        is_last = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._number, is_last), sealed, self._bound_to)
        except InvalidTag as error:
            raise BadBackup(*self._trouble(sealed, is_last=is_last)) from error
        self._number += 1
        self._is_over = is_last
        return plain

    def _trouble(self, sealed: bytes, *, is_last: bool) -> tuple[str, dict[str, object]]:
        place: dict[str, object] = {"number": self._number + 1}
        if is_last and self._opens_as_inner(sealed):
            return N_("备份文件不完整：在第%(number)s块之后被截断。"), place
        if is_last:
            return N_("备份文件不完整或已损坏：第%(number)s块打不开。"), place
        return N_("备份文件已损坏或被改动：第%(number)s块打不开。"), place

    def _opens_as_inner(self, sealed: bytes) -> bool:
        try:
            self._cipher.decrypt(_nonce(self._number, False), sealed, self._bound_to)
        except InvalidTag:
            return False
        return True


@contextmanager
def sealing(file: BinaryIO, passphrase: str | None) -> Iterator[Any]:
    """Where to write a backup: the file itself, or sealed into it under a passphrase."""
    if passphrase is None:
        yield file
        return
    writer = SealedWriter(file, passphrase)
    yield writer
    writer.finish()


def opened(file: BinaryIO, passphrase: str | None) -> Any:
    """What to read a backup from; raises BadBackup for a sealed one without its passphrase."""
    if not is_sealed(file):
        return file
    if passphrase is None:
        raise BadBackup(N_("这份备份加了密，请用 --passphrase-file 给出口令文件。"))
    return SealedReader(file, passphrase)


def _key(passphrase: str, salt: bytes, cost: dict[str, Any]) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost["n"], r=cost["r"], p=cost["p"]).derive(
        passphrase.encode()
    )


def _check(cipher: AESGCM) -> bytes:
    return cipher.encrypt(_CHECK_NONCE, b"", MAGIC)


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _told(header: bytes) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(header[len(MAGIC) :])
        bytes.fromhex(told["salt"])
        if all(0 < told[name] <= most for name, most in MOST_COST.items()) and told["check"]:
            return told
    except (ValueError, KeyError, TypeError):
        pass
    raise BadBackup(N_("备份文件的开头已损坏，无法打开。"))
