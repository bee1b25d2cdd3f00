"""Attaching files and proving work as a person does: chosen, listed, kept over a reload, sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask

from participation.comments import queries
from participation.comments.models import Comment, SpentChallenge
from participation.kernel import clock
from participation.kernel.db import db
from tests.browser.conftest import SMALL, People
from tests.factories.consultations import a_consultation
from tests.factories.traces import a_pdf_file, a_photograph

pytestmark = pytest.mark.settings(rate_limits="on", proof_of_work="on")


def look(page: object, name: str) -> None:
    """Keep a picture for whoever looks at the pages (`LOOK_AT` names a folder)."""
    if folder := os.environ.get("LOOK_AT"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_files_are_chosen_listed_taken_out_and_sent(
    context: Flask, people: People, tmp_path: Path, script: bool
) -> None:
    slug = a_consultation("open", opens_at=clock.now()).slug
    db.session.rollback()
    folder = tmp_path / "chosen"
    folder.mkdir()
    (folder / "现场照片.jpg").write_bytes(a_photograph())
    (folder / "书面意见.pdf").write_bytes(a_pdf_file())
    page = people.open(SMALL, script=script)
    page.goto(f"/consultations/{slug}/comment")
    page.get_by_label("您的意见").fill("村口的路灯夜里不亮，见照片。")
    page.get_by_label("建议修改", exact=True).check()
    page.locator("#file").set_input_files(sorted(map(str, folder.iterdir())))
    if not script:
        page.get_by_role("button", name="上传所选文件").click()
    rows = page.locator(".attached li")
    rows.nth(1).wait_for()
    look(page, f"write-{script}")
    rows.filter(has_text="书面意见.pdf").get_by_role("button").click()
    rows.filter(has_text="书面意见.pdf").wait_for(state="detached")
    if script:
        page.reload()
        rows.filter(has_text="现场照片.jpg").wait_for()
        assert page.get_by_label("您的意见").input_value().startswith("村口的路灯")
        page.get_by_label("建议修改", exact=True).check()
        page.wait_for_function("document.querySelector('input[name=proof]').value")
        page.wait_for_timeout(3100)
    else:
        page.wait_for_timeout(20_100)
    page.get_by_role("button", name="提交意见").click()
    page.get_by_role("heading", name="您的意见已收到").wait_for()
    assert page.get_by_role("link", name="现场照片.jpg").count() == 1
    look(page, f"receipt-{script}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="现场照片.jpg").click()
    assert saved.value.suggested_filename == "现场照片.jpg"
    (comment,) = db.session.scalars(db.select(Comment))
    assert [each.kind for each in queries.files_of(comment)] == ["jpg"]
    spent = db.session.scalar(db.select(db.func.count()).select_from(SpentChallenge))
    assert spent == (1 if script else 0)
    assert people.problems == []
