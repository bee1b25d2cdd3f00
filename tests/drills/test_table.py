"""The table itself: a figure without a control, or without a row, is told."""

from __future__ import annotations

from tests.drills.table import FIGURES, as_text, gaps, merged

ROWS = [
    {"figure": "R10 S3", "goal": "0 lost", "measured": "0 lost", "control": "planted: found"},
    {"figure": "R2 power", "goal": "0 lost", "measured": "0 of 9", "control": ""},
    {"figure": "R2", "goal": "", "measured": "", "control": "NORMAL: 3 lost"},
    {"figure": "R3", "goal": "", "measured": "", "control": "off: 5 lost"},
    {"figure": "R4 publication", "goal": "1 each", "measured": "1 each", "control": ""},
]


def test_controls_stand_beside_their_figure_in_the_order_of_the_numbers() -> None:
    rows = merged(ROWS)
    assert [row["figure"] for row in rows] == ["R2 power", "R3", "R4 publication", "R10 S3"]
    assert rows[0]["control"] == "NORMAL: 3 lost"
    assert "| R2 power | 0 lost | 0 of 9 | NORMAL: 3 lost |" in as_text(rows)


def test_a_figure_without_a_row_or_without_a_control_is_a_gap() -> None:
    told = gaps(merged(ROWS))
    assert len(told) == len(FIGURES) - 2
    assert f"R3 {FIGURES['R3']}: not measured" in told
    assert f"R4 {FIGURES['R4']}: no control was seen to fail" in told
    assert not any(each.startswith(("R2 ", "R10 ")) for each in told)
