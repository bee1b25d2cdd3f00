"""Figure 10: the crowd at the close, nine readers for each writer, all at the same time.

Sixteen clients each ask and send without a pause while the window closes. Usage:
python -m tests.bench.crowd [--seconds 60]
"""

from __future__ import annotations

import argparse
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from participation.web.admission import RETRY_SECONDS
from tests.bench.measuring import a_place, at_most, inside, quantile, say
from tests.drills.asking import Answer
from tests.drills.checks import faults_of_deadline, faults_of_record
from tests.drills.crowd import Sent, send
from tests.drills.flood import seconds_of
from tests.drills.harness import Place
from tests.factories.accounts import a_user
from tests.factories.consultations import a_consultation

CLIENTS = 16
POSTS_OF = 10
"""One of so many requests is an opinion, the others are pages."""


@dataclass
class Mixed:
    """What the crowd sent and saw."""

    sent: list[Sent] = field(default_factory=list)
    pages: list[Answer] = field(default_factory=list)

    @property
    def turned_away(self) -> list[Answer]:
        """The opinions' answers that say "the line is too long, send it again in a moment"."""
        return [each for each in self._posts if _is_turned_away(each)]

    @property
    def errors(self) -> list[int]:
        """Every other status than of a page, a receipt or the word that the window is closed."""
        told = [each for each in self._posts if not _is_turned_away(each)]
        return [each.status for each in (*told, *self.pages) if each.status not in (200, 201, 403)]

    @property
    def _posts(self) -> list[Answer]:
        return [answer for each in self.sent for answer in each.answers]


def _is_turned_away(answer: Answer) -> bool:
    return answer.status == 503 and answer.headers.get("Retry-After") == str(RETRY_SECONDS)


def closing_at(place: Place, closes_at: datetime) -> str:
    """A consultation that is open and closes at an instant; its slug."""
    with inside(place):
        author, reviewer = a_user("drafter"), a_user("reviewer")
        return a_consultation(
            "open",
            author=author,
            reviewer=reviewer,
            opens_at=closes_at - timedelta(days=40),
            closes_at=closes_at,
        ).slug


def mixed_crowd(place: Place, slug: str, until: datetime, clients: int = CLIENTS) -> Mixed:
    """Let clients read nine times and write once, over and over, until an instant."""

    def one(number: int) -> Mixed:
        found, luck = Mixed(), random.Random(number)
        own = f"/consultations/{slug}"
        pages = (own, own, f"{own}/comments", f"{own}/draft", "/")
        with place.calling() as caller:
            while datetime.now(UTC) < until:
                if luck.randrange(POSTS_OF):
                    found.pages.append(caller.get(luck.choice(pages)))
                    continue
                key = uuid.uuid4().hex
                sent = Sent(key, f"桥头的灯太暗，请换亮一些。来信编号 {key}。")
                found.sent.append(sent)
                sent.answers.append(send(caller, slug, sent.key, sent.body))
        return found

    total = Mixed()
    with ThreadPoolExecutor(clients) as pool:
        for found in pool.map(one, range(clients)):
            total.sent += found.sent
            total.pages += found.pages
    return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with a_place() as place:
        place.serve()
        begun = datetime.now(UTC) + timedelta(seconds=2)
        closes_at = begun + timedelta(seconds=given.seconds * 0.9)
        slug = closing_at(place, closes_at)
        found = mixed_crowd(place, slug, begun + timedelta(seconds=given.seconds))
        faults = [
            *faults_of_record(place, slug, found.sent),
            *faults_of_deadline(place, slug, found.sent, closes_at),
        ]
    waits = [seconds_of(each) for each in found.pages]
    posts = [seconds_of(each.answers[0]) for each in found.sent if each.acknowledged]
    p50, p99 = quantile(waits, 0.5), quantile(waits, 0.99)
    say(
        f"{len(found.pages)} pages and {len(found.sent)} opinions by {CLIENTS} clients in"
        f" {given.seconds:.0f} s; an opinion {quantile(posts, 0.5) * 1000:.0f} ms, 99th"
        f" {quantile(posts, 0.99) * 1000:.0f} ms"
    )
    at_most("errors", len(found.errors) + len(found.turned_away), 0)
    at_most("acknowledged and lost, late and accepted, and the like", len(faults), 0)
    at_most(f"pages: p99 ({p99 * 1000:.0f} ms) ÷ p50 ({p50 * 1000:.0f} ms)", p99 / p50, 10)


if __name__ == "__main__":
    main()
