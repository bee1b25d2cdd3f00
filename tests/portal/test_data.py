"""Open data: the files hold what is public and nothing else; the dictionary knows each field."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from participation.comments import operations as comments
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

FORMULA = '=HYPERLINK("http://example.cn")我的意见'


def _rows(client: FlaskClient, path: str) -> dict[str, list[dict[str, str]]]:
    """The same table read back from its three forms, numbers as text."""
    table = json.loads(client.get(f"{path}.json").data)["rows"]
    text = client.get(f"{path}.csv").data.decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{path}.xlsx").data))
    head, *lines = book.get_sheet_by_index(0).to_python()
    return {
        "json": [{name: str(value) for name, value in row.items()} for row in table],
        "csv": list(csv.DictReader(io.StringIO(text))),
        "xlsx": [
            {str(name): _text(value) for name, value in zip(head, line, strict=True)}
            for line in lines
        ],
    }


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


@pytest.mark.both_databases
def test_the_three_forms_hold_the_same_released_opinions(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    shown = a_comment(made, released=True, body="路灯太暗，晚上看不清", clause_key="t3")
    typed = a_comment(made, released=True, body=FORMULA)
    a_comment(made, body="还没有公开的话")
    hidden = a_comment(made, body="不公开的话")
    with transaction():
        comments.withhold(SYSTEM, made.slug, hidden.id, WithholdingReason.INSULT)
    found = _rows(client, f"/consultations/{made.slug}/data/comments")
    assert found["json"] == found["xlsx"]
    assert [row["number"] for row in found["json"]] == [str(shown.number), str(typed.number)]
    assert found["json"][1]["body"] == FORMULA
    assert found["csv"][1]["body"] == f"'{FORMULA}"
    assert found["csv"][0] == found["json"][0]


def test_a_formula_in_an_opinion_is_text_in_the_workbook(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    a_comment(made, released=True, body=FORMULA)
    data = client.get(f"/consultations/{made.slug}/data/comments.xlsx").data
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert "HYPERLINK" in sheet.decode()
    assert b"<f>" not in sheet


def test_what_is_withdrawn_is_gone_from_the_next_file(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    comment = a_comment(made, released=True, body="要撤回的话")
    path = f"/consultations/{made.slug}/data/comments.json"
    first = client.get(path)
    assert "要撤回的话" in first.text
    same = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    with transaction():
        comments.withdraw(comment.receipt)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "要撤回的话" not in again.text


def test_points_come_with_the_close(client: FlaskClient, context: Flask) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    with clock.fixed(NOON):
        a_point(made, [a_comment(made)], title="应写明时间", changed_text="改后的话")
    run_worker(NOON)
    with clock.fixed(NOON + timedelta(days=1)):
        found = _rows(client, f"/consultations/{made.slug}/data/points")
        page = client.get(f"/consultations/{made.slug}/data").text
    assert found["json"] == found["xlsx"] == found["csv"]
    assert found["json"][0]["disposition"] == "adopted"
    assert found["json"][0]["changed_text"] == "改后的话"
    assert "points.csv" in page
    still_open = a_consultation("open").slug
    with clock.fixed(NOON):
        assert client.get(f"/consultations/{still_open}/data/points.csv").status_code == 403


def test_the_dictionary_has_every_field_of_every_file(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    a_comment(made, released=True)
    package = json.loads(client.get("/open-data/datapackage.json").data)
    fields = {
        each["name"]: [field["name"] for field in each["schema"]["fields"]]
        for each in package["resources"]
    }
    for name, path in (
        ("consultations", "/open-data/consultations.json"),
        ("comments", f"/consultations/{made.slug}/data/comments.json"),
    ):
        [row] = json.loads(client.get(path).data)["rows"]
        assert list(row) == fields[name]
    page = client.get("/open-data").text
    assert all(f"<code>{field}</code>" in page for names in fields.values() for field in names)


@pytest.mark.parametrize("path", ["comments.exe", "comments.csv?part=2", "comments.csv?part=x"])
def test_what_is_no_file_is_not_found(
    client: FlaskClient, context: Flask, at_noon: object, path: str
) -> None:
    slug = a_consultation("open").slug
    assert client.get(f"/consultations/{slug}/data/{path}").status_code == 404
