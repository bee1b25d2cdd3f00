"""The house rules in the open: what is not shown is counted and listed without a word of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments import operations, queries
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.portal.retention import kept
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.statutes import rule
from tests.accounts.test_queries import _statements
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

SECRET = "这句话谁也不该在公开页面上看到"
INSULT, ADVERTISING = WithholdingReason.INSULT, WithholdingReason.ADVERTISING


@pytest.mark.both_databases
def test_withheld_opinions_are_counted_by_reason_and_listed_by_number_alone(
    context: Flask, client: FlaskClient
) -> None:
    seen, other = a_consultation("open"), a_consultation("open")
    a_comment(seen, released=True, body="公开的意见")
    first = a_comment(seen, withheld=INSULT, body=SECRET)
    a_comment(seen, withheld=ADVERTISING, body=SECRET)
    a_comment(other, withheld=INSULT, body=SECRET)
    counts = queries.withheld_by_reason()
    assert {reason: count for reason, count in counts.items() if count} == {
        INSULT: 2,
        ADVERTISING: 1,
    }
    page = client.get(f"/consultations/{seen.slug}/moderation").text
    assert "收到 3 份，其中 2 份没有公开显示" in page
    assert f"第 {first.number} 号" in page
    everything = client.get("/moderation").text
    assert seen.title in everything
    for text in (page, everything):
        assert SECRET not in text
        assert first.receipt not in text


def test_what_is_released_again_or_withdrawn_leaves_the_list(
    context: Flask, client: FlaskClient
) -> None:
    seen = a_consultation("open")
    again, gone = (a_comment(seen, withheld=INSULT) for _ in range(2))
    address = f"/consultations/{seen.slug}/moderation"
    assert "其中 2 份" in client.get(address).text
    with transaction():
        operations.release(SYSTEM, seen.slug, [again.id])
    with transaction():
        operations.withdraw(gone.receipt)
    assert "其中 0 份" in client.get(address).text


@pytest.mark.parametrize("state", ["drafting", "in_review", "approved"])
def test_nothing_is_told_of_what_is_not_public(
    context: Flask, client: FlaskClient, state: str
) -> None:
    hidden = a_consultation(state)
    assert client.get(f"/consultations/{hidden.slug}/moderation").status_code == 404
    assert hidden.title not in client.get("/moderation").text


def test_the_pages_cost_the_same_however_many_are_withheld(
    context: Flask, client: FlaskClient
) -> None:
    seen = a_consultation("open")
    costs = []
    for count in (1, 12):
        for _ in range(count):
            a_comment(seen, withheld=INSULT)
        for path in ("/moderation", f"/consultations/{seen.slug}/moderation"):
            with _statements() as told:
                client.get(path)
            costs.append(len(told))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 6


def test_the_page_of_what_is_stored_says_the_numbers_of_the_rules(client: FlaskClient) -> None:
    page = client.get("/retention").text
    assert f"采纳情况公布后 {rule('R1').numbers['days']} 日删除" in page
    assert f"{rule('R2').numbers['months']} 个月没有登录的自动删除" in page
    assert all(each.what in page for each in kept())
    assert "%(" not in page
