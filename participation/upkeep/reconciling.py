"""Brings the file storage and the rows that claim its contents together again.

A content is stored before its row, so a crash or a refusal in between leaves one that nobody
claims; it is removed a day later. A claim whose content is missing cannot be mended by the
program: it is reported, to be brought back from a backup.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Column, select

from participation.kernel import clock
from participation.kernel.claims import claiming_columns
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.storage import storage

log = logging.getLogger(__name__)

GRACE = timedelta(hours=24)
"""How long a content may lie unclaimed: far longer than any request between put and commit."""
PREFIXES = tuple(f"{number:02x}" for number in range(256))
"""Keys begin with these; going through them one by one bounds the memory, whatever is stored."""


@dataclass(frozen=True)
class Missing:
    """A row that claims a content which is not there: its table and column, its id."""

    claim: str
    row: str
    key: str


@dataclass
class Reconciled:
    """What was found: how many contents are claimed, which were removed, which are missing."""

    claimed: int = 0
    removed: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def reconcile(*, dry_run: bool = False) -> Reconciled:
    """Remove what no row has claimed for a day, report what is claimed and missing.

    `dry_run` removes nothing and says what would be. Raises Unavailable where the storage is away;
    what was done until then is right, and the next run goes on.
    """
    found = Reconciled()
    for prefix in PREFIXES:
        # In this order: what is put and claimed after the listing is in the claims, and not old.
        stored = storage().listed(prefix)
        claims = _claims(prefix)
        found.claimed += len({each.key for each in claims} & stored.keys())
        found.missing += [each for each in claims if each.key not in stored]
        unclaimed = stored.keys() - {each.key for each in claims}
        old = sorted(key for key in unclaimed if stored[key] < clock.now() - GRACE)
        found.removed += old if dry_run else [key for key in old if _remove(key)]
    for each in found.missing:
        log.error(
            "storage: %s of row %s names %s, which is missing", each.claim, each.row, each.key
        )
    return found


def _claims(prefix: str) -> list[Missing]:
    found = []
    for column in claiming_columns():
        ids: Iterable[Column[object]] = column.table.primary_key
        statement = select(column, *ids).where(column.startswith(prefix))
        found += [
            Missing(str(column), ",".join(map(str, own)), key)
            for key, *own in db.session.execute(statement)
        ]
    # The next look is at the rows as they are then.
    db.session.rollback()
    return found


def _remove(key: str) -> bool:
    """Remove a content unless somebody put it again just now."""
    try:
        if storage().written_at(key) >= _oldest():
            return False
    except NotFound:
        return False
    storage().delete(key)
    return True


def _oldest() -> datetime:
    return clock.now() - GRACE
