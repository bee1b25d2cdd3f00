"""Files by content: stored before their row, under their SHA-256, on disk or in S3."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from participation.kernel.errors import NotFound, Unavailable
from participation.kernel.verdict import N_

log = logging.getLogger(__name__)

KEY_LENGTH = 64
FILE_MODE = 0o640
PART = 1024 * 1024
# One request; a lost one is tried again twice, for so long. A thread never waits for longer than
# both together, and no more than so many wait at once: the others go on serving what needs no file.
CONNECT_SECONDS, REQUEST_SECONDS, RETRY_SECONDS, RETRIES = 2, 10, 10, 2
MOST_WAITING, WAIT_SECONDS = 3, 2.0
NOT_NOW = N_("文件暂时存取不了，已保存的内容不受影响。请返回上一页，过几分钟再试一次。")


class StorageKey(TypeDecorator[str]):
    """A column that claims a content of the storage by its key.

    Whatever such a column names is kept; a content that none names for a day is removed
    (`participation.upkeep.reconciling`).
    """

    impl = String(KEY_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value


class Adapter(Protocol):
    """What keeps the contents; raises FileNotFoundError where there is none of that key."""

    def write(self, key: str, content: bytes) -> None: ...
    def write_file(self, key: str, path: Path) -> None: ...
    def read(self, key: str) -> bytes: ...
    def read_part(self, key: str, start: int, length: int) -> bytes: ...
    def delete(self, key: str) -> None: ...
    def written_at(self, key: str) -> datetime: ...
    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]: ...


class Storage:
    """A store of immutable contents; the address chooses the adapter (`file:` or `s3:`).

    Every act raises Unavailable, in bounded time, where the adapter cannot be reached.
    """

    def __init__(self, url: str, default_folder: Path) -> None:
        self._url = url
        self._default_folder = default_folder
        self._opened: Adapter | None = None
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def put(self, content: bytes) -> str:
        """Store a content for good and return its key; the same content is stored once.

        A content that is there already is written again: whoever sweeps sees that it is wanted.
        """
        key = hashlib.sha256(content).hexdigest()
        with self._reached() as adapter:
            adapter.write(key, content)
        return key

    def get(self, key: str) -> bytes:
        """The content of a key; raise NotFound where there is none, or not this one any more."""
        with self._reached() as adapter:
            content = adapter.read(key)
        if hashlib.sha256(content).hexdigest() != key:
            log.error("storage: %s holds another content", key)
            raise NotFound(key)
        return content

    def put_file(self, path: Path) -> str:
        """As `put`, for a file that is too large to be held in memory."""
        with path.open("rb") as file:
            key = hashlib.file_digest(file, "sha256").hexdigest()
        with self._reached() as adapter:
            adapter.write_file(key, path)
        return key

    def open_stream(self, key: str, start: int = 0) -> Iterator[bytes]:
        """The content of a key in parts, from a byte on; raise NotFound before the first part.

        Each part is a request of its own, so that a slow reader keeps no place from others.
        """
        first = self._part(key, start)
        return self._parts(key, start, first)

    def _part(self, key: str, start: int) -> bytes:
        with self._reached() as adapter:
            return adapter.read_part(key, start, PART)

    def _parts(self, key: str, start: int, part: bytes) -> Iterator[bytes]:
        while part:
            yield part
            start += len(part)
            part = self._part(key, start) if len(part) == PART else b""

    def delete(self, key: str) -> None:
        """Remove a content that no row claims; one that is not there is gone already."""
        with suppress(NotFound), self._reached() as adapter:
            adapter.delete(key)

    def written_at(self, key: str) -> datetime:
        """When a content was last put; raise NotFound where there is none."""
        with self._reached() as adapter:
            return adapter.written_at(key)

    def listed(self, prefix: str) -> dict[str, datetime]:
        """All that is kept below two hex digits: key, or the name of a stray; when it was put."""
        with self._reached() as adapter:
            return dict(adapter.listed(prefix))

    def check(self) -> None:
        """Write and read a probe; raise whatever the adapter raises."""
        if self.get(self.put(b"probe")) != b"probe":
            raise OSError("the storage returned another content")

    @contextmanager
    def _reached(self) -> Iterator[Adapter]:
        if not self._places.acquire(timeout=WAIT_SECONDS):
            log.warning("storage: %s requests wait for it already", MOST_WAITING)
            raise Unavailable(NOT_NOW)
        try:
            # Opened at first use: obstore's import is not paid at every start.
            if self._opened is None:
                self._opened = _open(self._url, self._default_folder)
            yield self._opened
        except FileNotFoundError as error:
            raise NotFound(str(error)) from error
        except (OSError, _Failed) as error:
            log.warning("storage: %s: %s", type(error).__name__, str(error)[:300])
            raise Unavailable(NOT_NOW) from error
        finally:
            self._places.release()


class _Failed(Exception):
    """S3 did not do what it was asked."""


class _Folder:
    """Contents as files; one that `write` has returned from survives a power cut."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def write(self, key: str, content: bytes) -> None:
        self._write(key, io.BytesIO(content))

    def write_file(self, key: str, path: Path) -> None:
        with path.open("rb") as file:
            self._write(key, file)

    def _write(self, key: str, source: IO[bytes]) -> None:
        path = self._path(key)
        is_new = not path.parent.is_dir()
        path.parent.mkdir(exist_ok=True)
        descriptor, half = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        try:
            # The worker, where it is another user of the same group, reads it too.
            os.fchmod(descriptor, FILE_MODE)
            with open(descriptor, "wb") as file:
                shutil.copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(half)
            raise
        _sync_folder(path.parent)
        if is_new:
            _sync_folder(self._folder)

    def read(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def read_part(self, key: str, start: int, length: int) -> bytes:
        with self._path(key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def delete(self, key: str) -> None:
        self._path(key).unlink()

    def written_at(self, key: str) -> datetime:
        return datetime.fromtimestamp(self._path(key).stat().st_mtime, UTC)

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        folder = self._folder / prefix
        if not folder.is_dir():
            return
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                yield prefix + entry.name, datetime.fromtimestamp(entry.stat().st_mtime, UTC)

    def _path(self, key: str) -> Path:
        return self._folder / _path(key)


class _Bucket:
    """Contents as objects of S3; an object appears whole or not at all."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def write(self, key: str, content: bytes) -> None:
        import obstore

        with _told():
            obstore.put(self._store, _path(key), content, use_multipart=False)

    def write_file(self, key: str, path: Path) -> None:
        import obstore

        with _told():
            obstore.put(self._store, _path(key), path)

    def read(self, key: str) -> bytes:
        import obstore

        with _told():
            return bytes(obstore.get(self._store, _path(key)).bytes())

    def read_part(self, key: str, start: int, length: int) -> bytes:
        import obstore

        with _told():
            size = obstore.head(self._store, _path(key))["size"]
            end = min(start + length, size)
            if start >= end:
                return b""
            return bytes(obstore.get_range(self._store, _path(key), start=start, end=end))

    def delete(self, key: str) -> None:
        import obstore

        with _told():
            obstore.delete(self._store, _path(key))

    def written_at(self, key: str) -> datetime:
        import obstore

        with _told():
            found: datetime = obstore.head(self._store, _path(key))["last_modified"]
            return found

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        import obstore

        with _told():
            for each in obstore.list(self._store, prefix):
                for meta in each:
                    yield meta["path"].replace("/", ""), meta["last_modified"]


@contextmanager
def _told() -> Iterator[None]:
    """obstore's own errors as one; its words may hold the address, never the keys."""
    import obstore

    try:
        yield
    except obstore.exceptions.BaseError as error:
        raise _Failed(f"{type(error).__name__}: {str(error)[:200]}") from error


def _path(key: str) -> str:
    return f"{key[:2]}/{key[2:]}"


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open(url: str, default_folder: Path) -> Adapter:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _Folder(Path(unquote(parts.path)) if parts.path.strip("/") else default_folder)
    if parts.scheme != "s3":
        raise ValueError(f"storage_url: {parts.scheme or url}: file, s3")
    from obstore.store import S3Store

    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint = options.get("endpoint")
    return _Bucket(
        S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            endpoint=endpoint,
            region=options.get("region", "us-east-1"),
            client_options={
                "allow_http": bool(endpoint and endpoint.startswith("http:")),
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "timeout": timedelta(seconds=REQUEST_SECONDS),
            },
            retry_config={
                "max_retries": RETRIES,
                "retry_timeout": timedelta(seconds=RETRY_SECONDS),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
        )
    )


def storage() -> Storage:
    """The running application's storage."""
    found = current_app.extensions["storage"]
    assert isinstance(found, Storage)
    return found
