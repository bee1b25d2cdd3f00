"""Whether a database is whole: the file itself, and every record's tree from its leaves up."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from participation.kernel.checkpoint import is_signed_by, read_head, verifier_key
from participation.kernel.merkle import Edge, leaf_hash
from participation.record.models import RecordHead, RecordKey, RecordLeaf, RecordLog

AT_ONCE = 1000


def faults_of(session: Session) -> list[str]:
    """What is wrong with the database that a session reads, one line each; none where all is well.

    Plain words and numbers: they go into the manifest and into the log of a timer.
    """
    return [*_file_faults(session), *record_faults(session)]


def _file_faults(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for row in session.execute(text("PRAGMA integrity_check(10)")):
        if row[0] != "ok":
            yield f"integrity_check: {row[0]}"
    for row in session.execute(text("PRAGMA foreign_key_check")).fetchmany(10):
        yield f"foreign_key_check: {row[0]} row {row[1]} -> {row[2]}"


def record_faults(session: Session) -> Iterator[str]:
    """Every root recomputed from the leaves' bytes, against edge, heads and signatures."""
    if not inspect(session.connection()).has_table(RecordLog.__tablename__):
        return  # a schema from before the record
    public = list(session.scalars(select(RecordKey.public)))
    for log in session.scalars(select(RecordLog).order_by(RecordLog.consultation_id)).all():
        for fault in _log_faults(session, log, public):
            yield f"{log.origin}: {fault}"


def _log_faults(session: Session, log: RecordLog, public: list[bytes]) -> Iterator[str]:
    heads = {
        each.size: each
        for each in session.scalars(
            select(RecordHead).where(RecordHead.consultation_id == log.consultation_id)
        )
    }
    edge = Edge()
    for index, data, stored in session.execute(
        select(RecordLeaf.index, RecordLeaf.data, RecordLeaf.hash)
        .where(RecordLeaf.consultation_id == log.consultation_id)
        .order_by(RecordLeaf.index)
        .execution_options(yield_per=AT_ONCE)
    ):
        if index != edge.size:
            yield f"leaf {edge.size} is missing"
            return
        if leaf_hash(data) != stored:
            yield f"leaf {index} has another hash than is stored"
        edge.append(leaf_hash(data))
        head = heads.pop(edge.size, None)
        if head is not None:
            yield from _head_faults(head, edge.root(), log.origin, public)
    if (edge.size, edge.to_bytes()) != (log.size, log.edge):
        yield f"the {edge.size} leaves do not give the edge of {log.size} leaves that is stored"
    for size in heads:
        yield f"the head of {size} leaves is signed, {edge.size} are there"


def _head_faults(head: RecordHead, root: bytes, origin: str, public: list[bytes]) -> Iterator[str]:
    try:
        told = read_head(head.note)
    except ValueError as error:
        yield f"the head of {head.size} leaves cannot be read: {error}"
        return
    if (told.origin, told.size, told.root) != (origin, head.size, root):
        yield f"the leaves do not give the root that the head of {head.size} leaves says"
    if not any(is_signed_by(head.note, verifier_key(origin, each)) for each in public):
        yield f"the head of {head.size} leaves is signed by no known key"


def newest_heads(session: Session) -> str:
    """The newest signed head of every log, as the notes themselves, a blank line between them."""
    if not inspect(session.connection()).has_table(RecordLog.__tablename__):
        return ""
    newest: dict[int, str] = {}
    for number, note in session.execute(
        select(RecordHead.consultation_id, RecordHead.note).order_by(RecordHead.size)
    ):
        newest[number] = note
    return "\n".join(newest[number] for number in sorted(newest))
