"""The plain form of a backup: a tar file whose last member says what the others must be.

Members in order: `database.sqlite` or `database.dump`, `heads.txt`, `uploads/<SHA-256>` each, and
`manifest.json` with the SHA-256 and the size of every member before it. Any tar program opens it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from participation.kernel import clock
from participation.kernel.verdict import N_
from participation.upkeep.backup.faults import BadBackup

FORMAT = "zhongyan-backup-1"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
HEADS, MANIFEST = "heads.txt", "manifest.json"
MOST_MANIFEST = 512 * 1024 * 1024
PIECE = 1024 * 1024
_NAME = re.compile(r"database\.(sqlite|dump)|heads\.txt|manifest\.json|uploads/[0-9a-f]{64}")


@dataclass
class Manifest:
    """What a backup says of itself; `parts` are name: [SHA-256, bytes]."""

    engine: str
    version: str
    schema: str
    made_at: str
    encryption_keys: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    parts: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def uploads(self) -> list[str]:
        """The keys of the uploads that are in the backup."""
        return [name.partition("/")[2] for name in self.parts if name.startswith("uploads/")]


class ArchiveWriter:
    """Writes the members one after the other; no more than a piece of any is in memory."""

    def __init__(self, target: Any) -> None:
        self._tar = tarfile.open(  # noqa: SIM115 - closed by `finish`
            fileobj=target, mode="w|", format=tarfile.PAX_FORMAT
        )
        self.parts: dict[str, list[Any]] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of the disk."""
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a text or a small content."""
        self._add(name, io.BytesIO(data), len(data))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the end of the archive."""
        manifest.parts = dict(self.parts)
        told = {"format": FORMAT, **vars(manifest)}
        self.add_bytes(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1).encode())
        self._tar.close()

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        member.mtime = int(clock.now().timestamp())
        reading = _Hashed(file)
        self._tar.addfile(member, reading)
        self.parts[name] = [reading.digest, size]


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def unpack(source: Any, folder: Path, keep_upload: Callable[[str, IO[bytes]], None]) -> Manifest:
    """Write a backup's database and heads into a folder and hand each upload on; its manifest.

    Raises BadBackup where a member is unknown, missing, doubled, cut off or another than it says.
    """
    found: dict[str, list[Any]] = {}
    told: dict[str, Any] | None = None
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if told or file is None or not _NAME.fullmatch(member.name) or member.name in found:
                    raise BadBackup(N_("备份里有不认识的内容：%(name)s"), {"name": member.name})
                if member.name == MANIFEST:
                    told = json.loads(file.read(MOST_MANIFEST))
                    continue
                found[member.name] = _unpacked(member, file, folder, keep_upload)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BadBackup(N_("备份文件不完整或已损坏：%(cause)s"), {"cause": str(error)}) from error
    return _checked(told, found)


def _unpacked(
    member: tarfile.TarInfo,
    file: IO[bytes],
    folder: Path,
    keep_upload: Callable[[str, IO[bytes]], None],
) -> list[Any]:
    reading = _Hashed(file)
    if member.name.startswith("uploads/"):
        keep_upload(member.name.partition("/")[2], reading)  # type: ignore[arg-type]
    else:
        made = os.open(folder / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "wb") as target:
            while piece := reading.read(PIECE):
                target.write(piece)
    return [reading.digest, member.size]


def _checked(told: dict[str, Any] | None, found: dict[str, list[Any]]) -> Manifest:
    if told is None:
        raise BadBackup(N_("备份文件不完整：没有结尾的清单。"))
    if not isinstance(told, dict) or told.pop("format", None) != FORMAT:
        raise BadBackup(N_("这不是本系统的备份，或者来自更新的版本。"))
    try:
        manifest = Manifest(**told)
    except TypeError as error:
        raise BadBackup(N_("备份的清单无法读取：%(cause)s"), {"cause": str(error)}) from error
    if wrong := _differing(manifest.parts, found):
        raise BadBackup(N_("备份已损坏：%(name)s与清单不符。"), {"name": wrong[0]})
    if DATABASES.get(manifest.engine) not in found:
        raise BadBackup(N_("备份里没有数据库。"))
    return manifest


def _differing(told: dict[str, list[Any]], found: dict[str, list[Any]]) -> list[str]:
    names: Iterable[str] = sorted({*told, *found})
    return [name for name in names if told.get(name) != found.get(name)]
