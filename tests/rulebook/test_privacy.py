"""The personal-information notice."""

from __future__ import annotations

from participation.rulebook.privacy import VERSION, personal_data_notice


def said(notice):
    names = {"department": "云溪县交通运输局", "contact": "0570-1234567"}
    return [piece.sentence % {**piece.params, **names} for piece in notice.pieces]


def test_the_notice_says_all_that_article_17_asks_for():
    text = "\n".join(said(personal_data_notice()))
    for wanted in (
        "云溪县交通运输局",
        "0570-1234567",
        "90日后删除",
        "更正",
        "撤回",
        "不公开",
        "下载",
        "申请删除",
    ):
        assert wanted in text
    assert all(piece.heading and piece.source for piece in personal_data_notice().pieces)


def test_the_fingerprint_changes_with_what_is_said_and_only_then():
    notice, again = personal_data_notice(), personal_data_notice()
    other = personal_data_notice({"R1": {"days": 30}})
    assert notice.version == VERSION
    assert notice.fingerprint == again.fingerprint != other.fingerprint
    assert "30日后删除" in "\n".join(said(other))


def test_the_words_of_this_version_are_the_words_that_were_published():
    """A changed word needs a new VERSION: comments keep the version they were shown."""
    assert (VERSION, personal_data_notice().fingerprint[:16]) == ("2026-2", "14f637886dea0cbe")
