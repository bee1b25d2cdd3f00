"""Words of a draft chosen with finger, mouse and keyboard, and without script at all."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from participation.comments.rules import ProposalKind
from participation.consultations.models import Consultation
from participation.kernel import clock
from tests.browser.conftest import LARGE, SMALL, People, fits, press
from tests.factories.comments import a_comment
from tests.factories.consultations import SMALL_DRAFT, a_consultation

pytestmark = pytest.mark.browser

# Characters beyond the first plane are one for people and for the server, two for a browser.
DRAFT = SMALL_DRAFT.replace(
    "照明时间由村民会议商定。", "𠮷祥村的照明时间由村民会议商定，报乡镇备案。"
)
SELECT = """([key, first, end]) => {
  const words = document.getElementById(key).querySelector("p > span:last-child").firstChild;
  const place = (count) => Array.from(words.data).slice(0, count).join("").length;
  getSelection().setBaseAndExtent(words, place(first), words, place(end));
}"""


@pytest.fixture
def open_one(context: Flask) -> Consultation:
    """A consultation that is open at this moment."""
    return a_consultation("open", draft=DRAFT, opens_at=clock.now())


@pytest.mark.parametrize("width", [360, SMALL, 768, LARGE])
def test_selected_words_are_what_the_opinion_is_about(
    people: People, open_one: Consultation, width: int
) -> None:
    page = people.open(width)
    page.goto(f"/consultations/{open_one.slug}/draft")
    bar = page.get_by_role("region", name="选中的文字")
    expect(bar).to_be_hidden()
    page.evaluate(SELECT, ["t4", 1, 8])
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("祥村的照明时间")
    assert fits(page)
    bar.get_by_role("link", name="对这几个字提意见").click()
    expect(page.locator(".clause-quote mark")).to_have_text("祥村的照明时间")
    page.get_by_label("建议修改").check()
    page.get_by_label("您的意见").fill("写清楚是哪几个村。")
    page.get_by_label("改成别的写法").check()
    expect(page.get_by_label("您建议怎么写")).to_have_value("祥村的照明时间")
    page.get_by_label("您建议怎么写").fill("各村的照明时间")
    press(page, "提交意见")
    expect(page.locator("del")).to_contain_text("祥村")
    expect(page.locator("ins")).to_contain_text("各村")
    expect(page.locator(".redline")).to_contain_text("由村民会议商定，报乡镇备案。")


def test_a_tap_on_the_bar_leads_on_though_it_ends_the_selection(
    people: People, open_one: Consultation
) -> None:
    page = people.open(SMALL, touch=True)
    page.goto(f"/consultations/{open_one.slug}/draft")
    # What a phone's handles report, and nothing of a mouse: a selection that changed.
    page.evaluate(SELECT, ["t1", 0, 6])
    page.evaluate(SELECT, ["t1", 0, 10])
    bar = page.get_by_role("region", name="选中的文字")
    expect(bar).to_contain_text("为了方便村民夜间出行")
    bar.get_by_role("link", name="对这几个字提意见").tap()
    expect(page.locator(".clause-quote mark")).to_have_text("为了方便村民夜间出行")


def test_a_selection_over_several_clauses_is_cut_to_the_first(
    people: People, open_one: Consultation
) -> None:
    page = people.open()
    page.goto(f"/consultations/{open_one.slug}/draft")
    page.evaluate(
        """() => {
          const words = (key) => document.querySelector(`#${key} span:last-child`).firstChild;
          getSelection().setBaseAndExtent(words("t3-x1"), 2, words("t3-x3"), 2);
        }"""
    )
    bar = page.get_by_role("region", name="选中的文字")
    expect(bar).to_contain_text("检查一次；")
    link = bar.get_by_role("link").get_attribute("href") or ""
    assert "clause=t3-x1&words=2-" in link
    bar.get_by_role("button", name="取消").click()
    expect(bar).to_be_hidden()


def test_without_script_sentences_are_ticked_instead(
    people: People, open_one: Consultation
) -> None:
    page = people.open(360, script=False)
    page.goto(f"/consultations/{open_one.slug}/draft")
    expect(page.get_by_text("用手指或者鼠标选中")).to_be_hidden()
    page.get_by_role("link", name=re.compile("提意见.*第二条")).click()
    page.get_by_role("link", name="只对其中几句提意见").click()
    assert fits(page)
    page.get_by_role("link", name="对第二条第二款提意见").click()
    expect(page.locator(".clause-quote")).to_contain_text("公路照明不适用本办法。")


def test_ticked_sentences_are_quoted_from_the_first_to_the_last(
    people: People, context: Flask
) -> None:
    draft = "云溪县办法\n第一条　为了照明。为了安全。为了方便。\n第二条　自公布之日起施行。\n"
    made = a_consultation("open", draft=draft, opens_at=clock.now())
    page = people.open(script=False)
    page.goto(f"/consultations/{made.slug}/clauses/t1/words")
    page.get_by_label("为了安全。").check()
    page.get_by_label("为了方便。").check()
    press(page, "对勾选的文字提意见")
    expect(page.locator(".clause-quote mark")).to_have_text("为了安全。为了方便。")


def test_the_margin_stands_beside_the_text_where_there_is_room_and_folded_below_it_else(
    people: People, open_one: Consultation
) -> None:
    a_comment(open_one, at=clock.now(), released=True, clause_key="t4", body="照到十一点就够了")
    a_comment(
        open_one,
        at=clock.now(),
        released=True,
        clause_key="t3-x2",
        proposal_kind=ProposalKind.DELETE,
        body="这一项做不到",
    )
    wide, narrow = people.open(LARGE), people.open(SMALL, script=False)
    for page in (wide, narrow):
        page.goto(f"/consultations/{open_one.slug}/draft")
    text = wide.locator("#t4 .clause-text").bounding_box()
    said = wide.get_by_text("照到十一点就够了").bounding_box()
    assert text is not None
    assert said is not None
    assert said["x"] > text["x"] + text["width"]
    folded = narrow.get_by_text("照到十一点就够了")
    expect(folded).to_be_hidden()
    narrow.locator("#t4 summary").click()
    expect(folded).to_be_visible()
    narrow.get_by_role("link", name=re.compile("1 条意见.*第三条")).click()
    expect(narrow.locator(".redline del")).to_contain_text("损坏的在三日内修好")
