"""Three workers seal many due results, some are killed in the middle: each is published once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from participation.adoption import queries
from participation.adoption.document import digest_of
from participation.kernel import clock
from participation.kernel.db import db, transaction
from tests.conftest import NOON
from tests.factories.adoption import a_point
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = [pytest.mark.both_databases, pytest.mark.drill]

DUE = 10
WORKERS = 3
KILLS = 3
SCRIPT = Path(__file__).with_name("publishing_worker.py")
PATIENCE = 180


class Worker:
    """One worker process; its lines say what it is in the middle of."""

    def __init__(self, app: Flask, database_url: str, *fault: str) -> None:
        command = [sys.executable, str(SCRIPT), app.instance_path, database_url, *fault]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait_for(self, word: str) -> bool:
        """Read on until a line begins so; False where the process ended before."""
        assert self.process.stdout is not None
        return any(line.startswith(word) for line in self.process.stdout)

    def kill(self) -> None:
        """Without any warning."""
        self.process.kill()
        self.process.communicate()

    def go(self) -> None:
        """Let a waiting one begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """Wait for its end."""
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


def some_due(count: int) -> None:
    """Consultations whose due date is over: half of them answered, half of them pending."""
    for place in range(count):
        with clock.fixed(NOON):
            found = a_consultation("closed", opens_at=NOON - timedelta(days=100))
        first, _second = a_comment(found, released=True), a_comment(found)
        with clock.fixed(NOON - timedelta(days=90)):
            a_point(found, [first] if place % 2 else [first, _second], "adopted")


def faults() -> list[str]:
    """Whatever is not as promised: one bulletin, one version 1, told once, adding up, all done."""
    found: list[str] = []
    for row in _rows("SELECT id, sealed_at FROM consultation ORDER BY id"):
        versions = [each.version for each in queries.versions(row.id)]
        bulletins = _count("bulletin", row.id)
        told = Counter(
            each.event
            for each in _rows(
                "SELECT event FROM audit_entry WHERE consultation_id = :id AND event IN"
                " ('SummarySealed', 'BulletinPublished', 'ConsultationSealed')",
                id=row.id,
            )
        )
        if versions != [1]:
            found.append(f"versions of {row.id}: {versions}")
        if bulletins != 1:
            found.append(f"bulletins of {row.id}: {bulletins}")
        if set(told.values()) != {1} or len(told) != 3:
            found.append(f"told of {row.id}: {dict(told)}")
        if row.sealed_at is None:
            found.append(f"not sealed: {row.id}")
        if versions == [1]:
            found += _wrong_figures(row.id)
    left = _rows("SELECT count(*) AS n FROM job WHERE state <> 'done' AND kind LIKE 'adoption.%'")[
        0
    ].n
    return [*found, f"jobs left: {left}"] if left else found


def _wrong_figures(consultation_id: int) -> list[str]:
    document = queries.document_of(consultation_id, 1)
    figures = document["figures"]
    received = _count("comment", consultation_id)
    members = _rows(
        "SELECT count(*) AS n FROM sealed_member m JOIN adoption_summary a ON a.id = m.summary_id"
        " WHERE a.consultation_id = :id",
        id=consultation_id,
    )[0].n
    checks = {
        "received": figures["received"] == received,
        "outcomes": sum(figures["outcomes"].values()) == received,
        "members": sum(point["members"] for point in document["points"]) == members,
        "digest": digest_of(document) == queries.versions(consultation_id)[0].digest,
    }
    return [f"{name} of {consultation_id}" for name, holds in checks.items() if not holds]


def _count(table: str, consultation_id: int) -> int:
    statement = f"SELECT count(*) AS n FROM {table} WHERE consultation_id = :id"
    counted: int = _rows(statement, id=consultation_id)[0].n
    return counted


def _rows(statement: str, **values: Any) -> list[Any]:
    return list(db.session.execute(text(statement), values).all())


def test_killed_workers_leave_nothing_half_and_nothing_twice(
    context: Flask, database_url: str
) -> None:
    some_due(DUE)
    db.session.remove()
    workers = _started(context, database_url)
    killed = 0
    for number in range(KILLS):
        victim = number % WORKERS
        if workers[victim].wait_for("sealing"):
            workers[victim].kill()
            killed += 1
            workers[victim] = Worker(context, database_url)
            workers[victim].go()
    assert [each.end() for each in workers] == [0] * WORKERS
    assert killed >= 2
    assert faults() == []


def test_workers_without_lock_and_constraint_are_found_out(
    context: Flask, database_url: str
) -> None:
    some_due(3)
    _drop_constraints()
    db.session.remove()
    workers = _started(context, database_url, "unlocked")
    assert all(each.wait_for("looked") for each in workers)
    for each in workers:
        each.go()
    for each in workers:
        each.end()
    found = faults()
    assert any(each.startswith("versions of") for each in found), found
    assert any(each.startswith("bulletins of") for each in found), found


def _started(app: Flask, database_url: str, *fault: str) -> list[Worker]:
    """Workers that begin together."""
    workers = [Worker(app, database_url, *fault) for _ in range(WORKERS)]
    assert all(each.wait_for("ready") for each in workers)
    for each in workers:
        each.go()
    return workers


def _drop_constraints() -> None:
    if db.engine.dialect.name == "postgresql":
        (unique,) = inspect(db.engine).get_unique_constraints("adoption_summary")
        statements = [
            f"ALTER TABLE adoption_summary DROP CONSTRAINT {unique['name']}",
            "ALTER TABLE bulletin DROP CONSTRAINT pk_bulletin",
        ]
    else:
        statements = [*_bare("adoption_summary", "UNIQUE"), *_bare("bulletin", "PRIMARY KEY")]
    with transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def _bare(table: str, constraint: str) -> list[str]:
    """SQLite cannot drop a constraint: the empty table is made anew without it."""
    made = db.session.scalar(
        text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table}
    )
    bare, removed = re.subn(rf"CONSTRAINT \w+ {constraint} \([^)]*\),?", "", made)
    assert removed == 1
    bare = re.sub(r",\s*\)$", "\n)", bare)
    return [f"DROP TABLE {table}", bare]
