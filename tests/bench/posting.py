"""Figure 6: opinions accepted for good a second, beside a raw writer of durable rows.

Eight clients send the public form over and over: session, CSRF, receipt, counters, audit and a
commit that is on the disk, all included. Usage: python -m tests.bench.posting [--seconds 20]
"""

from __future__ import annotations

import argparse
import itertools
import time
import uuid

from participation.comments.receipts import new_receipt
from participation.kernel.db import sqlite_module
from tests.bench.measuring import (
    a_place,
    an_open_consultation,
    at_least,
    at_most,
    busily,
    inside,
    quantile,
    say,
)
from tests.drills.asking import Caller
from tests.drills.checks import comments_of
from tests.drills.harness import Place
from tests.drills.test_double_click import Fields

CLIENTS = 8
BODY = "桥头的路灯太暗，建议换成亮一些的，冬天五点钟天就黑了。"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    with a_place() as place:
        with inside(place):
            slug = an_open_consultation().slug
        server = place.serve()
        before = raw(place, given.seconds / 4)
        sent = busily(place, server, sending(slug), given.seconds, CLIENTS)
        after = raw(place, given.seconds / 4)
        kept = len(comments_of(place, slug))
    assert kept == sent.count + CLIENTS, (kept, sent.count)
    raw_rate = (before + after) / 2
    waits = sent.all_waits
    shares = [len(each) * CLIENTS / sent.count for each in sent.waits]
    say(f"{sent.rate:.0f} opinions a second, {CLIENTS} clients; raw writer {raw_rate:.0f} rows")
    at_least("opinions ÷ raw durable rows", sent.rate / raw_rate, 0.05)
    p50, p99 = quantile(waits, 0.5), quantile(waits, 0.99)
    at_most(f"p99 ({p99 * 1000:.0f} ms) ÷ p50 ({p50 * 1000:.0f} ms)", p99 / p50, 6)
    at_most("longest wait, seconds", max(waits), 1)
    at_least("the smallest client's share of a fair one", min(shares), 0.5)


def sending(slug: str) -> Sending:
    """The act of sending the form, each time as a new opinion."""
    return Sending(f"/consultations/{slug}/comment")


class Sending:
    """Sends the form of a page; each connection gets the page, its session and its token once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fields: dict[int, dict[str, str]] = {}
        self._numbers = itertools.count()

    def __call__(self, caller: Caller) -> None:
        fields = self._fields.get(id(caller))
        if fields is None:
            page = caller.get(self._path)
            fields = {**Fields(page.text).values, "stance": "suggest", "respondent_kind": "person"}
            self._fields[id(caller)] = fields
        body = f"{BODY}（{next(self._numbers)}）"
        key = uuid.uuid4().hex
        answer = caller.post_form(self._path, {**fields, "body": body, "submission_key": key})
        assert answer.status == 303, answer.status


def raw(place: Place, seconds: float) -> float:
    """Rows a second of one writer that only inserts, through the driver, each commit durable."""
    connection = sqlite_module().connect(str(place.folder / "raw.db"), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS opinion (id INTEGER PRIMARY KEY, receipt TEXT UNIQUE,"
        " body TEXT, received_at TEXT)"
    )
    count, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        connection.execute(
            "INSERT INTO opinion (receipt, body, received_at) VALUES (?, ?, ?)",
            (new_receipt(), BODY, "2026-06-01 04:00:00"),
        )
        count += 1
    connection.close()
    return count / seconds


if __name__ == "__main__":
    main()
