"""R12: a backup made while a crowd writes restores to all that was acknowledged before it began."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from tests.drills.checks import comments_of, faults_of_record, rows
from tests.drills.crowd import Crowd, Sent
from tests.drills.harness import Place, free_port, size, tomorrow, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SENDERS = 6


def elsewhere(place: Place, folder: Path) -> Place:
    """A fresh instance beside, with the keys that are kept apart from the backups."""
    folder.mkdir()
    for name in ("encryption_key", "secret_key", "record_key", "audit_key"):
        if (place.folder / name).exists():
            shutil.copy(place.folder / name, folder / name)
    return replace(place, folder=folder, port=free_port(), started=[])


def acknowledged(sent: list[Sent]) -> set[str]:
    """The receipts that senders hold."""
    return {each.acknowledged[0].json["receipt"] for each in list(sent) if each.acknowledged}


def missing_after(restored: Place, slug: str, before: set[str]) -> set[str]:
    """Receipts given before the backup began that the restored instance does not know."""
    return before - {row.receipt for row in comments_of(restored, slug)}


@pytest.mark.both_databases
def test_every_restore_of_a_backup_under_load_holds_what_was_acknowledged_before(
    place: Place, tmp_path: Path
) -> None:
    times = size(1, 20)
    moments = random.Random(times)
    server = place.serve()
    slug = place.post(tomorrow())
    crowd = Crowd(place, slug, SENDERS)
    crowd.start()
    taken: list[tuple[Path, set[str]]] = []
    for number in range(times):
        wait_for(lambda: crowd.acknowledged > 20 * (len(taken) + 1), "receipts")
        time.sleep(moments.uniform(0, 0.2))
        before = acknowledged(crowd.sent)
        # A signed head that the restored leaves must give again.
        assert place.command("record", "head", slug)["size"] > len(before)
        file = tmp_path / f"backup-{number}.tar"
        assert place.command("upkeep", "backup", str(file))["faults"] == []
        assert len(acknowledged(crowd.sent)) > len(before), "nobody waited for the backup"
        taken.append((file, before))
    sent = crowd.finish()
    server.end()
    assert faults_of_record(place, slug, sent) == []
    seconds = [_restored(place, tmp_path, slug, *each) for each in taken]
    report(
        f"R12 backup while writing, {'PostgreSQL' if place.database_url else 'SQLite'}",
        "20 of 20 restores hold all acknowledged before, root = signed head, files right",
        f"{times} of {times}, {len(sent)} opinions; restored and serving in"
        f" {max(seconds):.1f} s at most",
    )


def _restored(place: Place, tmp_path: Path, slug: str, file: Path, before: set[str]) -> float:
    """Restore a backup, serve it, look at it; the seconds until it answered."""
    began = time.monotonic()
    fresh = elsewhere(place, tmp_path / f"fresh-{file.stem}")
    # On PostgreSQL the database is the same: what is there now is put aside.
    how = ["--replace"] if place.database_url else []
    done = fresh.command("upkeep", "restore", str(file), *how)
    assert done["faults"] == []
    server = fresh.serve()
    seconds = time.monotonic() - began
    with fresh.calling() as caller:
        assert caller.get(f"/consultations/{slug}").status == 200
    server.end()
    assert missing_after(fresh, slug, before) == set()
    # Numbers, counters, audit and the file itself agree; nothing was doubled.
    kept = comments_of(fresh, slug)
    assert [row.number for row in kept] == list(range(1, len(kept) + 1))
    assert not [each for each in faults_of_record(fresh, slug, []) if "stranger" not in each]
    assert fresh.command("record", "check", slug)["faults"] == {slug: []}
    (head,) = rows(fresh, "SELECT max(size) AS size FROM record_head")
    assert head.size > len(before)
    _verify(fresh, slug, folder=fresh.folder)
    key = rows(fresh, "SELECT source_key FROM draft_version WHERE accepted_at IS NOT NULL")[0][0]
    assert (fresh.folder / "uploads" / key[:2] / key[2:]).is_file()
    return seconds


def _verify(fresh: Place, slug: str, folder: Path) -> None:
    """The open-data package that the restored instance builds is accepted by its own verify.py."""
    package = folder / "package.zip"
    fresh.command("record", "package", slug, str(package))
    with zipfile.ZipFile(package) as found:
        (folder / "verify.py").write_bytes(found.read("verify.py"))
    # Nothing of ours is on its path: the standard library alone.
    said = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), "package", str(package), "--json"],
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_plain_copy_of_the_live_file_is_found_out(place: Place, tmp_path: Path) -> None:
    """The control: without its WAL the copy lacks what was acknowledged, or is no database."""
    place.serve()
    slug = place.post(tomorrow())
    crowd = Crowd(place, slug, SENDERS)
    crowd.start()
    wait_for(lambda: crowd.acknowledged > 30, "receipts")
    found = wait_for(lambda: _copied(place, tmp_path, slug, crowd), "a copy that lacks something")
    crowd.finish()
    report_control("R12", "plain cp of the live file", f"found: {found}")


def _copied(place: Place, tmp_path: Path, slug: str, crowd: Crowd) -> str:
    """What is wrong with a copy made by `cp`; "" where it happens to be whole."""
    before = acknowledged(crowd.sent)
    copy = elsewhere(place, tmp_path / f"copy-{time.monotonic_ns()}")
    shutil.copy(place.folder / "participation.db", copy.folder / "participation.db")
    try:
        lost = missing_after(copy, slug, before)
    except DatabaseError as error:
        return f"no database: {error.orig}"
    return f"{len(lost)} of {len(before)} lost" if lost else ""
