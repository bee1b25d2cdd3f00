"""Every type of page in a real browser: accessible, not wider than a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from participation.accounts import operations as accounts
from participation.comments.rules import Channel
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.rulebook.moderation import WithholdingReason
from tests.browser.conftest import LARGE, SMALL, People, fits, press, sign_in
from tests.factories.accounts import PASSWORD, a_department, a_user
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment, an_entered_comment
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_meeting
from tests.factories.surveys import a_response, a_survey

pytestmark = pytest.mark.browser

PUBLIC = [
    "/",
    "/consultations",
    "/consultations/{open}",
    "/consultations/{open}/draft",
    "/consultations/{open}/clauses/t3",
    "/consultations/{open}/comments",
    "/consultations/{open}/comment?clause=t3",
    "/consultations/{open}/surveys/{survey}",
    "/consultations/{open}/meetings/{meeting}",
    "/consultations/{closed}/bulletin",
    "/consultations/{closed}/result",
    "/consultations/{closed}/surveys/{old_survey}/results",
    "/receipt",
    "/receipt/{receipt}",
    "/receipt/{receipt}/withdraw",
    "/about",
    "/privacy",
    "/accessibility",
    "/account/sign-in",
    "/account/register",
    "/setup/{token}",
    "/nothing-here",
]
STAFF = {
    Role.DRAFTER: [
        "/desk",
        "/desk/consultations/new",
        "/desk/consultations/{drafting}",
        "/desk/consultations/{drafting}/edit",
        "/desk/consultations/{drafting}/draft",
        "/desk/consultations/{drafting}/surveys/new",
        "/desk/permissions",
        "/account",
        "/account/password",
    ],
    Role.REVIEWER: ["/desk", "/desk/consultations/{reviewing}/review"],
    Role.OFFICER: [
        "/desk",
        "/desk/consultations/{open}",
        "/desk/consultations/{open}/comments",
        "/desk/consultations/{open}/comments/1",
        "/desk/consultations/{open}/comments/enter",
        "/desk/consultations/{open}/meetings",
        "/desk/consultations/{open}/meetings/new",
        "/desk/consultations/{open}/meetings/{meeting}/record",
        "/desk/consultations/{open}/history",
        "/desk/consultations/{closed}/adoption",
        "/desk/consultations/{closed}/adoption/points",
        "/desk/consultations/{closed}/adoption/points/1",
        "/desk/consultations/{closed}/adoption/versions",
    ],
    Role.ADMINISTRATOR: [
        "/desk",
        "/desk/people",
        "/desk/people/new",
        "/desk/departments",
    ],
}


@pytest.fixture
def places(context: Flask) -> Iterator[dict[str, Any]]:
    """Consultations in several stages with something in them; the names of their pages."""
    now = clock.now()
    with transaction():
        token = accounts.make_setup_link(SYSTEM)
    department = a_department()
    author = a_user(Role.DRAFTER, department)
    known = {"department": department, "author": author}
    opened = a_consultation("open", opens_at=now - timedelta(days=5), **known)
    survey = a_survey(opened)
    first = a_comment(opened, at=now - timedelta(hours=3), released=True, clause_key="t3")
    a_comment(opened, at=now - timedelta(hours=2), withheld=WithholdingReason.ADVERTISING)
    a_comment(opened, at=now - timedelta(hours=2), body="请打13800138000")
    an_entered_comment(opened, channel=Channel.PHONE)
    meeting = a_meeting(opened)
    closed = a_consultation("open", opens_at=now - timedelta(days=50), **known)
    old_survey = a_survey(closed)
    a_response(closed, old_survey)
    told = [a_comment(closed, released=True) for _ in range(3)]
    a_point(closed, told[:2], "not_adopted", clause_key="t3", changed_text="（二）二日内修好；")
    run_worker(now)
    yield {
        "open": opened.slug,
        "closed": closed.slug,
        "drafting": a_consultation("drafting", **known).slug,
        "reviewing": a_consultation("in_review", **known).slug,
        "survey": survey.id,
        "old_survey": old_survey.id,
        "meeting": meeting.id,
        "receipt": first.receipt,
        "token": token,
        "author": author.username,
        "department": department,
    }
    db.session.remove()


def _examine(page: Page, path: str) -> list[str]:
    response = page.goto(path)
    assert response is not None
    assert response.status == (404 if path == "/nothing-here" else 200), (path, response.status)
    assert page.locator("html").get_attribute("lang") in {"zh-CN", "en"}
    found = [] if fits(page) else [f"{path}: wider than the window"]
    viewport = page.viewport_size
    # axe looks at the same document at both widths; it is asked on the narrow one.
    if viewport and viewport["width"] == SMALL:
        answer = Axe().run(page).response
        found += [f"{path}: {each['id']}: {each['help']}" for each in answer["violations"]]
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_public_pages_are_accessible_and_fit(
    people: People, places: dict[str, Any], language: str
) -> None:
    found: list[str] = []
    for width in (SMALL, LARGE) if language == "zh" else (SMALL,):
        page = people.open(width, language=language)
        for path in PUBLIC:
            found += _examine(page, path.format(**places))
    assert found == []


@pytest.mark.parametrize("role", list(STAFF))
def test_staff_pages_are_accessible_and_fit(
    people: People, places: dict[str, Any], role: Role
) -> None:
    username = places["author"]
    if role is not Role.DRAFTER:
        username = a_user(role, places["department"]).username
        db.session.remove()
    found: list[str] = []
    for width in (SMALL, LARGE):
        page = people.open(width)
        sign_in(page, username, PASSWORD)
        for path in STAFF[role]:
            found += _examine(page, path.format(**places))
    assert found == []


def test_an_error_is_announced_and_leads_to_its_field(
    people: People, places: dict[str, Any]
) -> None:
    page = people.open(SMALL)
    page.goto(f"/consultations/{places['open']}/comment")
    page.get_by_label("联系方式").fill("not a contact")
    press(page, "提交意见")
    assert Axe().run(page).response["violations"] == []
    summary = page.get_by_role("alert")
    assert summary.is_visible()
    body = page.get_by_label("您的意见")
    assert body.get_attribute("aria-invalid") == "true"
    described = body.get_attribute("aria-describedby") or ""
    texts = [page.locator(f"#{name}").inner_text() for name in described.split()]
    assert any("请写下您的意见" in text for text in texts)
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") in {"stance", "body"}


def test_axe_can_fail(people: People, places: dict[str, Any]) -> None:
    page = people.open(LARGE)
    page.goto("/account/sign-in")
    page.evaluate("document.querySelector('main label').remove()")
    assert Axe().run(page).response["violations"] != []
