"""Several opinions in one sending as a person writes them: kept while not sent, sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from participation.comments.models import Comment, Sending
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.db import db
from tests.browser.conftest import LARGE, SMALL, People, fits
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.browser

FIRST, SECOND = "建议写明谁来修灯。", "山区三日太短，建议五日。"


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    """One that is open at the machine's own time."""
    now = clock.now()
    with clock.fixed(now - timedelta(days=2)):
        return a_consultation("open", closes_at=now + timedelta(days=40))


def _write(page: Page, words: str) -> None:
    page.get_by_label("建议修改", exact=True).check()
    page.get_by_label("您的意见").fill(words)


def _is_stored(count: int) -> bool:
    db.session.rollback()
    return len(db.session.scalars(select(Comment.id)).all()) == count


@pytest.mark.parametrize(("script", "width"), [(True, SMALL), (False, LARGE)])
def test_two_opinions_are_written_changed_looked_over_and_sent(
    people: People, consultation: Consultation, script: bool, width: int
) -> None:
    page = people.open(width, script=script)
    page.goto(f"/consultations/{consultation.slug}/comment")
    _write(page, FIRST)
    page.get_by_role("button", name="先放进意见篮").click()
    page.get_by_label("再写一条，针对").select_option(label="第三条")
    page.get_by_role("button", name="写这一条").click()
    _write(page, SECOND)
    page.get_by_role("button", name="放进意见篮").click()
    expect(page.get_by_role("heading", name="意见篮里的 2 条")).to_be_visible()
    if script:
        # The connection was lost: who comes back by the address alone finds everything again.
        page.goto(f"/consultations/{consultation.slug}/basket")
        page.get_by_role("button", name="接着写").click()
    expect(page.get_by_text(SECOND)).to_be_visible()
    assert fits(page)
    assert _is_stored(0)
    page.get_by_role("button", name="提交这 2 条意见").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的 2 条意见已收到")
    assert fits(page)
    assert _is_stored(2)
    assert len(db.session.scalars(select(Sending.id)).all()) == 1
    if script:
        page.goto(f"/consultations/{consultation.slug}/comment")
        expect(page.locator("[data-basket-strip]")).to_be_hidden()
        expect(page.get_by_label("您的意见")).to_have_value("")
