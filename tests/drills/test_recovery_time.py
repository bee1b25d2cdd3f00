"""R12: an instance with 1 GiB of opinions and 5 GiB of files is back within ten minutes."""

from __future__ import annotations

import os
import time
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from participation.comments.intake import StoredFile
from participation.comments.models import Comment
from participation.comments.operations.attaching import claim_files, keep_file
from participation.kernel.actor import GUEST
from participation.kernel.db import db, transaction
from participation.kernel.storage import storage
from tests.bench.filling import fill
from tests.bench.measuring import an_open_consultation, inside
from tests.drills.checks import rows
from tests.drills.harness import PATIENCE, Place, size
from tests.drills.table import report
from tests.drills.test_restore import elsewhere

pytestmark = pytest.mark.drill

MIB = 1024**2
DATABASE_BYTES, FILE_BYTES = size(4 * MIB, 1024 * MIB), size(8 * MIB, 5 * 1024 * MIB)
ONE_FILE = size(MIB, 16 * MIB)
BODY = (
    "建议把桥头的灯开到晚上十一点，第{number}根灯杆的灯坏了。"
    + "下雨天老人和孩子过桥很不方便。" * 80
)
OBJECTIVE = 600.0
"""The recovery time objective of reliability.md, in seconds."""


def _filled(place: Place) -> str:
    """Opinions and files until both sizes are reached; the slug of their consultation."""
    with inside(place):
        slugs = []
        while not slugs or (place.folder / "participation.db").stat().st_size < DATABASE_BYTES:
            one = an_open_consultation()
            fill(one, size(200, 60_000), body=BODY)
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            slugs.append(one.slug)
        _attach(slugs[-1])
    return slugs[-1]


def _attach(slug: str) -> None:
    authors = iter(db.session.scalars(select(Comment.id).order_by(Comment.id.desc())).all())
    for number in count(1):
        if number * ONE_FILE > FILE_BYTES:
            return
        key = storage().put(os.urandom(ONE_FILE))
        with transaction():
            kept = keep_file(
                GUEST, slug, StoredFile(f"照片{number}.jpg", "jpg", ONE_FILE, key, is_scanned=False)
            )
            comment = db.session.get(Comment, next(authors))
            assert comment is not None
            claim_files(comment, [kept.ref])


def _size_of(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def test_a_large_instance_is_back_within_its_recovery_time(place: Place, tmp_path: Path) -> None:
    slug = _filled(place)
    kept = rows(place, "SELECT count(*) AS n FROM comment")[0].n
    patience = size(PATIENCE, 3_600)
    file = tmp_path / "backup.tar"
    began = time.monotonic()
    assert place.command("upkeep", "backup", str(file), patience=patience)["faults"] == []
    backed_up = time.monotonic() - began
    fresh = elsewhere(place, tmp_path / "fresh")
    began = time.monotonic()
    restored = fresh.command("upkeep", "restore", str(file), patience=patience)
    server = fresh.serve()
    with fresh.calling() as caller:
        assert caller.get(f"/consultations/{slug}").status == 200
    seconds = time.monotonic() - began
    server.end()
    assert restored["faults"] == []
    assert rows(fresh, "SELECT count(*) AS n FROM comment")[0].n == kept
    assert _size_of(fresh.folder / "uploads") >= FILE_BYTES
    assert seconds <= OBJECTIVE
    report(
        "R12 recovery time",
        "1 GiB of database and 5 GiB of files (CI: 4 and 8 MiB) restored and serving in 10 min",
        f"{(fresh.folder / 'participation.db').stat().st_size / MIB:.0f} MiB with {kept} opinions"
        f" and {_size_of(fresh.folder / 'uploads') / MIB:.0f} MiB of files: {seconds:.0f} s"
        f" (the backup took {backed_up:.0f} s)",
    )
