"""What the heads of columns propose, and what words in cells mean."""

from __future__ import annotations

from datetime import date

import pytest

from participation.comments.rules import Channel, RespondentKind, Stance
from participation.importing.headings import guessed_header, proposed_mapping
from participation.importing.rules import Field
from participation.importing.values import (
    first_contact,
    read_channel,
    read_day,
    read_kind,
    read_stance,
)
from tests.factories.importing import HEADS, MAPPING


def test_common_heads_are_known_and_an_unknown_one_is_nothing() -> None:
    assert proposed_mapping(HEADS) == MAPPING
    heads = ["反馈意见（原文）", "修改建议", "联系电话（手机）", "备注"]
    assert proposed_mapping(heads) == {Field.BODY: 0, Field.PROPOSAL: 1, Field.CONTACT: 2}
    assert proposed_mapping(["建议"]) == {Field.BODY: 0}


def test_the_row_of_heads_is_found_below_a_title() -> None:
    assert guessed_header([(1, ["意见汇总表"]), (3, HEADS), (4, ["1", "周一"])]) == 3
    assert guessed_header([(1, ["周一", "路灯"])]) == 0


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("信函", Channel.LETTER), ("12345热线", Channel.HOTLINE), ("电话", Channel.PHONE),
        ("来访", Channel.RECEPTION), ("座谈会（6月2日）", Channel.SEMINAR),
        ("网上", Channel.FORWARDED),
        ("phone", Channel.PHONE), ("飞鸽", None),
    ],
)  # fmt: skip
def test_words_for_sources_are_understood(word: str, channel: Channel | None) -> None:
    assert read_channel(word) is channel


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("2026-05-28", date(2026, 5, 28)), ("2026/5/8 14:03", date(2026, 5, 8)),
        ("2026年5月8日", date(2026, 5, 8)), ("20260508", date(2026, 5, 8)),
        ("46150", date(2026, 5, 8)), ("5月8日", None), ("2026-13-01", None), ("昨天", None),
    ],
)  # fmt: skip
def test_days_are_read_as_people_and_spreadsheets_write_them(word: str, day: date | None) -> None:
    assert read_day(word) == day


def test_what_denies_is_not_taken_for_what_agrees() -> None:
    assert read_stance("不同意") is Stance.OPPOSE
    assert read_stance("同意") is Stance.SUPPORT
    assert read_kind("云溪县物业协会") is RespondentKind.ASSOCIATION
    assert read_kind("外星人") is None


def test_of_several_contacts_the_first_is_taken_and_told() -> None:
    assert first_contact("13800000000") == ("13800000000", False)
    assert first_contact("13800000000、0571-88880000") == ("13800000000", True)
    assert first_contact("住桥头") == ("", True)
    assert first_contact("无") == ("", False)
