"""The list of opinions: every row, no formula, masked names, and a trace of who took it."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from participation.audit.models import AuditEntry
from participation.comments import operations as comments
from participation.comments.models import ContactReveal
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.papers import queries
from participation.papers.rules import USUAL_CELLS, Cell
from participation.rulebook.removal import RestrictionReason
from tests.factories.accounts import a_department, a_user, sign_in, step_up
from tests.factories.comments import a_comment, an_officer_of, some_words
from tests.papers.conftest import FORMULAS, Case, seal

ALL = [each.value for each in Cell if each is not Cell.NUMBER]


def _taken(case: Case, **form: Any) -> bytes:
    usual = {"naming": "anonymous", "cells": [each.value for each in USUAL_CELLS]}
    answer = case.officer.post(case.at("/opinions.xlsx"), data={**usual, **form})
    assert answer.status_code == 200
    return answer.data


def _rows(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def _table(data: bytes) -> list[dict[str, Any]]:
    head, *rows = _rows(data)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.both_databases
def test_the_list_counts_as_the_result_does_before_and_after_the_sealing(case: Case) -> None:
    words = {"采纳": "adopted", "未采纳": "not_adopted", "解释说明": "explained",
             "已撤回": "withdrawn", "待答复": "pending"}  # fmt: skip
    for is_sealed in (False, True):
        if is_sealed:
            seal(case)
        found = _table(_taken(case, cells=ALL))
        counted = Counter(words.get(row["处理结果"], "duplicate") for row in found)
        assert counted == case.outcomes
        assert [row["编号"] for row in found] == list(range(1, 11))
        named = found[0]
        assert named["归入的要点"] == "1．路灯开到晚上十一点"
        assert named["修改后的条文"] == "照到十一点。"
        assert f"随第{case.named.number}号一并处理" in found[7]["处理结果"]
        assert found[7]["归入的要点"] == named["归入的要点"]
        figures = _rows(_taken(case), 1)
        assert figures[-1] == ["合计", 10, 10]


def test_what_is_decided_after_the_sealing_does_not_change_the_list(case: Case) -> None:
    seal(case)
    late = some_words()
    before = _table(_taken(case))
    with transaction():
        comments.enter_comment(
            SYSTEM,
            case.matter.slug,
            comments.EnteredComment(
                **{**vars(late), "channel": "letter"},
                said_on=case.matter.opens_at.date(),
            ),
        )
    after = _table(_taken(case))
    assert after[:-1] == before
    assert after[-1]["处理结果"] == "定稿后收到，尚未列入"
    assert _rows(_taken(case), 1)[-3][:1] == ["合计"]


def test_no_cell_is_ever_a_formula(case: Case) -> None:
    data = _taken(case, cells=ALL)
    shown = {row["意见内容"] for row in _table(data)}
    # What is received is kept in its normal form, without a tab in front.
    assert {each.strip() for each in FORMULAS} <= shown
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 2
        assert not any(b"<f" in book.read(name) for name in sheets)
        assert not any("hyperlink" in name.lower() for name in book.namelist())


def test_columns_can_be_chosen_and_the_number_stays(case: Case) -> None:
    assert _rows(_taken(case, cells=["outcome", "body"]))[0] == ["编号", "意见内容", "处理结果"]
    assert _rows(_taken(case, cells=[]))[0] == ["编号"]
    answer = case.officer.post(case.at("/opinions.xlsx"), data={"naming": "x"})
    assert answer.status_code == 422


def test_names_are_masked_and_contacts_are_in_no_list(case: Case) -> None:
    anonymous, masked = _taken(case), _taken(case, naming="masked")
    assert "提出人" not in _rows(anonymous)[0]
    names = [row["提出人"] for row in _table(masked)]
    assert (names[0], names[6]) == ("朱**", "云溪灯具厂")
    for data in (anonymous, masked):
        text = str(_rows(data))
        assert "朱月华" not in text
        assert "13800138000" not in text
        assert "138********" in text


def test_words_that_are_locked_are_in_no_list(case: Case) -> None:
    locked = a_comment(case.matter, body="锁起来的话", name="周一山")
    with transaction():
        comments.restrict(SYSTEM, case.matter.slug, locked.number, RestrictionReason.PENDING_CASE)
    found = _table(_taken(case, naming="masked", cells=ALL))[-1]
    assert (found["意见内容"], found["提出人"]) == ("", "")
    assert found["公开情况"].startswith("限制处理")


def test_full_names_need_a_second_factor_and_a_reason_and_leave_a_trace_each(case: Case) -> None:
    user = an_officer_of(case.matter)
    sign_in(case.officer, user)
    address = case.at("/names.xlsx")
    assert case.officer.post(address, data={"reason": "要逐一回访提意见的人"}).status_code == 303
    step_up(case.officer, user)
    assert case.officer.get(address).status_code == 200
    assert case.officer.post(address, data={"reason": "嗯"}).status_code == 422
    assert db.session.scalars(select(ContactReveal)).all() == []
    answer = case.officer.post(address, data={"reason": "要逐一回访提意见的人"})
    assert _table(answer.data)[0]["提出人"] == "朱月华"
    assert "13800138000" not in str(_rows(answer.data))
    seen = db.session.scalars(select(ContactReveal.comment_id)).all()
    assert seen == [case.named.id]
    events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)).all()
    assert events[-2:] == ["NamesRevealed", "PaperTaken"]


def test_who_took_a_list_is_on_record_and_looking_writes_nothing(case: Case) -> None:
    def count() -> int:
        wanted = select(AuditEntry).where(AuditEntry.event == "PaperTaken")
        return len(db.session.scalars(wanted).all())

    case.officer.get(case.at())
    case.officer.get(case.at("/participation.docx"))
    assert count() == 0
    _taken(case)
    assert count() == 1
    history = case.officer.get(f"/desk/consultations/{case.matter.slug}/history").text
    assert "导出了意见汇总表（匿名，10 份意见）" in history


def test_others_take_nothing(case: Case) -> None:
    people = (
        a_user("drafter", case.matter.department),
        a_user("officer", a_department("云溪县财政局")),
    )
    for user in people:
        sign_in(case.officer, user)
        for place in ("/opinions.xlsx", "/archive.zip"):
            form = {"naming": "anonymous", "archive-naming": "anonymous"}
            assert case.officer.post(case.at(place), data=form).status_code == 403
        assert case.officer.get(case.at("/participation.pdf")).status_code == 403


@pytest.mark.both_databases
def test_the_rows_are_read_in_pieces(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    basis = queries.basis_of(case.matter.id)
    whole = [each.row.number for each in queries.opinions(case.matter.id, basis)]
    for size in (1, 3, 10):
        monkeypatch.setattr(queries, "PIECE", size)
        pieces = [each.row.number for each in queries.opinions(case.matter.id, basis)]
        assert pieces == whole == list(range(1, 11))
