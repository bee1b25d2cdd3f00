"""Figure 11: the result of 100,000 opinions is built in the background while pages go on.

Everything is answered when the window closes, so that the worker inside the serving process
publishes bulletin and sealed result at once; meanwhile four clients read another consultation's
page and one sends it an opinion now and then. Usage:
python -m tests.bench.summary [--total 100000] [--points 1000]
"""

from __future__ import annotations

import argparse
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from participation.adoption.models import OpinionPoint, PointMember
from participation.adoption.operations import schedule
from participation.adoption.rules import Disposition
from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.kernel.db import db, transaction
from participation.record.models import (
    RecordHead,
    RecordLeaf,
    RecordLog,
    RecordNode,
    RecordOpening,
)
from participation.record.operations import begin_log
from tests.bench.crowd import closing_at
from tests.bench.filling import CHUNK, fill
from tests.bench.measuring import a_place, at_least, at_most, busily, inside, reading, say
from tests.drills.checks import rows
from tests.drills.crowd import send
from tests.drills.harness import Place, tomorrow

BASELINE_SECONDS = 8
LONGEST = 600


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=int, default=100_000)
    parser.add_argument("--points", type=int, default=1_000)
    given = parser.parse_args()
    with a_place() as place:
        closing = closing_at(place, tomorrow())
        other = closing_at(place, tomorrow())
        with inside(place):
            fill(by_slug(other), 56)
            fill(by_slug(closing), given.total, outcome=Outcome.ADOPTED)
            answer_all(by_slug(closing), given.points)
            seconds = record_all(by_slug(closing))
            say(f"the record of {given.total:,} opinions, begun late: {seconds:.0f} s")
        measure(place, closing, other, given.total)


def by_slug(slug: str) -> Consultation:
    """The consultation (inside a place)."""
    return db.session.scalars(select(Consultation).where(Consultation.slug == slug)).one()


def answer_all(consultation: Consultation, points: int) -> None:
    """Put every opinion into one of so many adopted points."""
    consultation_id, at = consultation.id, consultation.opens_at
    ids = list(
        db.session.scalars(
            select(Comment.id)
            .where(Comment.consultation_id == consultation_id)
            .order_by(Comment.number)
        )
    )
    shares = [ids[place::points] for place in range(points)]
    with transaction():
        db.session.execute(
            insert(OpinionPoint),
            [
                {
                    "consultation_id": consultation_id,
                    "number": number,
                    "title": f"桥头照明要点 {number}",
                    "disposition": Disposition.ADOPTED,
                    "reason": "已照此修改草案。",
                    "changed_text": "",
                    "member_count": len(share),
                    "created_at": at,
                    "changed_at": at,
                    "decided_at": at,
                }
                for number, share in enumerate(shares, start=1)
            ],
        )
        made = db.session.scalars(
            select(OpinionPoint.id)
            .where(OpinionPoint.consultation_id == consultation_id)
            .order_by(OpinionPoint.number)
        )
        members = [
            {"comment_id": member, "point_id": point}
            for point, share in zip(made, shares, strict=True)
            for member in share
        ]
        for start in range(0, len(members), CHUNK):
            db.session.execute(insert(PointMember), members[start : start + CHUNK])


def record_all(consultation: Consultation) -> float:
    """Let the record tell what `fill` put there behind its back; the seconds that took."""
    consultation_id, began = consultation.id, time.perf_counter()
    with transaction():
        for table in (RecordHead, RecordOpening, RecordNode, RecordLeaf, RecordLog):
            db.session.execute(delete(table).where(table.consultation_id == consultation_id))
    with transaction():
        begin_log(consultation_id)
    return time.perf_counter() - began


def close_at(consultation: Consultation, closes_at: datetime) -> None:
    """Move the close, and with it what the worker is to do then."""
    consultation_id = consultation.id
    with transaction():
        db.session.get_one(Consultation, consultation_id).closes_at = closes_at
        db.session.flush()
        schedule(consultation_id)


def measure(place: Place, closing: str, other: str, total: int) -> None:
    """Read before the close, and while the result is built."""
    page = reading(f"/consultations/{other}")
    with inside(place):
        closes_at = datetime.now(UTC) + timedelta(seconds=BASELINE_SECONDS + 12)
        close_at(by_slug(closing), closes_at)
    server = place.serve()
    busily(place, server, page, 1)
    before = busily(place, server, page, BASELINE_SECONDS)
    left = (closes_at - datetime.now(UTC)).total_seconds()
    assert left > 0, "the baseline took too long"
    built: list[float] = []
    waits: list[float] = []
    watching = threading.Thread(target=watch, args=(place, closing, built))
    sending = threading.Thread(target=send_on, args=(place, other, built, waits))
    time.sleep(left)
    watching.start()
    sending.start()
    rounds = []
    while not built:
        rounds.append(busily(place, server, page, 1))
    watching.join()
    sending.join()
    meanwhile = sum(each.count for each in rounds) / sum(each.seconds for each in rounds)
    say(f"{total:,} opinions, pages {before.rate:.0f}/s before and {meanwhile:.0f}/s meanwhile:")
    at_most("seconds from the close to the sealed result", built[0], 30)
    at_least("pages meanwhile ÷ before", meanwhile / before.rate, 0.6)
    say(f"  an opinion to another consultation waited at most {max(waits):.2f} s meanwhile")


def watch(place: Place, slug: str, built: list[float]) -> None:
    """Note after how many seconds the sealed result is there."""
    began = time.perf_counter()
    while not rows(
        place,
        "SELECT 1 FROM adoption_summary s JOIN consultation k ON k.id = s.consultation_id"
        " WHERE k.slug = :slug",
        slug=slug,
    ):
        assert time.perf_counter() < began + LONGEST, "no result was ever sealed"
        time.sleep(0.1)
    built.append(time.perf_counter() - began)


def send_on(place: Place, slug: str, built: list[float], waits: list[float]) -> None:
    """Send an opinion every half second until the result is there; note what each waited."""
    with place.calling() as caller:
        while not built:
            began = time.perf_counter()
            answer = send(caller, slug, uuid.uuid4().hex, "路灯请早点修。")
            waits.append(time.perf_counter() - began)
            assert answer.status in (201, 503), answer.status
            time.sleep(0.5)


if __name__ == "__main__":
    main()
