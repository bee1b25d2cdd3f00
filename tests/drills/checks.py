"""What must hold whatever happened: each check lists the faults it finds, none where all is well.

The checks read the database's own rows through plain SQL and compare them with what the senders
were told. The same checks are turned on servers that are broken on purpose (broken.py) and must
find them out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, text

from participation.kernel.db import sqlite_module
from participation.kernel.merkle import Edge, leaf_hash, root_of
from tests.drills.crowd import Sent
from tests.drills.harness import Place

# The API gives milliseconds.
GRAIN = timedelta(milliseconds=1)


def rows(place: Place, statement: str, **values: Any) -> list[Any]:
    """The rows of a statement, read outside of the program."""
    options = {} if place.database_url else {"module": sqlite_module()}
    engine = create_engine(place.sqlalchemy_url, **options)
    try:
        with engine.connect() as connection:
            return list(_executed(connection, statement, values))
    finally:
        engine.dispose()


def _executed(connection: Connection, statement: str, values: dict[str, Any]) -> Iterable[Any]:
    return connection.execute(text(statement), values).all()


def instant(value: Any) -> datetime:
    """An instant as either database's driver gives it."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    found: datetime = value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def comments_of(place: Place, slug: str) -> list[Any]:
    """The opinions of a consultation as rows, by number."""
    return rows(
        place,
        "SELECT c.number, c.receipt, c.submission_key, c.body, c.received_at, c.outcome, c.stance,"
        " c.channel, c.respondent_kind, c.standing, c.visibility FROM comment c"
        " JOIN consultation k ON k.id = c.consultation_id WHERE k.slug = :slug ORDER BY c.number",
        slug=slug,
    )


def faults_of_record(place: Place, slug: str, sent: Sequence[Sent]) -> list[str]:
    """Every receipt given is kept once with its words and instant; nothing is there besides.

    Also: numbers 1 to n without a gap, counters, audit and log equal to the rows, file sound.
    """
    kept = comments_of(place, slug)
    return [
        *_lost(kept, sent),
        *_doubled(kept, sent),
        *_uncounted(place, slug, kept),
        *_unrecorded(place, slug, kept),
        *_unsound(place),
    ]


def _lost(kept: Sequence[Any], sent: Sequence[Sent]) -> Iterable[str]:
    by_receipt = {row.receipt: row for row in kept}
    for each in sent:
        for answer in each.acknowledged:
            told = answer.json
            row = by_receipt.get(told["receipt"])
            if row is None:
                yield f"lost: receipt {told['receipt']} was given and is not kept"
            elif (row.submission_key, row.body) != (each.key, each.body):
                yield f"changed: receipt {told['receipt']} holds other words"
            elif abs(instant(row.received_at) - instant(told["received_at"])) >= GRAIN:
                yield f"changed: receipt {told['receipt']} was told another instant"


def _doubled(kept: Sequence[Any], sent: Sequence[Sent]) -> Iterable[str]:
    for key, count in Counter(row.submission_key for row in kept).items():
        if count > 1:
            yield f"doubled: key {key} is kept {count} times"
    for each in sent:
        receipts = {answer.json["receipt"] for answer in each.acknowledged}
        if len(receipts) > 1:
            yield f"doubled: key {each.key} was given {len(receipts)} receipts"
    for stranger in {row.submission_key for row in kept} - {each.key for each in sent}:
        yield f"stranger: nobody sent {stranger}"


def _uncounted(place: Place, slug: str, kept: Sequence[Any]) -> Iterable[str]:
    numbers = [row.number for row in kept]
    if numbers != list(range(1, len(kept) + 1)):
        yield f"gap: the numbers of {len(kept)} opinions are not 1 to {len(kept)}"
    series = rows(
        place,
        "SELECT s.received FROM comment_series s JOIN consultation k ON k.id = s.consultation_id"
        " WHERE k.slug = :slug",
        slug=slug,
    )
    received = series[0].received if series else 0
    if received != len(kept):
        yield f"counters: {received} received, {len(kept)} kept"
    tallies = rows(
        place,
        "SELECT t.dimension, t.value, t.count FROM comment_tally t"
        " JOIN consultation k ON k.id = t.consultation_id WHERE k.slug = :slug AND t.count <> 0",
        slug=slug,
    )
    told = {(each.dimension, each.value): each.count for each in tallies}
    dimensions = {name for name, _ in told}
    counted = Counter((name, getattr(row, name)) for row in kept for name in dimensions)
    if kept and not dimensions:
        yield "counters: none are kept"
    if told != counted:
        yield f"counters: {told} kept, {dict(counted)} counted"
    audited = rows(
        place,
        "SELECT count(*) AS n FROM audit_entry a JOIN consultation k ON k.id = a.consultation_id"
        " WHERE k.slug = :slug AND a.event = 'CommentSubmitted'",
        slug=slug,
    )[0].n
    if audited != len(kept):
        yield f"audit: {audited} entries for {len(kept)} opinions"


def _unrecorded(place: Place, slug: str, kept: Sequence[Any]) -> Iterable[str]:
    """Every opinion has one leaf in the log, which has no gap and the root of its leaves."""
    leaves = rows(
        place,
        'SELECT l."index" AS place, l.kind, l.number, l.data FROM record_leaf l'
        " JOIN consultation k ON k.id = l.consultation_id WHERE k.slug = :slug"
        ' ORDER BY l."index"',
        slug=slug,
    )
    if [row.place for row in leaves] != list(range(len(leaves))):
        yield f"log: the indexes of {len(leaves)} leaves have a gap"
    told = Counter(row.number for row in leaves if row.kind == "comment")
    for row in kept:
        if told[row.number] != 1:
            yield f"log: number {row.number} has {told[row.number]} leaves"
    for number in set(told) - {row.number for row in kept}:
        yield f"log: a leaf of number {number}, which is not kept"
    [log] = rows(
        place,
        "SELECT l.size, l.edge FROM record_log l JOIN consultation k ON k.id = l.consultation_id"
        " WHERE k.slug = :slug",
        slug=slug,
    )
    root = root_of([leaf_hash(bytes(row.data)) for row in leaves])
    if log.size != len(leaves) or Edge.from_bytes(log.size, bytes(log.edge)).root() != root:
        yield f"log: its edge of {log.size} is not that of its {len(leaves)} leaves"


def _unsound(place: Place) -> Iterable[str]:
    if place.database_url:
        return
    for row in rows(place, "PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"file: {row[0]}"


def faults_of_deadline(
    place: Place, slug: str, sent: Sequence[Sent], closes_at: datetime
) -> list[str]:
    """Nothing accepted late, nothing refused early, nothing accepted missing from the bulletin.

    Server, database and senders share one machine's clock: a refusal that had arrived before the
    close was decided before it; a request begun after the close cannot have been decided before.
    """
    kept = comments_of(place, slug)
    faults = [
        f"late: number {row.number} was received at {row.received_at}"
        for row in kept
        if instant(row.received_at) >= closes_at
    ]
    for each in sent:
        faults += [
            f"late: {each.key} was sent at {answer.began_at} and accepted"
            for answer in each.acknowledged
            if answer.status == 201 and answer.began_at >= closes_at
        ]
        faults += [
            f"early: {each.key} was refused at {answer.ended_at}"
            for answer in each.refused
            if answer.ended_at < closes_at
        ]
    bulletins = rows(
        place,
        "SELECT b.content FROM bulletin b JOIN consultation k ON k.id = b.consultation_id"
        " WHERE k.slug = :slug",
        slug=slug,
    )
    if len(bulletins) != 1:
        return [*faults, f"bulletin: {len(bulletins)} of them"]
    told = _received_in(bulletins[0].content)
    if told != len(kept):
        faults.append(f"missing: the bulletin says {told} received, {len(kept)} are kept")
    return faults


def _received_in(content: Any) -> int:
    value = json.loads(content) if isinstance(content, str) else content
    received: int = value["received"]
    return received


def faults_of_publication(place: Place, slugs: Sequence[str]) -> list[str]:
    """Each consultation has one bulletin, one version 1, their leaves and notices, each once.

    Those who gave an address are taken for one person in each consultation (test_publication).
    """
    counted = {
        what: {row.slug: row.n for row in rows(place, statement)}
        for what, statement in _PUBLISHED.items()
    } | _notices(place)
    faults = [
        f"{what}: {of.get(slug, 0)} of {slug}"
        for what, of in counted.items()
        for slug in slugs
        if of.get(slug, 0) != 1
    ]
    left = rows(place, "SELECT kind, state, last_error FROM job WHERE state <> 'done'")
    faults += [
        f"job: {each.kind} is {each.state}: {each.last_error}"
        for each in left
        if each.last_error or each.state == "dead"
    ]
    return faults


def _notices(place: Place) -> dict[str, Counter[str]]:
    """How often the result is told to the authors, and to each of them, by slug."""
    slugs = {row.id: row.slug for row in rows(place, "SELECT id, slug FROM consultation")}
    of_comment = {
        row.id: slugs[row.consultation_id]
        for row in rows(place, "SELECT id, consultation_id FROM comment")
    }
    found = {"notice to authors": Counter[str](), "mail to an author": Counter[str]()}
    jobs = rows(place, "SELECT kind, payload FROM job WHERE kind LIKE 'notifications.%'")
    for job in jobs:
        payload = json.loads(job.payload) if isinstance(job.payload, str) else job.payload
        if job.kind == "notifications.result":
            found["notice to authors"][slugs[payload["consultation_id"]]] += 1
        elif payload.get("what") == "result":
            found["mail to an author"][of_comment[payload["comment_id"]]] += 1
    return found


_PUBLISHED = {
    what: "SELECT k.slug, count(*) AS n FROM consultation k"
    f" JOIN {table} x ON x.consultation_id = k.id AND {which} GROUP BY k.slug"
    for what, table, which in (
        ("bulletin", "bulletin", "1 = 1"),
        ("version", "adoption_summary", "1 = 1"),
        ("version 1", "adoption_summary", "x.version = 1"),
        ("leaf of the close", "record_leaf", "x.kind = 'close'"),
        ("leaf of the result", "record_leaf", "x.kind = 'result'"),
        ("entry of the bulletin", "audit_entry", "x.event = 'BulletinPublished'"),
        ("entry of the seal", "audit_entry", "x.event = 'SummarySealed'"),
    )
}
