"""Making a backup: a state of the database, the contents it claims, the heads, the manifest."""

from __future__ import annotations

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from participation.config import ROOT, Settings
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.schema import present_revision
from participation.kernel.storage import storage
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.upkeep.backup.archive import HEADS, ArchiveWriter, Manifest
from participation.upkeep.backup.envelope import sealing
from participation.upkeep.backup.faults import CannotBackUp
from participation.upkeep.backup.references import claimed_keys
from participation.upkeep.backup.snapshot import Snapshot, snapshot
from participation.upkeep.backup.soundness import faults_of, newest_heads


@dataclass(frozen=True)
class Made:
    """A backup that lies on the disk, whole: its SHA-256 and size, and what it says of itself."""

    file: Path
    sha256: str
    size: int
    manifest: Manifest

    @property
    def is_sound(self) -> bool:
        """Whether all that was checked in it was right."""
        return not self.manifest.faults


def make_backup(settings: Settings, file: Path, passphrase: str | None = None) -> Made:
    """Write the backup of now into `file`, whole or not at all, readable by its owner only.

    The state of the database is taken first and the contents it claims after it: what comes in
    meanwhile is in neither. What is found wrong is in the manifest's `faults`; the file is kept.
    """
    if file.exists():
        raise CannotBackUp(N_("%(file)s 已经存在，不会覆盖它。"), {"file": file})
    if not file.parent.is_dir():
        raise CannotBackUp(N_("目录 %(folder)s 不存在。"), {"folder": file.parent})
    with (
        _half_written(file) as (target, half),
        tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder,
    ):
        with (
            sealing(target, passphrase) as plain,
            snapshot(settings, Path(folder)) as taken,
        ):
            manifest = _write(plain, taken, Path(folder))
        target.flush()
        os.fsync(target.fileno())
        digest = digest_of(half)
        os.replace(half, file)
    _sync(file.parent)
    return Made(file, digest, file.stat().st_size, manifest)


def _write(target: Any, taken: Snapshot, folder: Path) -> Manifest:
    manifest = Manifest(
        engine=taken.session.get_bind().dialect.name,
        version=platform_version(),
        schema=present_revision() or "",
        made_at=clock.now().isoformat(timespec="seconds"),
        encryption_keys=vault().key_ids,
        faults=faults_of(taken.session),
    )
    archive = ArchiveWriter(target)
    archive.add_file(taken.name, taken.file)
    archive.add_bytes(HEADS, newest_heads(taken.session).encode())
    manifest.faults += _add_uploads(archive, claimed_keys(taken.session), folder / "upload")
    archive.finish(manifest)
    return manifest


def _add_uploads(archive: ArchiveWriter, keys: Iterator[str], half: Path) -> list[str]:
    """Add each content; one that is missing or another than its key says is a fault.

    Each goes through the file `half` first: its size and its hash are known before it is added.
    """
    faults = []
    for key in keys:
        try:
            with half.open("wb") as file:
                for part in storage().open_stream(key):
                    file.write(part)
            is_whole = digest_of(half) == key
        except NotFound:
            is_whole = False
        if is_whole:
            archive.add_file(f"uploads/{key}", half)
        else:
            faults.append(f"upload {key} is missing or damaged")
    return faults


def platform_version() -> str:
    """The version of the platform, as its project file says."""
    try:
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    except OSError:
        return "unknown"
    return str(told["project"]["version"])


@contextmanager
def _half_written(file: Path) -> Iterator[tuple[BinaryIO, Path]]:
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as target:
            yield target, half
    finally:
        half.unlink(missing_ok=True)
        db.session.rollback()


def digest_of(file: Path) -> str:
    with file.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
