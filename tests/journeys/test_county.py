"""A county's one consultation from beginning to end: 3 opinions online, 13 by telephone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.kernel import clock, jobs
from participation.kernel.db import db
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD
from tests.factories.consultations import SMALL_DRAFT

DEPARTMENT = "云溪县住房和城乡建设局"


class County:
    """The department's commands and pages, at instants of its own choosing."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.passwords: dict[str, str] = {}

    def command(self, *words: str) -> dict[str, Any]:
        """Run a command with --json; its one line."""
        result = self.app.test_cli_runner().invoke(args=[*words, "--json"])
        assert result.exit_code == 0, result.output
        [line] = result.output.strip().splitlines()
        found: dict[str, Any] = json.loads(line)
        return found

    def staff(self) -> None:
        """The department and its people."""
        self.command("accounts", "create-department", DEPARTMENT)
        for role in ("drafter", "reviewer", "officer"):
            made = self.command(
                *("accounts", "create-user", f"the-{role}"),
                *("--role", role, "--department", DEPARTMENT),
            )
            self.passwords[role] = made["password"]

    def post(self) -> dict[str, Any]:
        """Post the draft."""
        draft, explanation = self.folder / "draft.txt", self.folder / "explanation.txt"
        draft.write_text(SMALL_DRAFT, encoding="utf-8")
        explanation.write_text("村口照明损坏较多，有必要作出规定。", encoding="utf-8")
        return self.command(
            *("consultations", "post", str(draft), "--title", "村口照明管理办法（征求意见稿）"),
            *("--kind", "major-decision", "--department", DEPARTMENT),
            *("--prepared-by", "the-drafter", "--reviewed-by", "the-reviewer"),
            *("--explanation", str(explanation), "--closes-at", "2026-07-05"),
        )

    def officer(self) -> FlaskClient:
        """The officer's browser, signed in with the one-time password, which is changed first."""
        browser, once = self.app.test_client(), self.passwords["officer"]
        words = {"username": "the-officer", "password": once}
        assert browser.post("/account/sign-in", data=words).status_code == 303
        assert browser.get("/desk").headers["Location"].endswith("/account/password")
        changed = {"old": once, "password": PASSWORD, "repeat": PASSWORD}
        assert browser.post("/account/password", data=changed).status_code == 303
        assert browser.get("/desk").status_code == 200
        return browser

    def work(self) -> None:
        """Let the worker do what is due."""
        with self.app.app_context():
            for _ in range(4):
                jobs.run_due()
            db.session.remove()


def _write(client: FlaskClient, slug: str, key: str, body: str) -> str:
    answer = client.post(
        f"/consultations/{slug}/comment?clause=t3",
        data={
            "stance": "suggest",
            "body": body,
            "respondent_kind": "person",
            "submission_key": key,
            "clause": "t3",
        },
    )
    assert answer.status_code == 303, answer.text
    found = re.search(r"/receipt/([A-Z0-9]+)", answer.headers["Location"])
    assert found
    return found.group(1)


def _enter(officer: FlaskClient, slug: str, number: int) -> None:
    answer = officer.post(
        f"/desk/consultations/{slug}/comments/enter",
        data={
            "channel": "phone",
            "said_on": "2026-06-10",
            "clause": "",
            "stance": "oppose" if number % 2 else "support",
            "body": f"来电第{number}位居民：路灯坏了没人修。",
            "respondent_kind": "person",
            "submission_key": f"phone-{number}",
        },
    )
    assert answer.status_code == 303, answer.text


@pytest.mark.both_databases
def test_a_clerk_with_three_opinions_online_and_thirteen_by_telephone_is_done(
    app: Flask, tmp_path: Path
) -> None:
    county = County(app, tmp_path)
    citizen = app.test_client()
    with clock.fixed(NOON):
        county.staff()
        posted = county.post()
        slug = posted["slug"]
        assert (posted["stage"], posted["articles"], posted["chapters"]) == ("open", 5, 3)
        codes = [_write(citizen, slug, f"web-{n}", f"建议{n}：二日内修好。") for n in range(3)]
        assert _write(citizen, slug, "web-0", "第二次点击") == codes[0]
    with clock.fixed(NOON + timedelta(days=10)):
        officer = county.officer()
        for number in range(13):
            _enter(officer, slug, number)
        assert county.command("comments", "release", slug, "--all")["released"] == 16
        withheld = county.command(
            *("comments", "withhold", slug, "--receipt", codes[2], "--reason-code", "advertising")
        )
        assert withheld
        assert len(citizen.get(f"/api/v1/consultations/{slug}/comments").json["items"]) == 15
    closed = NOON + timedelta(days=40)
    with clock.fixed(closed):
        county.work()
        bulletin = citizen.get(f"/consultations/{slug}/bulletin").text
        assert "共收到意见 16 份" in bulletin
        live = citizen.get(f"/api/v1/consultations/{slug}/adoption").json
        assert (live["sealed"], live["received"], live["outcomes"]["pending"]) == (False, 16, 16)
        assert live["channels"] == {"phone": 13, "web": 3}
    with clock.fixed(closed + timedelta(days=1)):
        county.command(
            *("adoption", "respond", slug, "--receipts", ",".join(codes[:2])),
            *("--disposition", "adopted", "--reason", "第三条第二项改为二日内修好。"),
        )
        county.command(
            *("adoption", "respond", slug, "--receipts", codes[2]),
            *("--disposition", "out_of_scope", "--reason", "与照明管理无关，不属于第二条的范围。"),
        )
        assert citizen.post(f"/api/v1/receipts/{codes[1]}/withdraw").status_code == 200
        county.work()
        assert citizen.get(f"/api/v1/consultations/{slug}").json["stage"] == "closed"
    with clock.fixed(closed + timedelta(days=60)):
        county.work()
        county.work()
        sealed = citizen.get(f"/api/v1/consultations/{slug}/adoption").json
        page = citizen.get(f"/consultations/{slug}/result").text
        told = citizen.get(f"/receipt/{codes[0]}").text
    assert (sealed["sealed"], sealed["version"]) == (True, 1)
    assert sealed["received"] == 16 == sum(sealed["outcomes"].values())
    assert {name: count for name, count in sealed["outcomes"].items() if count} == {
        "adopted": 1,
        "out_of_scope": 1,
        "withdrawn": 1,
        "pending": 13,
    }
    assert "还有 13 份待答复" in page
    assert "已超过期限" in page
    assert "第三条第二项改为二日内修好。" in told
