"""The rules as data."""

from __future__ import annotations

import pytest

from participation.rulebook.statutes import RULES, Evidence, check_profile, rule


@pytest.mark.parametrize("found", RULES.values(), ids=RULES)
def test_every_rule_has_a_source_and_a_sentence_that_its_numbers_fill(found):
    assert found.source
    assert "%(" not in found.sentence % found.numbers
    assert found.is_setting is (found.evidence is not Evidence.READ)


def test_a_place_sets_its_own_numbers_where_the_nation_sets_none():
    profile = {"HN": {"days": 20}}
    check_profile(profile)
    assert rule("HN", profile).numbers["days"] == 20
    assert rule("HN").numbers["days"] == 10


@pytest.mark.parametrize(
    "profile",
    [
        {"W1": {"days": 20}},
        {"HN": {"weeks": 2}},
        {"HN": {"days": -1}},
        {"X9": {"days": 1}},
    ],
)
def test_a_profile_cannot_change_the_law_or_name_what_is_not_there(profile):
    with pytest.raises(ValueError, match="rule"):
        check_profile(profile)


def test_rules_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        RULES["W1"].numbers["days"] = 1
