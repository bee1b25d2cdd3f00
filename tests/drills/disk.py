"""A disk that fills up: a small tmpfs where this machine lets us mount, else a limit on files."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from tests.drills.harness import Place, Program

MEBIBYTE = 1024 * 1024


@dataclass
class Disk:
    """The disk of a place's instance folder; `kind` says how it is made small."""

    folder: Path
    kind: str

    def narrow(self, program: Program) -> None:
        """Leave the program room for a few hundred opinions only."""
        if self.kind == "tmpfs":
            return
        largest = max(each.stat().st_size for each in self.folder.rglob("*") if each.is_file())
        self._limit(program, largest + MEBIBYTE)

    def widen(self, program: Program) -> None:
        """Give it room again, while everything runs on."""
        if self.kind == "tmpfs":
            subprocess.run(["mount", "-o", "remount,size=512m", self.folder], check=True)
        else:
            self._limit(program, resource.RLIM_INFINITY)

    def _limit(self, program: Program, size: int) -> None:
        process = psutil.Process(program.pid)
        _soft, hard = process.rlimit(psutil.RLIMIT_FSIZE)
        process.rlimit(psutil.RLIMIT_FSIZE, (size, hard))


@contextmanager
def small_disk(place: Place) -> Iterator[tuple[Place, Disk]]:
    """The same place with its instance folder on a disk that is almost full."""
    folder = place.folder / "disk"
    folder.mkdir()
    files = [each for each in place.folder.iterdir() if each != folder]
    used = sum(each.stat().st_size for each in files if each.is_file())
    mounted = _mount(folder, used + 2 * MEBIBYTE)
    try:
        for each in files:
            if each.is_file() and each.suffix not in {".log", ".exit", ".txt"}:
                shutil.copy(each, folder)
        settings = {
            "PARTICIPATION_INSTANCE": str(folder),
            # The real end of the disk is what is wanted here, not the warning before it.
            "PARTICIPATION_LEAST_FREE_BYTES": "0",
        }
        kind = "tmpfs" if mounted else "RLIMIT_FSIZE"
        yield replace(place, surroundings={**place.surroundings, **settings}), Disk(folder, kind)
    finally:
        place.end_all()
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


def _mount(folder: Path, size: int) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
