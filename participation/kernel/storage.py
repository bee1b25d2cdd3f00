"""Files by content: stored before their row, under their SHA-256, on disk or in S3."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from participation.kernel.errors import NotFound


class Storage:
    """A store of immutable contents; the address chooses the adapter (`file:` or `s3:`)."""

    def __init__(self, url: str, default_folder: Path) -> None:
        self._url = url
        self._default_folder = default_folder
        self._opened: Any = None

    def put(self, content: bytes) -> str:
        """Store a content and return its key; the same content is stored once."""
        import obstore

        key = hashlib.sha256(content).hexdigest()
        with suppress(obstore.exceptions.AlreadyExistsError):
            obstore.put(self._store(), _path(key), content, mode="create")
        return key

    def get(self, key: str) -> bytes:
        """The content of a key; raise NotFound where there is none."""
        import obstore

        try:
            return bytes(obstore.get(self._store(), _path(key)).bytes())
        except FileNotFoundError as error:
            raise NotFound(key) from error

    def check(self) -> None:
        """Write and read a probe; raise whatever the adapter raises."""
        if self.get(self.put(b"probe")) != b"probe":
            raise OSError("the storage returned another content")

    def _store(self) -> Any:
        # Opened at first use: obstore's import is not paid at every start.
        if self._opened is None:
            self._opened = _open(self._url, self._default_folder)
        return self._opened


def _path(key: str) -> str:
    return f"{key[:2]}/{key[2:]}"


def _open(url: str, default_folder: Path) -> Any:
    from obstore.store import LocalStore, S3Store

    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path)) if parts.path.strip("/") else default_folder
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    if parts.scheme == "s3":
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        endpoint = options.get("endpoint")
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            endpoint=endpoint,
            region=options.get("region", "us-east-1"),
            client_options={"allow_http": bool(endpoint and endpoint.startswith("http:"))},
        )
    raise ValueError(f"storage_url: {parts.scheme or url}: file, s3")


def storage() -> Storage:
    """The running application's storage."""
    found = current_app.extensions["storage"]
    assert isinstance(found, Storage)
    return found
