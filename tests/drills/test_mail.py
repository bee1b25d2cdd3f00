"""R11: the mail server is killed again and again while receipts go out: none lost, none twice.

What can be promised and what not: a mail leaves at least once. Where the mail server dies (or we
do) after it has kept a mail and before we have heard so, it is sent again, with the same
Message-ID; whoever keeps mails knows it for the same one. Two mails with different Message-IDs
about the same receipt are a fault, and so is one about an opinion that is not kept.
"""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.checks import comments_of, rows
from tests.drills.crowd import Sent
from tests.drills.harness import Place, Program, free_port, size, tomorrow, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

RECEIPT = re.compile(r"/receipt/([0-9A-Z]{16})")
SINK = "tests/drills/smtp_sink.py"


@dataclass
class Post:
    """The mail server of a drill: killed, started again, and what it has kept."""

    place: Place
    port: int
    kept: Path
    running: Program | None = None

    def start(self) -> None:
        """Start it (anew)."""
        self.running = self.place.start([SINK, str(self.port), str(self.kept)], "smtp.log")

    def kill(self) -> None:
        """kill -9."""
        assert self.running is not None
        self.running.kill()

    @property
    def mails(self) -> list[tuple[str, str]]:
        """Receipt and Message-ID of every mail that was kept; half a line is none."""
        if not self.kept.exists():
            return []
        lines = self.kept.read_text(encoding="utf-8").split("\n")[:-1]
        told = [json.loads(line) for line in lines if line.endswith("}")]
        return [(RECEIPT.findall(each["text"])[0], each["id"]) for each in told]


@pytest.fixture
def post(place: Place) -> Iterator[Post]:
    """A mail server that the place sends to."""
    made = Post(place, free_port(), place.folder / "mails.jsonl")
    (place.folder / "config.toml").write_text(
        f'mail_url = "smtp://127.0.0.1:{made.port}?from=office@example.cn"\n', encoding="utf-8"
    )
    made.start()
    yield made
    made.kill()


def send_with_address(place: Place, slug: str, number: int) -> Sent:
    """One opinion whose author wants a mail."""
    sent = Sent(uuid.uuid4().hex, f"桥头的灯太暗。第{number}封。")
    words = {
        "stance": "suggest",
        "body": sent.body,
        "respondent_kind": "person",
        "submission_key": sent.key,
        "contact": f"reader{number}@example.cn",
    }
    with place.calling() as caller:
        path = f"/api/v1/consultations/{slug}/comments"
        sent.answers.append(caller.post_json(path, words))
    return sent


def post_through_kills(place: Place, post: Post, opinions: int, fault: str = "") -> list[Sent]:
    """Send opinions while the mail server is killed and started again in between."""
    moments = random.Random(opinions)
    place.serve(fault)
    slug = place.post(tomorrow())
    sent = []
    for number in range(opinions):
        sent.append(send_with_address(place, slug, number))
        if number % 5 == 2:
            time.sleep(moments.uniform(0, 0.05))
            post.kill()
        if number % 5 == 4:
            time.sleep(moments.uniform(0, 0.3))
            post.start()
    return sent


def faults_of_mails(
    place: Place, sent: Sequence[Sent], mails: Sequence[tuple[str, str]]
) -> list[str]:
    """Each receipt that was given is in mails of one Message-ID; no mail is about anything else."""
    known = comments_of_all(place)
    given = {answer.json["receipt"] for each in sent for answer in each.acknowledged}
    told: dict[str, set[str]] = {}
    for receipt, identity in mails:
        told.setdefault(receipt, set()).add(identity)
    return [
        *(f"lost: no mail about {each}" for each in sorted(given - told.keys())),
        *(f"stranger: a mail about {each}" for each in sorted(told.keys() - known)),
        *(f"doubled: {len(ids)} mails about {each}" for each, ids in told.items() if len(ids) > 1),
    ]


def comments_of_all(place: Place) -> set[str]:
    """The receipts of everything that is kept."""
    slugs = [row.slug for row in rows(place, "SELECT slug FROM consultation")]
    return {row.receipt for slug in slugs for row in comments_of(place, slug)}


@pytest.mark.both_databases
def test_no_mail_is_lost_or_doubled_when_the_mail_server_is_killed(
    place: Place, post: Post
) -> None:
    opinions = size(20, 1_000)
    sent = post_through_kills(place, post, opinions)
    assert all(each.acknowledged for each in sent), "the mail server is no reason to refuse"
    wait_for(
        lambda: len({receipt for receipt, _ in post.mails}) >= opinions,
        "the mails",
        patience=size(120, 3_600),
    )
    mails = post.mails
    assert faults_of_mails(place, sent, mails) == []
    report(
        "R11 mail gone",
        "0 lost, 0 doubled after recovery",
        f"{opinions} mails through {opinions // 5} kills: 0 lost, 0 with a second Message-ID, "
        f"{len(mails) - len(set(mails))} sent again under the same one",
    )


def test_the_drill_finds_out_a_server_that_sends_before_it_commits(
    place: Place, post: Post
) -> None:
    sent = post_through_kills(place, post, 20, "mails_before_commit")
    faults = faults_of_mails(place, sent, post.mails)
    kinds = {each.split(":")[0] for each in faults}
    assert {"lost", "stranger"} <= kinds
    report_control("R11", "sends before the commit", f"{len(faults)} lost or about nothing kept")
