"""Reading the audit: the history of a consultation, newest first; and the log of the entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, literal, select, tuple_

from participation.audit.leaves import entry_hash
from participation.audit.models import AuditEntry, AuditHead, AuditLeaf
from participation.kernel.actor import STAFF
from participation.kernel.db import Instant, db
from participation.kernel.events import DomainEvent
from participation.kernel.paging import PAGE, Cursor, Page, page_of

LOOK_BACK = 10_000
BATCH = 5_000
COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.actor_role,
    AuditEntry.actor_name,
    AuditEntry.event,
    AuditEntry.consultation_id,
    AuditEntry.payload,
)


@dataclass(frozen=True)
class Line:
    """One entry as it is shown: the event's sentence with its values."""

    id: int
    at: datetime
    actor_name: str
    actor_role: str
    event: str
    sentence: str
    params: dict[str, Any]


def _sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [DomainEvent]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found[kind.__name__] = kind.sentence
    return found


def history(
    consultation_id: int | None, after: Cursor | None = None, *, by_staff: bool = False
) -> Page[Line]:
    """Entries of one consultation (None: of accounts and the platform), newest first.

    `by_staff` leaves out what the public and the platform itself did.
    """
    wanted = (
        AuditEntry.consultation_id == consultation_id
        if consultation_id is not None
        else AuditEntry.consultation_id.is_(None)
    )
    place = tuple_(AuditEntry.at, AuditEntry.id)
    query = select(AuditEntry).where(wanted).limit(PAGE + 1)
    query = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if by_staff:
        query = query.where(AuditEntry.actor_role.in_([role.value for role in STAFF]))
    if after is not None:
        query = query.where(place < tuple_(literal(after.at, Instant()), after.id))
    sentences = _sentences()
    lines = [
        Line(
            entry.id,
            entry.at,
            entry.actor_name,
            entry.actor_role,
            entry.event,
            sentences.get(entry.event, "") or entry.event,
            entry.payload,
        )
        for entry in db.session.scalars(query)
    ]
    return page_of(lines, lambda line: Cursor(line.at, line.id))


def size() -> int:
    """How many entries have their place in the log."""
    last = db.session.scalar(select(func.max(AuditLeaf.index)))
    return 0 if last is None else last + 1


def unsequenced(limit: int, look_back: int | None = LOOK_BACK) -> list[tuple[int, bytes]]:
    """Entries without a place, in the order of their ids: id and hash.

    PostgreSQL may commit a lower id after a higher one; how far back such a one is looked for is
    `look_back` (None: among all).
    """
    query = select(*COLUMNS).where(_has_no_place()).order_by(AuditEntry.id).limit(limit)
    if look_back is not None:
        last = db.session.scalar(select(func.max(AuditLeaf.entry_id))) or 0
        query = query.where(AuditEntry.id > last - look_back)
    return [(row.id, hash_of(row)) for row in db.session.execute(query)]


def has_unsequenced() -> bool:
    """Whether an entry waits for its place."""
    last = db.session.scalar(select(func.max(AuditLeaf.entry_id))) or 0
    waits = _has_no_place() & (AuditEntry.id > last - LOOK_BACK)
    return bool(db.session.scalar(select(exists().where(waits))))


def _has_no_place() -> Any:
    return ~exists().where(AuditLeaf.entry_id == AuditEntry.id)


def hash_of(row: Row[Any]) -> bytes:
    """The leaf hash of an entry as it is now."""
    return entry_hash(
        row.id,
        row.at,
        (row.actor_id, row.actor_role, row.actor_name),
        row.event,
        row.consultation_id,
        row.payload,
    )


def hashes(first: int, end: int) -> Iterator[bytes]:
    """The hashes of the leaves from `first` up to `end`, as they were put in."""
    for start in range(first, end, BATCH):
        query = select(AuditLeaf.hash).where(
            AuditLeaf.index >= start, AuditLeaf.index < min(start + BATCH, end)
        )
        yield from db.session.scalars(query.order_by(AuditLeaf.index))


def leaves_with_entries() -> Iterator[Row[Any]]:
    """Every leaf by its index, with the entry's columns; all of these are None where it is gone."""
    after = -1
    while True:
        query = (
            select(AuditLeaf.index.label("place"), AuditLeaf.entry_id, AuditLeaf.hash, *COLUMNS)
            .outerjoin(AuditEntry, AuditEntry.id == AuditLeaf.entry_id)
            .where(AuditLeaf.index > after)
            .order_by(AuditLeaf.index)
            .limit(BATCH)
        )
        rows: Sequence[Row[Any]] = db.session.execute(query).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].place


def left_out(before: datetime) -> list[int]:
    """Ids of entries of before an instant that have no place in the log: the first twenty."""
    query = select(AuditEntry.id).where(_has_no_place(), AuditEntry.at < before)
    return list(db.session.scalars(query.order_by(AuditEntry.id).limit(20)))


def newest_head() -> AuditHead | None:
    """The head of the largest size."""
    return db.session.scalars(_heads().limit(1)).first()


def all_heads() -> list[AuditHead]:
    """Every head, the smallest first."""
    return list(db.session.scalars(select(AuditHead).order_by(AuditHead.size)))


def heads_before(size: int | None) -> Page[AuditHead]:
    """Heads for the desk, the newest first; `size`: below that one."""
    query = _heads().limit(PAGE + 1)
    if size is not None:
        query = query.where(AuditHead.size < size)
    return page_of(list(db.session.scalars(query)), lambda head: Cursor(head.signed_at, head.size))


def _heads() -> Select[AuditHead]:
    return select(AuditHead).order_by(AuditHead.size.desc())
