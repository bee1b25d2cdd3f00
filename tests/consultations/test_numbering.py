"""Chinese legal numerals and labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.consultations.numbering import (
    format_number,
    parse_number,
    read_heading,
    read_marker,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百", 100),
        ("一百零一", 101),
        ("一百〇一", 101),
        ("一百一十", 110),
        ("一百二十", 120),
        ("一千零一十", 1010),
        ("九千九百九十九", 9999),
        ("一二〇", 120),
        ("廿三", 23),
        ("卅", 30),
        ("120", 120),
        ("１２", 12),
        ("壹拾贰", 12),
    ],
)
def test_a_numeral_is_read_as_its_value(written: str, value: int) -> None:
    assert parse_number(written) == value


@pytest.mark.parametrize(
    "written", ["", "零", "0", "十百", "百", "一一十", "十零", "甲", "10000", "一二x"]
)
def test_what_is_no_numeral_is_refused(written: str) -> None:
    assert parse_number(written) is None


@given(st.integers(1, 9999))
def test_every_number_survives_being_written_and_read(number: int) -> None:
    assert parse_number(format_number(number)) == number


@pytest.mark.parametrize(
    ("number", "written"),
    [(12, "十二"), (101, "一百零一"), (110, "一百一十"), (1001, "一千零一"), (1010, "一千零一十")],
)
def test_numbers_are_written_as_statutes_write_them(number: int, written: str) -> None:
    assert format_number(number) == written


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_numbers_outside_the_range_cannot_be_written(number: int) -> None:
    with pytest.raises(ValueError):
        format_number(number)


@pytest.mark.parametrize(
    ("line", "unit", "number", "rest"),
    [
        ("第一编 总则", "编", (1,), "总则"),
        ("第二分编 合同", "分编", (2,), "合同"),
        ("第三章 监督", "章", (3,), "监督"),
        ("第四节", "节", (4,), ""),
        ("第十二条 为了", "条", (12,), "为了"),
        ("第一百二十条之一 为了", "条", (120, 1), "为了"),
        ("第120条之1 为了", "条", (120, 1), "为了"),
        ("第１２条 为了", "条", (12,), "为了"),
        ("第 十 二 条 为了", "条", (12,), "为了"),
        ("第三条：为了", "条", (3,), "为了"),
    ],
)
def test_heading_labels_are_recognised(
    line: str, unit: str, number: tuple[int, ...], rest: str
) -> None:
    heading = read_heading(line)
    assert heading is not None
    assert (heading.unit, heading.number, heading.rest) == (unit, number, rest)


@pytest.mark.parametrize(
    "line", ["第三款规定", "本条例第三条", "第条", "第十百条 为了", "第三者", "第〇条"]
)
def test_other_words_are_no_heading_label(line: str) -> None:
    assert read_heading(line) is None


def test_an_inserted_article_has_its_own_label() -> None:
    heading = read_heading("第一百二十条之一 为了")
    assert heading is not None
    assert heading.label == "第一百二十条之一"


@pytest.mark.parametrize(
    ("line", "form", "number", "label", "width"),
    [
        ("（一）制定", "bracketed", 1, "（一）", "full"),
        ("(十一)制定", "bracketed", 11, "（十一）", "half"),
        ("（二)制定", "bracketed", 2, "（二）", "mixed"),
        ("(三）制定", "bracketed", 3, "（三）", "mixed"),
        ("㈣制定", "bracketed", 4, "（四）", ""),
        ("1.制定", "dotted", 1, "1.", ""),
        ("2．制定", "dotted", 2, "2.", ""),
        ("3、制定", "dotted", 3, "3、", ""),
        ("⒋制定", "dotted", 4, "4.", ""),
        ("(5)制定", "parenthesised", 5, "（5）", "half"),
        ("（６）制定", "parenthesised", 6, "（6）", "full"),
        ("⑺制定", "parenthesised", 7, "（7）", ""),
        ("⑧制定", "circled", 8, "⑧", ""),
        ("九、制定", "outline", 9, "九、", ""),
    ],
)
def test_item_numbers_are_recognised(
    line: str, form: str, number: int, label: str, width: str
) -> None:
    marker = read_marker(line)
    assert marker is not None
    assert (marker.form, marker.number, marker.label) == (form, number, label)
    assert (marker.rest, marker.width) == ("制定", width)


@pytest.mark.parametrize(
    "line", ["1.5米以上", "2019年", "（市）人民政府", "（一", "一九", "(以下简称)"]
)
def test_figures_and_remarks_are_no_item_number(line: str) -> None:
    assert read_marker(line) is None
