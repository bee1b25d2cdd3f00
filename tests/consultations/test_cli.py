"""The command `consultations post`, as an operator types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from participation.consultations import queries
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.db import db
from tests.factories.accounts import a_department, a_user
from tests.factories.consultations import NOON, SMALL_DRAFT

ROOT = Path(__file__).resolve().parents[2]
DRAFTS = ROOT.parent / "shared" / "data" / "drafts"


class Operator:
    """Somebody at the command line, with a drafter, a reviewer and two files at hand."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        with app.app_context():
            self.department = a_department().name
            a_user("drafter", username="drafter")
            a_user("reviewer", username="reviewer")
        self.draft = self.a_file("draft.txt", SMALL_DRAFT)
        self.explanation = self.a_file("explanation.md", "# 起草说明\n\n照明不足，需要规定。\n")

    def a_file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def options(self, **changes: str | None) -> list[str]:
        given: dict[str, Any] = {
            "title": "云溪县村口公共照明管理办法（征求意见稿）",
            "kind": "major-decision",
            "department": self.department,
            "prepared-by": "drafter",
            "reviewed-by": "reviewer",
            "explanation": str(self.explanation),
            "closes-at": "2026-07-31",
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        file = given.pop("file", str(self.draft))
        named = [f"--{name}={value}" for name, value in given.items() if value is not None]
        return ["consultations", "post", file, *named]

    def post(self, *flags: str, **changes: str | None) -> Result:
        with clock.fixed(NOON):
            return self.app.test_cli_runner().invoke(args=[*self.options(**changes), *flags])


@pytest.fixture
def operator(app: Flask, tmp_path: Path) -> Operator:
    return Operator(app, tmp_path)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Consultation.id))) or 0


@pytest.mark.both_databases
def test_a_draft_goes_out_in_one_line(operator: Operator, app: Flask) -> None:
    result = operator.post("--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert {name: told[name] for name in ("slug", "stage", "articles", "chapters")} == {
        "slug": "2026-0001",
        "stage": "open",
        "articles": 5,
        "chapters": 3,
    }
    assert told["opens_at"] == "2026-06-01T04:00:00Z"
    assert told["closes_at"] == "2026-07-31T16:00:00Z"
    assert told["clauses"] == 13
    assert told["warnings"] == []
    assert told["url"].endswith("/consultations/2026-0001")
    with app.app_context():
        found = queries.by_slug("2026-0001")
        assert found.stage(NOON) is Stage.OPEN
        assert "照明不足，需要规定。" in found.explanation
        assert queries.reviews_of(found.id)[0].reviewer.username == "reviewer"


def test_it_is_told_in_words_too(operator: Operator) -> None:
    text = SMALL_DRAFT.replace("第四条", "第六条")
    result = operator.post(file=str(operator.a_file("gap.txt", text)))
    assert result.exit_code == 0
    assert "已发布 2026-0001" in result.stdout
    assert "3 章、5 条" in result.stdout
    assert "第 13 行" in result.stdout


def test_times_without_an_offset_are_local_and_a_planned_opening_waits(operator: Operator) -> None:
    result = operator.post(
        "--json", opens_at="2026-06-03T09:00", closes_at="2026-08-01T18:00:00+08:00"
    )
    told = json.loads(result.stdout)
    assert (told["stage"], told["opens_at"], told["closes_at"]) == (
        "forthcoming",
        "2026-06-03T01:00:00Z",
        "2026-08-01T10:00:00Z",
    )


def test_a_short_window_needs_its_reason(operator: Operator, app: Flask) -> None:
    refused = operator.post(closes_at="2026-06-05")
    assert refused.exit_code == 1
    assert "不少于30日" in refused.stderr
    assert count(app) == 0
    assert operator.post(closes_at="2026-06-05", short_window_reason="防汛").exit_code == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"closes_at": "soon"}, "不是 ISO 格式"),
        ({"closes_at": "9999-12-31"}, "核对年份"),
        ({"closes_at": "2026-05-31"}, "已经过去"),
        ({"opens_at": "2026-05-31T00:00"}, "已经过去"),
        ({"department": "没有的局"}, "没有名为"),
        ({"prepared_by": "nobody"}, "nobody"),
        ({"prepared_by": "reviewer"}, "只有部门的起草人"),
        ({"reviewed_by": "drafter"}, "起草人不能审核"),
        ({"title": "  "}, "请填写标题"),
    ],
)
@pytest.mark.both_databases
def test_what_is_wrong_is_one_clear_line_and_nothing_is_stored(
    operator: Operator, app: Flask, changes: dict[str, str], said: str
) -> None:
    result = operator.post("--json", **changes)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert count(app) == 0


@pytest.mark.parametrize("which", ["file", "explanation"])
def test_a_file_that_cannot_be_read_is_named(operator: Operator, app: Flask, which: str) -> None:
    broken = operator.a_file("broken.docx", b"%PDF-1.7 x")
    result = operator.post(**{which: str(broken)})
    assert result.exit_code == 1
    assert "broken.docx" in result.stderr
    assert "PDF" in result.stderr
    assert count(app) == 0


def test_an_unknown_kind_is_a_mistake_of_use(operator: Operator) -> None:
    assert operator.post(kind="poem").exit_code == 2


@pytest.mark.skipif(not DRAFTS.is_dir(), reason="../shared/data/drafts is not beside the checkout")
def test_a_real_draft_of_ninety_five_articles_comes_in(operator: Operator) -> None:
    told = json.loads(
        operator.post("--json", file=str(DRAFTS / "shanghai-property-2018-text.md")).stdout
    )
    assert told["articles"] == 95


def test_it_works_in_a_process_of_its_own(operator: Operator, app: Flask, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "PARTICIPATION_INSTANCE": str(tmp_path),
        "PARTICIPATION_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PARTICIPATION_DEMO": "0",
    }
    closes_at = (clock.machine() + timedelta(days=60)).date().isoformat()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "app",
            *operator.options(closes_at=closes_at),
            "--json",
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stage"] == "open"
    assert count(app) == 1
