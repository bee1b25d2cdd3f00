"""Audit lines in words: codes are translated, odd entries never break the page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from participation.audit.queries import Line
from participation.desk.sentences import job_word, line_entry

AT = datetime(2026, 6, 1, 4, tzinfo=UTC)


def _line(
    sentence: str, params: dict[str, Any], role: str = "officer", name: str = "何经办"
) -> Line:
    return Line(1, AT, name, role, "Something", sentence, params)


@pytest.mark.parametrize(
    ("sentence", "params", "wanted"),
    [
        ("处理为：%(disposition)s", {"disposition": "partly_adopted"}, "处理为：部分采纳"),
        ("渠道：%(channel)s", {"channel": "hotline"}, "渠道：热线"),
        ("原因：%(reason)s", {"reason": "personal-data"}, "原因：含有他人的个人信息"),
        ("角色：%(role)s", {"role": "reviewer"}, "角色：审核人"),
        ("停止公布（%(what)s）", {"what": "adoption.seal"}, "停止公布（采纳情况）"),
        ("渠道：%(channel)s", {"channel": "pigeon"}, "渠道：pigeon"),
        ("少了 %(number)s", {}, "少了 %(number)s"),
    ],
)
def test_codes_become_words(
    context: Flask, sentence: str, params: dict[str, Any], wanted: str
) -> None:
    assert line_entry(_line(sentence, params))["text"] == wanted


def test_instants_become_dates_as_people_say_them(context: Flask) -> None:
    span = {
        "old_closes_at": "2026-06-10T16:00:00+00:00",
        "new_closes_at": "2026-06-20T10:00:00+00:00",
    }
    line = _line("延长", span)
    assert line_entry(line)["note"] == "由 2026年6月10日 24:00 延长到 2026年6月20日 18:00"


@pytest.mark.parametrize(
    ("role", "name", "wanted"),
    [
        ("officer", "何经办", "何经办（经办人）"),
        ("guest", "", "公众"),
        ("citizen", "张三", "公众"),
        ("system", "system", "系统"),
        ("emperor", "某", "某"),
    ],
)
def test_who_did_it_is_named_unless_it_was_the_public(
    context: Flask, role: str, name: str, wanted: str
) -> None:
    assert line_entry(_line("送审", {}, role, name))["actor"] == wanted


def test_an_unknown_kind_of_job_is_called_by_its_name(context: Flask) -> None:
    assert job_word("search.index") == "search.index"
    assert job_word("notifications.mail") == "寄出邮件"
