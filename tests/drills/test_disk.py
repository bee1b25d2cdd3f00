"""The disk fills up under load: refused in words and kept on the page, and healed by itself."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from tests.drills.checks import comments_of, faults_of_record
from tests.drills.crowd import Crowd, Sent
from tests.drills.disk import small_disk
from tests.drills.harness import Place, size, tomorrow, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SENDERS = 4
REFUSALS = size(40, 700)
TYPED = "磁盘满的时候我写了半小时的意见。"


def refusals(crowd: Crowd, status: int) -> int:
    """How many answers of a status came so far."""
    return sum(answer.status == status for each in crowd.sent for answer in each.answers)


def phantoms(place: Place, slug: str, sent: Sequence[Sent]) -> list[str]:
    """Opinions that are kept although all that their sender heard was a refusal."""
    told = {each.key for each in sent if each.acknowledged or not each.answers}
    kept = {row.submission_key for row in comments_of(place, slug)}
    return [f"phantom: {key} was refused and is kept" for key in kept - told]


def test_a_full_disk_loses_nothing_says_so_and_heals_without_a_restart(place: Place) -> None:
    with small_disk(place) as (cramped, disk):
        server = cramped.serve()
        slug = cramped.post(tomorrow())
        disk.narrow(server)
        crowd = Crowd(cramped, slug, SENDERS, insist=False)
        crowd.start()
        wait_for(lambda: refusals(crowd, 503) >= REFUSALS, "a full disk")
        _look_while_full(cramped, slug)
        before = crowd.acknowledged
        disk.widen(server)
        began = time.monotonic()
        wait_for(lambda: crowd.acknowledged > before, "the healing")
        healed = time.monotonic() - began
        sent = crowd.finish()
        assert server.is_alive
        statuses = {answer.status for each in sent for answer in each.answers}
        assert statuses == {201, 503}
        assert faults_of_record(cramped, slug, sent) == []
        assert phantoms(cramped, slug, sent) == []
    report(
        "R8 disk full",
        "0 lost, 0 phantom; refused by 503 with Retry-After, reading goes on, heals by itself",
        f"{disk.kind}: {crowd.acknowledged} acknowledged, {refusals(crowd, 503)} refused by 503, "
        f"0 lost, 0 phantom, no other status; read meanwhile; healed after {healed:.1f} s",
    )


def _look_while_full(place: Place, slug: str) -> None:
    with place.calling() as caller:
        for page in ("", "/comments", "/draft", "/comment"):
            assert caller.get(f"/consultations/{slug}{page}").status == 200
        assert caller.get("/readyz").status == 200
        page = caller.get(f"/consultations/{slug}/comment").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        fields = {
            "csrf_token": token, "stance": "suggest", "body": TYPED * 40,
            "respondent_kind": "person", "submission_key": "full", "website": "",
        }  # fmt: skip
        refused = caller.post_form(f"/consultations/{slug}/comment", fields)
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert TYPED in refused.text
        assert "用同样的内容再试一次" in refused.text


def test_the_drill_finds_out_a_server_that_swallows_a_full_disk(place: Place) -> None:
    with small_disk(place) as (cramped, disk):
        server = cramped.serve("swallows_full_disk")
        slug = cramped.post(tomorrow())
        disk.narrow(server)
        crowd = Crowd(cramped, slug, SENDERS, insist=False)
        crowd.start()

        def lost() -> int:
            return crowd.acknowledged - len(comments_of(cramped, slug)) - SENDERS

        wait_for(lambda: lost() > 20, "receipts for nothing")
        disk.widen(server)
        faults = faults_of_record(cramped, slug, crowd.finish())
    found = [each for each in faults if each.startswith("lost")]
    assert found
    report_control("R8", "answers 201 on SQLITE_FULL", f"found: lost {len(found)}")
