"""Preparing a restore: unpack, check, stage; whoever goes on from there puts it in place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.kernel import clock
from participation.kernel.schema import is_known_revision
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.upkeep.backup.archive import DATABASES, HEADS, Manifest, unpack
from participation.upkeep.backup.envelope import opened
from participation.upkeep.backup.faults import BadBackup, CannotBackUp
from participation.upkeep.backup.references import claimed_keys
from participation.upkeep.backup.soundness import faults_of, newest_heads
from participation.upkeep.restore.contents import BucketContents, FolderContents, contents_for
from participation.upkeep.restore.postgresql import PostgresStage
from participation.upkeep.restore.sqlite import SqliteStage


@dataclass
class Prepared:
    """A backup that lies ready beside what is in place, with what is wrong or odd about it."""

    manifest: Manifest
    database: SqliteStage | PostgresStage
    contents: FolderContents | BucketContents
    faults: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    @property
    def has_other_key(self) -> bool:
        """Whether contacts in it are sealed with keys that this instance does not have."""
        return bool(set(self.manifest.encryption_keys) - set(vault().key_ids))

    def put_in_place(self, keys: set[str]) -> list[str]:
        """Make it the instance's data; where what was there before is kept.

        `keys`: the contents that the rows claim. The files first, which harm nothing, then the
        database at one stroke, then what nobody claims any more goes aside.
        """
        self.contents.add()
        before = self.database.switch()
        others = self.contents.put_others_aside(keys) if before else ""
        return [each for each in (before, others) if each]


@contextmanager
def prepared(settings: Settings, file: Path, passphrase: str | None) -> Iterator[Prepared]:
    """Unpack a backup, check it, and stage its database; what is left staged is removed.

    Raises BadBackup for a file that is damaged, cut off or another platform's, CannotBackUp where
    its database is of another kind.
    """
    stamp = f"{clock.now():%Y%m%d-%H%M%S}"
    kind = SqliteStage if settings.is_sqlite else PostgresStage
    stage: SqliteStage | PostgresStage = kind(settings, stamp)
    stage.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    contents = contents_for(settings, stamp)
    try:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=stage.folder) as folder:
            os.chmod(folder, 0o700)
            with file.open("rb") as sealed:
                manifest = unpack(opened(sealed, passphrase), Path(folder), contents.keep)
            _check_kind(manifest, settings)
            stage.load(Path(folder) / DATABASES[manifest.engine])
            heads = (Path(folder) / HEADS).read_text(encoding="utf-8")
        with stage.reading() as session:
            _check_version(session)
            faults, keys = _faults(session, manifest, heads)
        yield Prepared(manifest, stage, contents, faults, keys)
    finally:
        contents.discard()
        stage.discard()


def _check_kind(manifest: Manifest, settings: Settings) -> None:
    wanted = "sqlite" if settings.is_sqlite else "postgresql"
    if manifest.engine != wanted:
        raise CannotBackUp(
            N_("备份里是 %(found)s 数据库，这里用的是 %(wanted)s，不能相互恢复。"),
            {"found": manifest.engine, "wanted": wanted},
        )


def _check_version(session: Session) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    has_version = inspect(session.connection()).has_table("alembic_version")
    found = session.scalar(text("SELECT version_num FROM alembic_version")) if has_version else None
    if not is_known_revision(app, found):
        raise BadBackup(
            N_(
                "备份的数据库结构（%(found)s）这个版本的程序不认识。请用制作备份时的版本或者更新的版本。"
            ),
            {"found": found or "—"},
        )


def _faults(session: Session, manifest: Manifest, heads: str) -> tuple[list[str], set[str]]:
    keys = set(claimed_keys(session))
    faults = faults_of(session)
    if newest_heads(session) != heads:
        faults.append(f"{HEADS} says other heads than the database")
    faults += [
        f"upload {each} is not in the backup" for each in sorted(keys - set(manifest.uploads))
    ]
    return faults, keys
