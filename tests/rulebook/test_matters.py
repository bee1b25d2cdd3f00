"""Kinds of matter and their marks."""

from __future__ import annotations

import pytest

from participation.rulebook.matters import Matter, duties


def test_the_kinds_of_matter_are_the_ones_the_command_line_promises():
    assert [matter.value for matter in Matter] == [
        "major-decision",
        "rule",
        "normative-document",
        "plan",
        "project",
        "other",
    ]
    assert len({matter.label for matter in Matter}) == len(Matter)


@pytest.mark.parametrize(
    ("marks", "rule_ids"),
    [
        ({}, []),
        ({"touches_market": True}, ["P5"]),
        ({"touches_group": True}, ["P4"]),
        ({"touches_market": True, "touches_group": True}, ["P5", "P4"]),
    ],
)
def test_a_mark_names_whom_the_department_must_hear(marks, rule_ids):
    assert [duty.rule.id for duty in duties(**marks)] == rule_ids
