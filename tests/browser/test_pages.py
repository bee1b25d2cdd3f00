"""Reading and writing by keyboard alone, large and quiet, on paper and on a hall's screen.

That every page is accessible and whole is `tests/security/test_pages.py`'s to say.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from participation.kernel import clock
from tests.browser.conftest import LARGE, SMALL, People, fits, press
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.browser
# The ring of what is focused: its style, width and whether it is on the screen.
FOCUSED = """(wanted) => {
  const one = document.activeElement;
  if (one !== wanted) return false;
  const { outlineStyle, outlineWidth } = getComputedStyle(one), box = one.getBoundingClientRect();
  return outlineStyle === "solid" && parseFloat(outlineWidth) >= 3
    && box.bottom > 0 && box.top < innerHeight;
}"""


@pytest.fixture
def slug(context: Flask) -> str:
    """The address of a matter that is open at this moment."""
    return a_consultation("open", opens_at=clock.now()).slug


def _reach(page: Page, wanted: Locator, most: int = 80) -> None:
    """Press Tab until it is focused; fail where it never is, or where one does not see it."""
    element = wanted.element_handle()
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, element):
            return
    raise AssertionError(f"no ring on {element.inner_text() or element.get_attribute('id')}")


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_opinion_is_read_for_written_looked_over_and_sent_by_keyboard(
    people: People, slug: str
) -> None:
    page = people.open(script=False)
    page.goto(f"/consultations/{slug}/draft")
    _reach(page, page.get_by_role("link", name=re.compile("提意见.*第二条")))
    _enter(page)
    _reach(page, page.locator("[name=stance]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    _reach(page, page.get_by_label("您的意见"))
    page.keyboard.type("请写明由谁来修。")
    _reach(page, page.get_by_role("button", name="先放进意见篮"))
    _enter(page)
    expect(page.get_by_text("请写明由谁来修。")).to_be_visible()
    _reach(page, page.get_by_role("button", name=re.compile("^提交这")))
    _enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已收到")
    _reach(page, page.locator("main a[href*='/receipt/']").first)


def test_a_question_is_asked_and_words_are_found_by_keyboard(people: People, slug: str) -> None:
    page = people.open(script=False)
    page.goto(f"/consultations/{slug}/ask")
    _reach(page, page.get_by_label("您的问题"))
    page.keyboard.type("路灯坏了找谁报修？")
    _reach(page, page.get_by_role("button", name="提交问题"))
    _enter(page)
    expect(page.get_by_text("路灯坏了找谁报修？")).to_be_visible()
    _reach(page, page.get_by_role("searchbox"))
    page.keyboard.type("照明")
    _enter(page)
    expect(page.locator(".hit mark").first).to_have_text("照明")


def test_an_error_is_announced_and_leads_to_its_field(people: People, slug: str) -> None:
    page = people.open(SMALL)
    page.goto(f"/consultations/{slug}/comment")
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


def test_the_quiet_layout_is_large_plain_and_left_again(people: People, slug: str) -> None:
    page = people.open(SMALL, script=False)
    page.goto(f"/consultations/{slug}")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    press(page, "简洁大字版")
    assert page.evaluate(size) > before * 1.3
    expect(page.locator(".breadcrumb-line")).to_be_hidden()
    write = page.get_by_role("link", name="写意见").first
    box = write.bounding_box()
    assert box is not None
    assert box["height"] >= 56
    assert box["width"] > SMALL * 0.8
    assert fits(page)
    write.click()
    expect(page.get_by_label("您的意见")).to_be_visible()
    assert fits(page)
    press(page, "回到普通版")
    assert page.evaluate(size) == before


def test_the_reading_choices_stand_inside_the_window(people: People) -> None:
    for language, name in (("zh", "字号与配色"), ("en", "Text size and colours")):
        page = people.open(360, language=language)
        page.goto("/")
        page.get_by_text(name).click()
        box = page.locator(".reading form").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_the_notice_for_a_board_is_one_sheet_of_its_size(people: People, slug: str) -> None:
    page = people.open(LARGE)
    for size, points in (("a4", b"594.9 841.9"), ("a3", b"841.9 1190.5")):
        page.goto(f"/consultations/{slug}/sheet?size={size}")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
        found = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
        assert found is not None
        wanted = [float(each) for each in points.split()]
        assert [float(each) for each in found.groups()] == pytest.approx(wanted, abs=1.5)


def test_a_shared_screen_leads_back_to_its_first_page_and_leaves_nothing(
    people: People, slug: str
) -> None:
    page = people.open(LARGE)
    page.clock.install()
    page.goto("/kiosk")
    page.get_by_role("link", name="写意见").first.click()
    page.get_by_label("您的意见").fill("先写一半")
    page.clock.run_for(75_000)
    expect(page.get_by_role("alert")).to_contain_text("还在看吗")
    page.get_by_role("button", name="我还在看").click()
    expect(page.get_by_text("还在看吗")).to_be_hidden()
    with page.expect_navigation(url="**/kiosk"):
        page.clock.run_for(95_000)
    assert page.evaluate("localStorage.length") == 0
