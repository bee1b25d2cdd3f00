"""The loop as a person makes it: from a Word file to a sealed result, by four people."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import Flask
from playwright.sync_api import Page, expect

from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db
from tests.browser.conftest import LARGE, SMALL, People, fits, press, sign_in
from tests.factories.accounts import PASSWORD, a_department, a_user
from tests.factories.consultations import SMALL_DRAFT

pytestmark = pytest.mark.browser

TITLE = "云溪县村口公共照明管理办法（征求意见稿）"
WORDS = "建议把“三日内修好”改为“二日内修好”，我家门口的灯坏了两周，电话13800138000。"


@pytest.fixture
def staff(context: Flask) -> dict[str, str]:
    """A drafter, a reviewer and an officer of one department."""
    department = a_department()
    roles = (Role.DRAFTER, Role.REVIEWER, Role.OFFICER)
    return {role.value: a_user(role, department).username for role in roles}


@pytest.fixture
def word_file(tmp_path: Path) -> Path:
    """The draft as a Word file."""
    document = Document()
    for line in SMALL_DRAFT.splitlines():
        document.add_paragraph(line)
    path, whole = tmp_path / "草案.docx", BytesIO()
    document.save(whole)
    path.write_bytes(whole.getvalue())
    return path


def _post(page: Page, username: str, word_file: Path) -> str:
    """The drafter prepares the matter and asks for the review; returns its address."""
    sign_in(page, username, PASSWORD)
    page.goto("/desk/consultations/new")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("事项类型").select_option("major-decision")
    page.get_by_label("内容摘要").fill("规定村口照明由谁管、坏了多久修好。")
    page.get_by_label("起草说明", exact=False).first.fill(
        "近年来村口照明损坏较多，有必要作出规定。"
    )
    page.get_by_label("影响哪些人").fill("全县村民")
    page.get_by_label("联系单位").fill("县司法局立法科")
    page.get_by_label("联系电话").fill("0000-1234567")
    closes_on = (clock.now() + timedelta(days=40)).date().isoformat()
    page.get_by_label("截止日期").fill(closes_on)
    page.get_by_label("全文公开").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("送审之前还缺")).to_be_visible()
    page.get_by_role("link", name="上传草案").first.click()
    page.get_by_label("草案文件").set_input_files(word_file)
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_role("heading", name="核对草案")).to_be_visible()
    press(page, "确认这一稿")
    page.goto(page.url.split("/draft")[0])
    press(page, "送审")
    return page.url


def _review_and_publish(page: Page, username: str, address: str) -> str:
    """Another person reviews, approves and publishes; returns the slug."""
    sign_in(page, username, PASSWORD)
    page.goto(address)
    page.get_by_role("link", name="审核", exact=True).first.click()
    for group in ("国家秘密", "工作秘密", "敏感信息"):
        page.get_by_role("group", name=group).get_by_label("不含").check()
    page.get_by_label("合法", exact=True).check()
    page.get_by_label("审核通过").check()
    press(page, "提交审核结论")
    page.get_by_role("link", name="发布", exact=True).first.click()
    press(page, "发布")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def _comment(page: Page, slug: str) -> str:
    """A citizen without account and script comments on one item; returns the receipt code."""
    page.goto("/")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(f"**/{slug}")
    page.get_by_role("link", name="看草案，逐条提意见").click()
    page.get_by_role("link", name=re.compile("提意见.*第三条")).click()
    page.get_by_label("建议修改").check()
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("alert")).to_contain_text("请写下您的意见")
    page.get_by_label("您的意见").fill(WORDS)
    page.get_by_label("您建议怎么写").fill("（二）损坏的在二日内修好；")
    page.get_by_label("联系方式").fill("13800138000")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("heading", name="您的意见已收到")).to_be_visible()
    return page.url.split("/receipt/")[1].split("?")[0]


def _release(page: Page, username: str, slug: str) -> None:
    sign_in(page, username, PASSWORD)
    page.goto(f"/desk/consultations/{slug}/comments")
    page.get_by_role("checkbox", name="选中：").first.check()
    page.get_by_role("button", name="公开", exact=True).click()
    expect(page.get_by_text("已公开").first).to_be_visible()


def _answer(page: Page, username: str, slug: str) -> None:
    # Weeks later: the session of before has ended.
    sign_in(page, username, PASSWORD)
    page.goto(f"/desk/consultations/{slug}/adoption")
    page.get_by_role("checkbox", name="选中：").first.check()
    page.get_by_label("新要点：说的是什么").fill("修好的期限应当更短")
    press(page, "归成新要点")
    page.goto(f"/desk/consultations/{slug}/adoption/points/1")
    page.get_by_label("部分采纳").check()
    page.get_by_label("理由").fill("第三条第二项改为二日；偏远自然村交通不便，仍为三日。")
    page.get_by_label("修改后的条文").fill("（二）损坏的在二日内修好，偏远自然村三日内修好；")
    page.get_by_role("button", name="确定答复").click()
    expect(page.get_by_text("部分采纳").first).to_be_visible()


def _work(app: Flask) -> None:
    with app.app_context():
        for _ in range(4):
            jobs.run_due()
        db.session.remove()


@pytest.mark.both_databases
def test_a_draft_goes_from_posting_to_a_sealed_result(
    app: Flask, people: People, staff: dict[str, str], word_file: Path, database_kind: str
) -> None:
    # Both databases and both widths; no page knows on which database it is at which width.
    width = SMALL if database_kind == "sqlite" else LARGE
    drafter, reviewer, officer = (people.open(width) for _ in range(3))
    citizen = people.open(width, script=False)
    address = _post(drafter, staff["drafter"], word_file)
    slug = _review_and_publish(reviewer, staff["reviewer"], address)
    code = _comment(citizen, slug)
    receipt = citizen.url
    expect(citizen.get_by_text("等待工作人员审看")).to_be_visible()
    _release(officer, staff["officer"], slug)
    citizen.goto(receipt)
    expect(citizen.get_by_text("已公开显示")).to_be_visible()
    citizen.goto(f"/consultations/{slug}/comments")
    expect(citizen.get_by_text("138********")).to_be_visible()
    assert "13800138000" not in citizen.content()
    late = people.open(width, script=False)
    late.goto(f"/consultations/{slug}/comment")
    late.get_by_label("支持").or_(late.get_by_label("赞成")).check()
    late.get_by_label("您的意见").fill("我写了很久，不要丢。")
    with clock.shifted(timedelta(days=41)):
        late.get_by_role("button", name="提交意见").click()
        expect(late.get_by_text("已经截止").first).to_be_visible()
        assert "我写了很久，不要丢。" in late.content()
        citizen.goto(f"/consultations/{slug}/bulletin")
        expect(citizen.get_by_text("共收到意见 1 份")).to_be_visible()
        _answer(officer, staff["officer"], slug)
        citizen.goto(f"/consultations/{slug}/result")
        expect(citizen.get_by_text("正在研究答复")).to_be_visible()
        _work(app)
        citizen.goto(f"/consultations/{slug}/result")
        expect(citizen.get_by_text("第 1 版").first).to_be_visible()
        expect(citizen.get_by_text("偏远自然村三日内修好").first).to_be_visible()
        assert fits(citizen)
        citizen.goto(f"/receipt/{code}")
        expect(citizen.get_by_text("部分采纳").first).to_be_visible()


def test_an_author_withdraws_by_keyboard_alone(people: People, context: Flask) -> None:
    from tests.factories.comments import a_comment
    from tests.factories.consultations import a_consultation

    now = clock.now()
    made = a_consultation("open", opens_at=now - timedelta(days=1))
    code = a_comment(made, at=now - timedelta(hours=1)).receipt
    db.session.remove()
    page: Any = people.open(SMALL)
    page.goto("/receipt")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.get_by_label("回执码").focus()
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.get_by_role("link", name="撤回这条意见").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="撤回").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("您已撤回这条意见").first).to_be_visible()
