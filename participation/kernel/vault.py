"""Field encryption at rest: AES-256-GCM, each value bound to the row it belongs to.

Format: version 1 ‖ key id (4 bytes) ‖ nonce (12 bytes) ‖ ciphertext and tag. The bound name
(`table.column:row`) is associated data, so that a value moved to another row does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

VERSION = b"\x01"
KEY_BYTES = 32


class Vault:
    """Seals and opens values; the first key seals, all open."""

    def __init__(self, keys: str) -> None:
        """`keys`: Base64 keys of 32 bytes, the present one first, older ones after commas."""
        self._keys: dict[bytes, AESGCM] = {}
        for word in keys.split(","):
            try:
                raw = base64.b64decode(word.strip(), validate=True)
            except ValueError as error:
                raise ValueError("encryption_key: not Base64") from error
            if len(raw) != KEY_BYTES:
                raise ValueError("encryption_key: a key is 32 bytes in Base64")
            self._keys[hashlib.sha256(raw).digest()[:4]] = AESGCM(raw)
        self._current = next(iter(self._keys))

    @property
    def key_ids(self) -> list[str]:
        """The ids of the keys, the present one first: they tell keys apart and betray none."""
        return [each.hex() for each in self._keys]

    @property
    def mark(self) -> bytes:
        """What every value sealed now begins with: the version and the present key's id."""
        return VERSION + self._current

    def seal(self, text: str, bound_to: str) -> bytes:
        """Encrypt a text for the row and column named by `bound_to`."""
        nonce = secrets.token_bytes(12)
        sealed = self._keys[self._current].encrypt(nonce, text.encode(), bound_to.encode())
        return self.mark + nonce + sealed

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt; raise ValueError where key, row or bytes are not the right ones."""
        version, key, nonce, rest = sealed[:1], sealed[1:5], sealed[5:17], sealed[17:]
        if version != VERSION or key not in self._keys:
            raise ValueError("sealed with a key that is not among the settings' keys")
        try:
            return self._keys[key].decrypt(nonce, rest, bound_to.encode()).decode()
        except InvalidTag as error:
            raise ValueError("the sealed value does not belong to this row") from error


def new_key() -> str:
    """A fresh key in Base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def vault() -> Vault:
    """The running application's vault."""
    found = current_app.extensions["vault"]
    assert isinstance(found, Vault)
    return found


def blind_index(text: str, purpose: str) -> str:
    """A keyed digest (64 hexadecimal digits) by which a sealed value is found again.

    A plain hash of an address could be guessed; without the platform's secret this one cannot.
    """
    said = purpose.encode() + b"\0" + text.encode()
    return hmac.new(str(current_app.secret_key).encode(), said, hashlib.sha256).hexdigest()
