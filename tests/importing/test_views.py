"""The pages of imports without script: what they refuse, propose, tell and keep."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.importing.models import Import
from participation.importing.rules import Field, ImportState
from participation.kernel.db import db
from tests.factories.accounts import sign_in
from tests.factories.comments import an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.importing import DEFAULTS, MAPPING, a_csv, a_row, work

pytestmark = pytest.mark.usefixtures("context", "at_noon")
COLUMNS = {f"column_{field}": str(MAPPING.get(field, "")) for field in Field}
PLAN = {**COLUMNS, **DEFAULTS, "header_row": "1"}


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


@pytest.fixture
def desk(consultation: Consultation, client: FlaskClient) -> FlaskClient:
    return sign_in(client, an_officer_of(consultation))


def place(consultation: Consultation) -> str:
    return f"/desk/consultations/{consultation.slug}/imports"


def upload(desk: FlaskClient, consultation: Consultation, data: bytes) -> str:
    """The address of the new import."""
    answer = desk.post(place(consultation), data={"file": (io.BytesIO(data), "登记表.csv")})
    assert answer.status_code == 303
    return answer.location


def stored() -> Import:
    return db.session.scalars(select(Import).order_by(Import.id.desc())).first()  # type: ignore[return-value]


def test_a_table_goes_from_its_columns_to_its_opinions_by_buttons(
    desk: FlaskClient, consultation: Consultation
) -> None:
    rows = [a_row(1), a_row(2, channel="飞鸽"), a_row(3, clause="第九条")]
    at = upload(desk, consultation, a_csv(rows))
    plan = desk.get(at, follow_redirects=True)
    assert '<option selected value="5">F 意见内容</option>' in plan.text
    assert "第1盏路灯坏了。" in plan.text
    tried = desk.post(f"{at}/columns", data=PLAN, follow_redirects=True)
    assert "不知道“飞鸽”是哪种来源。" in tried.text
    assert "第 3 行" in tried.text
    warned = desk.get(f"{at}?kind=warning")
    assert "草案里没有找到“第九条”" in warned.text
    assert "停下" in desk.post(f"{at}/start", follow_redirects=True).text
    assert "继续导入" in desk.post(f"{at}/stop", follow_redirects=True).text
    desk.post(f"{at}/start")
    found = work(stored())
    assert found.state is ImportState.DONE
    assert "已导入" in desk.get(at).text
    listed = desk.get(place(consultation)).text
    assert "登记表.csv" in listed
    assert len(db.session.scalars(select(Comment)).all()) == 2
    origin = desk.get(f"/desk/consultations/{consultation.slug}/comments/1").text
    assert "表格“登记表.csv”第 2 行" in origin
    again = desk.post(f"{at}/start", follow_redirects=True)
    assert "状态已经变了" in again.text


def test_what_cannot_be_read_or_planned_is_told_at_its_field(
    desk: FlaskClient, consultation: Consultation
) -> None:
    refused = desk.post(place(consultation), data={"file": (io.BytesIO(b"\x00\x01"), "a.csv")})
    assert refused.status_code == 422
    assert "认不出这个文件" in refused.text
    at = upload(desk, consultation, a_csv([a_row(1)]))
    for changes, words in (
        ({"column_body": ""}, "请选出哪一栏是意见内容"),
        ({"column_name": "5"}, "有一栏选了两次"),
        ({"header_row": "x"}, "要改"),
        ({"day": ""}, "请填写日期"),
        ({"again": "perhaps"}, "要改"),
    ):
        page = desk.post(f"{at}/columns", data={**PLAN, **changes})
        assert page.status_code == 422
        assert words in page.text
    desk.post(f"{at}/drop")
    assert stored().state is ImportState.DROPPED
    assert desk.get(f"{at}/columns").status_code == 303
