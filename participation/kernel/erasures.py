"""The erasure ledger: what was erased, by ids alone, so that a restored backup forgets it again.

Each entry is a row of the erasing transaction and a line of `erasures.jsonl` in the instance
folder. The line is written and fsynced last, right before the commit: were it written after, a
power cut in between would leave an erasure that no restore knows of. The other way round there
may be a line for an erasure whose commit failed; a replay then erases what somebody had asked to
be erased and was told to try again. That is the lesser evil, and the line holds nothing personal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel import clock
from participation.kernel.db import Base, Instant, before_commit, db

FILE = "erasures.jsonl"


class Erasure(Base):
    """One erasure. `slug` and `number` name an opinion, `number` alone an account.

    `digest` is the SHA-256 of what only that row has (an opinion's receipt code, an account's
    birth), so that a replay on another database cannot hit a stranger.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(30), default="")


@dataclass(frozen=True)
class Entry:
    """An entry of the ledger as a value; `at` is an ISO instant, `reason` a code or empty."""

    at: str
    kind: str
    slug: str
    number: int
    digest: str
    reason: str = ""


Replay = Callable[[Entry], bool | None]
replayers: dict[str, Replay] = {}
"""How entries of a kind are erased again, by features that stand beside `privacy`.

True: erased now, False: gone already, None: not there.
"""


def ledger_path() -> Path:
    """The ledger's file in the instance folder."""
    return Path(current_app.instance_path) / FILE


def note(kind: str, *, digest: str, slug: str = "", number: int = 0, reason: str = "") -> None:
    """Enter an erasure: a row now, a line of the file right before the commit."""
    now = clock.now()
    db.session.add(
        Erasure(at=now, kind=kind, slug=slug, number=number, digest=digest, reason=reason)
    )
    entry = Entry(_instant(now), kind, slug, number, digest, reason)
    path = ledger_path()
    before_commit(lambda: append(path, [entry]))


def entries() -> list[Entry]:
    """The ledger as the database has it, in order."""
    return [
        Entry(_instant(row.at), row.kind, row.slug, row.number, row.digest, row.reason)
        for row in db.session.scalars(select(Erasure).order_by(Erasure.id))
    ]


def append(path: Path, new: list[Entry]) -> None:
    """Write entries at the end of a ledger's file and see to it that they are on the disk."""
    text = "".join(
        json.dumps(asdict(each), sort_keys=True, separators=(",", ":")) + "\n" for each in new
    )
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # A line torn by a power cut must not take the next one with it.
        size = os.fstat(descriptor).st_size
        whole = size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
        os.write(descriptor, (text if whole else "\n" + text).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new and os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: Path) -> Iterator[Entry]:
    """The entries of a ledger's file; a torn line, which was never committed, is passed over."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue


def complete_file() -> int:
    """Add to the file what other hosts have erased; returns how many entries were missing."""
    path = ledger_path()
    known = set(read(path)) if path.exists() else set()
    missing = [each for each in entries() if each not in known]
    if missing:
        append(path, missing)
    return len(missing)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
