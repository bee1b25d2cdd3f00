"""Staging the uploads of a backup, and adding them to the storage before the database is switched.

Contents are named by their SHA-256: adding them harms nothing that is there, so that at every
moment the database in place finds its files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit

from participation.config import Settings
from participation.kernel.storage import Storage
from participation.kernel.verdict import N_
from participation.upkeep.backup.archive import PIECE
from participation.upkeep.backup.faults import BadBackup


class FolderContents:
    """Uploads for a storage on the disk: prepared in a folder beside it."""

    def __init__(self, folder: Path, stamp: str) -> None:
        self._folder = folder
        self._aside = folder.with_name(f"{folder.name}.before-{stamp}")
        self._staged = folder.with_name(f".{folder.name}.restoring-{stamp}")
        self._staged.mkdir(mode=0o700, parents=True)
        self.url = f"file://{quote(str(self._staged))}"

    def keep(self, key: str, file: IO[bytes]) -> None:
        """Write one content; raises BadBackup where it is not the one its key says."""
        path = self._staged / key[:2] / key[2:]
        path.parent.mkdir(exist_ok=True)
        digest = hashlib.sha256()
        with path.open("wb") as target:
            while piece := file.read(PIECE):
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        _check(key, digest.hexdigest())

    def add(self) -> None:
        """Move all that is staged into the storage, beside what it holds."""
        for each in list(_files(self._staged)):
            target = self._folder / each.relative_to(self._staged)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(each, target)

    def put_others_aside(self, keys: set[str]) -> str:
        """Move what the restored database does not claim into a folder; its name, or ""."""
        others = [each for each in _files(self._folder) if _key(each) not in keys]
        for each in others:
            target = self._aside / each.relative_to(self._folder)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(each, target)
        return str(self._aside) if others else ""

    def discard(self) -> None:
        """Remove what is still staged."""
        shutil.rmtree(self._staged, ignore_errors=True)


class BucketContents:
    """Uploads for S3: put there at once, under the names they have for good."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.storage_url
        self._storage = Storage(settings.storage_url, settings.instance)
        self._folder = settings.instance

    def keep(self, key: str, file: IO[bytes]) -> None:
        """Put one content; raises BadBackup where it is not the one its key says."""
        with tempfile.NamedTemporaryFile(prefix=".restoring-", dir=self._folder) as half:
            while piece := file.read(PIECE):
                half.write(piece)
            half.flush()
            _check(key, self._storage.put_file(Path(half.name)))

    def add(self) -> None:
        """All are there already."""

    def put_others_aside(self, keys: set[str]) -> str:
        """What nobody claims stays; the nightly tidying removes it after a day."""
        return ""

    def discard(self) -> None:
        """What was put stays until the nightly tidying."""


def contents_for(settings: Settings, stamp: str) -> FolderContents | BucketContents:
    """Where the uploads of a backup are prepared, by the address of the storage."""
    parts = urlsplit(settings.storage_url)
    if parts.scheme != "file":
        return BucketContents(settings)
    given = unquote(parts.path)
    return FolderContents(Path(given) if given.strip("/") else settings.instance / "uploads", stamp)


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.glob("*/*") if each.is_file())


def _key(file: Path) -> str:
    return file.parent.name + file.name


def _check(key: str, digest: str) -> None:
    if digest != key:
        raise BadBackup(N_("备份已损坏：附件%(key)s的内容与它的校验值不符。"), {"key": key})
