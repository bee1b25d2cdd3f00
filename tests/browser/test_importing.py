"""A table on its way in, as an officer does it: chosen, matched, tried, imported, listed."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from participation.comments.models import Comment
from participation.kernel import clock, jobs
from participation.kernel.db import db
from tests.browser.conftest import LARGE, SMALL, People, sign_in
from tests.factories.accounts import PASSWORD
from tests.factories.comments import an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.importing import HEADS, a_row, a_workbook


def look(page: object, name: str) -> None:
    """Keep pictures for whoever looks at the pages (`LOOK_AT` names a folder)."""
    if folder := os.environ.get("LOOK_AT"):
        for width in (SMALL, LARGE):
            page.set_viewport_size({"width": width, "height": 900})  # type: ignore[attr-defined]
            page.screenshot(path=f"{folder}/import-{name}-{width}.png", full_page=True)  # type: ignore[attr-defined]


def test_a_table_is_chosen_matched_tried_imported_and_listed(
    context: Flask, people: People, tmp_path: Path
) -> None:
    consultation = a_consultation("open", opens_at=clock.now())
    slug, today = consultation.slug, clock.now().date().isoformat()
    username = an_officer_of(consultation).username
    rows = [a_row(number, day=today) for number in range(1, 12)]
    rows += [a_row(12, channel="飞鸽", day=today), a_row(13, clause="第九条", day=today)]
    table = tmp_path / "来信登记表.xlsx"
    table.write_bytes(a_workbook([HEADS, *rows], "意见汇总表"))
    db.session.rollback()
    page = people.open()
    sign_in(page, username, PASSWORD)
    page.goto(f"/desk/consultations/{slug}/comments")
    page.get_by_role("link", name="从表格导入").click()
    page.get_by_role("heading", level=1, name="导入意见").wait_for()
    look(page, "empty")
    page.locator("#file").set_input_files(str(table))
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("heading", level=1, name="核对各栏").wait_for()
    assert page.get_by_label("意见内容").input_value() == "5"
    assert page.get_by_label("标题在第几行").input_value() == "2"
    look(page, "plan")
    page.get_by_role("button", name="试读一遍").click()
    page.get_by_role("heading", level=1, name="已试读，待导入").wait_for()
    assert page.get_by_text("不知道“飞鸽”是哪种来源。").is_visible()
    look(page, "tried")
    page.get_by_role("button", name="开始导入").click()
    page.get_by_role("heading", level=1, name="正在导入").wait_for()
    look(page, "running")
    while jobs.run_due():
        pass
    page.get_by_role("heading", level=1, name="已导入").wait_for()
    look(page, "done")
    page.get_by_role("link", name="再导入一份").click()
    page.get_by_role("heading", level=1, name="导入意见").wait_for()
    assert page.get_by_role("row").filter(has_text="来信登记表.xlsx").is_visible()
    look(page, "listed")
    assert db.session.scalar(db.select(db.func.count()).select_from(Comment)) == 12
