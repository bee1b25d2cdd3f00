"""The picture of results: safe, whole, and in the table's order."""

from __future__ import annotations

import re
import sys

import pytest
from lxml import etree

from participation.surveys import charts
from participation.surveys.queries import OptionResult

NAMES = ("供水、排水管道", "坡道、扶手等无障碍设施以及很长的说明文字在这里", '其他 <b>&"')


def _drawn(*votes: int, title: str = "先改什么？") -> etree._Element:
    names = [*NAMES, *(f"选项{number}" for number in range(40))]
    options = [OptionResult(name, count, None) for name, count in zip(names, votes, strict=False)]
    return etree.fromstring(charts.draw(title, options))


def _texts(root: etree._Element) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter("{*}text")]


def test_labels_stand_in_the_order_of_the_table_from_the_top() -> None:
    root = _drawn(5, 3, 1)
    labels = [
        (float(each.get("y")), each.text)
        for each in root.iter("{*}text")
        if each.text and each.text[:2] in {name[:2] for name in NAMES}
    ]
    assert [text[:2] for _, text in sorted(labels)] == [name[:2] for name in NAMES]


def test_no_label_begins_left_of_the_picture() -> None:
    root = _drawn(5, 3, 1)
    left = max(
        float(found[1])
        for each in root.iter("{*}g")
        if (found := re.match(r"translate\(([\d.]+),", each.get("transform") or ""))
    )
    widest = max(
        charts._ems(text) * charts.FONT for text in _texts(root) if not text.strip().isdigit()
    )
    assert left >= widest


def test_a_title_of_the_public_is_text_and_nothing_runs() -> None:
    root = _drawn(1, 1, 1, title="<script>alert(1)</script>")
    assert list(root.iter("{*}script")) == []
    assert root.find("{*}title").text == "<script>alert(1)</script>"


@pytest.mark.parametrize("votes", [(0, 0, 0), (0,) * 30, (123456,) * 30])
def test_zero_answers_and_thirty_options_are_drawn(votes: tuple[int, ...]) -> None:
    root = _drawn(*votes)
    assert f"{votes[0]:,}" in _texts(root)
    width, height = charts.size_of([OptionResult("", 0, None)] * len(votes))
    assert root.get("viewBox") == f"0 0 {width} {height}"


def test_drawing_leaves_no_importer_behind() -> None:
    _drawn(1)
    assert [each for each in sys.meta_path if type(each).__module__ == "pygal"] == []
