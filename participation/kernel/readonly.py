"""Read-only mode: while it is on nothing is written, and everybody is told so and keeps their text.

It is on for one of three causes: a flag file in the instance folder (works where the database
cannot be written), a row in the database (for all hosts), or too little room on the disk. All
three are looked at when a write transaction begins; nothing has to run for it to begin or end.
"""

from __future__ import annotations

import json
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Mapped, Session, mapped_column

from participation.kernel import clock
from participation.kernel.db import Base, Instant, guard_writes
from participation.kernel.errors import Unavailable
from participation.kernel.verdict import N_

FLAG = "read_only"
LONGEST_REASON = 300
LONGEST_WAIT = timedelta(hours=1)
STALE_SECONDS = 60
WAITS = {"person": 300, "disk": 60}
"""After how many seconds to try again where nobody has said when it ends, by cause."""


class Cause(StrEnum):
    """Why it is on."""

    PERSON = "person"
    DISK = "disk"


@dataclass(frozen=True)
class ReadOnlyMode:
    """The mode while it is on; `until_at` where somebody said when it ends."""

    cause: Cause
    since_at: datetime | None = None
    until_at: datetime | None = None
    reason: str = ""

    def lasts(self, now: datetime) -> bool:
        """Whether it is on: begun (it may have been announced for later) and not over."""
        has_begun = self.since_at is None or self.since_at <= now
        return has_begun and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether its end has passed."""
        return self.until_at is not None and self.until_at <= now

    @property
    def sentence(self) -> str:
        """What people are told, a msgid for `params`."""
        if self.cause is Cause.DISK:
            return N_(
                "服务器的存储空间不足，暂时只能查看，不能提交。管理人员正在处理，请稍后再试。"
            )
        if self.until_at is not None:
            return N_("系统正在维护，暂时只能查看，不能提交。预计 %(until)s 恢复。")
        return N_("系统正在维护，暂时只能查看，不能提交。请稍后再试。")

    @property
    def params(self) -> dict[str, object]:
        return {} if self.until_at is None else {"until": self.until_at}


class ReadOnly(Unavailable):
    """A write was refused because the platform is in read-only mode."""

    def __init__(self, mode: ReadOnlyMode) -> None:
        self.mode = mode
        wait = WAITS[mode.cause]
        if mode.until_at is not None:
            left = min(mode.until_at - clock.now(), LONGEST_WAIT)
            wait = max(1, int(left.total_seconds()) + 1)
        super().__init__(mode.sentence, mode.params, wait)


class ReadOnlySwitch(Base):
    """The row that is there while a person has switched it on; one at most."""

    __tablename__ = "read_only"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))


# Composed once: every write transaction begins with it.
_ROW = select(ReadOnlySwitch.since_at, ReadOnlySwitch.until_at, ReadOnlySwitch.reason)


def ask(session: Session) -> ReadOnlyMode | None:
    """The mode by file, disk and the database's row; None while writing is possible."""
    row = session.execute(_ROW).first()
    found = ReadOnlyMode(Cause.PERSON, *row) if row else None
    current_app.extensions["read_only_row"] = found, time.monotonic()
    return _first_lasting(_flagged(), found, _cramped())


def known() -> ReadOnlyMode | None:
    """The mode without asking the database, for pages: by file, disk and the row as last seen.

    On another host than the one where it was switched it may be known some seconds late; what is
    written is decided by `ask`.
    """
    row, seen = current_app.extensions.get("read_only_row", (None, 0.0))
    if row is not None and time.monotonic() - seen > STALE_SECONDS:
        row = None
    return _first_lasting(_flagged(), row, _cramped())


def enforce(session: Session) -> None:
    """Raise ReadOnly while it is on."""
    mode = ask(session)
    if mode is not None:
        raise ReadOnly(mode)


def _first_lasting(*modes: ReadOnlyMode | None) -> ReadOnlyMode | None:
    now = clock.now()
    return next((each for each in modes if each is not None and each.lasts(now)), None)


guard_writes(enforce)


def flag() -> Path:
    """The flag file; whoever cannot run a command may make it by hand, empty."""
    return Path(current_app.instance_path) / FLAG


def raise_flag(mode: ReadOnlyMode) -> None:
    """Switch it on for this host, whatever the database is able to do; raises OSError."""
    said = {
        "since": mode.since_at.isoformat() if mode.since_at else None,
        "until": mode.until_at.isoformat() if mode.until_at else None,
        "reason": mode.reason,
    }
    flag().write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def lower_flag() -> None:
    """Take the flag file away; one that is not there is away."""
    flag().unlink(missing_ok=True)


def _flagged() -> ReadOnlyMode | None:
    try:
        words = flag().read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        words = ""
    said: dict[str, Any] = {}
    with suppress(ValueError):
        read = json.loads(words or "{}")
        said = read if isinstance(read, dict) else {}
    return ReadOnlyMode(
        Cause.PERSON,
        _instant(said.get("since")),
        _instant(said.get("until")),
        str(said.get("reason") or "")[:LONGEST_REASON],
    )


def _instant(word: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(word))
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def free_bytes() -> int:
    """The free bytes on the instance folder's disk, or on that of the SQLite file if less."""
    places = {Path(current_app.instance_path)}
    settings = current_app.config["SETTINGS"]
    if settings.is_sqlite:
        places.add(Path(make_url(settings.database).database or "").parent)
    return min(shutil.disk_usage(each).free for each in places if each.is_dir())


def _cramped() -> ReadOnlyMode | None:
    least: int = current_app.config["SETTINGS"].least_free_bytes
    if least and free_bytes() < least:
        return ReadOnlyMode(Cause.DISK)
    return None
