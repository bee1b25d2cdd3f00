"""The commands: answers by receipts and a recount, in one line of JSON."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import text

from participation.adoption import queries
from participation.kernel.db import transaction
from tests.conftest import NOON
from tests.factories.adoption import run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")


def _run(app: Flask, *args: str) -> tuple[int, str, str]:
    found = app.test_cli_runner().invoke(args=["adoption", *args])
    return found.exit_code, found.stdout, found.stderr


def test_respond_prints_what_it_did(context: Flask) -> None:
    found = a_consultation("closed")
    first, second, _third = (a_comment(found) for _ in range(3))
    code, out, err = _run(
        context, "respond", found.slug, "--receipts", f"{first.receipt}, {second.receipt}",
        "--disposition", "adopted", "--reason", "有道理。", "--title", "要点", "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    said = json.loads(out)
    assert said == {
        "slug": found.slug,
        "point": 1,
        "members": 2,
        "disposition": "adopted",
        "outcomes": {
            **dict.fromkeys(said["outcomes"], 0),
            "adopted": 2,
            "pending": 1,
        },
    }
    assert len(said["outcomes"]) == 8


@pytest.mark.parametrize(
    ("receipts", "reason", "code"),
    [("不是回执", "理由", 1), ("0000-0000-0000-0000", "理由", 1), ("", "理由", 1)],
)
def test_respond_names_what_it_cannot_answer(
    context: Flask, receipts: str, reason: str, code: int
) -> None:
    found = a_consultation("closed")
    comment = a_comment(found)
    given = ",".join(filter(None, [comment.receipt if receipts else "", receipts]))
    ended, out, err = _run(
        context, "respond", found.slug, "--receipts", given, "--disposition", "adopted",
        "--reason", reason, "--json",
    )  # fmt: skip
    assert (ended, out) == (code, "")
    assert receipts in err
    assert err.count("\n") == 1
    assert queries.points(found.id)[0] == []


def test_respond_refuses_another_disposition_and_an_unknown_slug(context: Flask) -> None:
    found = a_consultation("closed")
    comment = a_comment(found)
    given = ["--receipts", comment.receipt, "--reason", "理由", "--disposition"]
    assert _run(context, "respond", found.slug, *given, "pending")[0] == 2
    assert _run(context, "respond", "2026-9999", *given, "adopted")[0] == 1


def test_recheck_counts_anew_and_lets_the_worker_publish(context: Flask) -> None:
    found = a_consultation("closed")
    code, out, _err = _run(context, "recheck", found.slug, "--json")
    assert code == 0
    said = json.loads(out)
    assert (said["agree"], said["kept"]) == (True, said["counted"])
    with transaction() as session:
        session.execute(
            text("INSERT INTO comment_series (consultation_id, received, released, supported)"
                 " VALUES (:id, 3, 0, 0)"), {"id": found.id},
        )  # fmt: skip
    said = json.loads(_run(context, "recheck", found.slug, "--json")[1])
    assert said["agree"] is False
    assert "收到 3 份" in said["message"]
    run_worker(NOON)
    assert queries.versions(found.id) == []
