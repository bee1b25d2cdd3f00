"""The double click: fifty of the same form at the same moment are one opinion, one receipt."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from html.parser import HTMLParser

import pytest

from tests.drills.asking import Answer, Caller
from tests.drills.checks import comments_of, faults_of_record
from tests.drills.crowd import Sent, at_once, send
from tests.drills.harness import Place, size, tomorrow
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

CLICKS = 50
ROUNDS = size(2, 50)


class Fields(HTMLParser):
    """The fields of a page's forms as a browser would send them untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an input's name and value; a radio button's only where it is chosen."""
        given = dict(attrs)
        name = given.get("name")
        if tag != "input" or not name or (given.get("type") == "radio" and "checked" not in given):
            return
        self.values[name] = given.get("value") or ""


def click_on_the_api(place: Place, slug: str) -> Sent:
    """Fifty requests with one submission key, each on a connection of its own."""
    sent = Sent(uuid.uuid4().hex, "请把桥头的路灯换成亮的。")
    with ExitStack() as stack:
        callers = [stack.enter_context(place.calling()) for _ in range(CLICKS)]
        sent.answers += at_once(
            [lambda each=each: send(each, slug, sent.key, sent.body) for each in callers]
        )
    return sent


@pytest.mark.both_databases
def test_fifty_requests_with_one_key_are_one_opinion_with_one_receipt(place: Place) -> None:
    place.serve()
    slug = place.post(tomorrow())
    sent = [click_on_the_api(place, slug) for _ in range(ROUNDS)]
    for each in sent:
        assert sorted(answer.status for answer in each.answers) == [200] * (CLICKS - 1) + [201]
    assert faults_of_record(place, slug, sent) == []
    report(
        f"R7 double submission over HTTP, {'PostgreSQL' if place.database_url else 'SQLite'}",
        "50 (CI: 2) × 50 at once: exactly 1 opinion, 1 receipt",
        f"{ROUNDS} × {CLICKS}: 1 each",
    )


@pytest.mark.both_databases
def test_fifty_clicks_on_the_form_lead_to_one_receipt_page(place: Place) -> None:
    place.serve()
    slug = place.post(tomorrow())
    for _ in range(size(1, 20)):
        answers = click_on_the_form(place, slug)
        assert {answer.status for answer in answers} == {303}
        (target,) = {answer.headers["Location"] for answer in answers}
        with place.calling() as caller:
            assert caller.get(target).status == 200
    receipts = [row.receipt for row in comments_of(place, slug)]
    assert len(receipts) == size(1, 20)
    assert receipts[-1] in target.replace("-", "")


def click_on_the_form(place: Place, slug: str) -> list[Answer]:
    """One page of one browser, its form sent fifty times at once."""
    path = f"/consultations/{slug}/comment"
    with ExitStack() as stack:
        first = stack.enter_context(place.calling())
        page = first.get(path)
        assert page.status == 200
        fields = {
            **Fields(page.text).values,
            "stance": "suggest",
            "body": "请把桥头的路灯换成亮的。",
            "respondent_kind": "person",
        }
        callers: list[Caller] = [stack.enter_context(place.calling()) for _ in range(CLICKS)]
        for each in callers:
            each.cookies.update(first.cookies)
        return at_once([lambda each=each: each.post_form(path, fields) for each in callers])


def test_the_drill_finds_out_a_server_that_forgets_keys(place: Place) -> None:
    place.serve("forgets_keys")
    slug = place.post(tomorrow())
    faults = faults_of_record(place, slug, [click_on_the_api(place, slug)])
    assert any(each.startswith("doubled") for each in faults)
    report_control("R7", "forgets_keys", f"found {len(faults)} faults (doubled)")
