"""A group that is found again is the one there was; what a person confirmed stays where it is."""

from __future__ import annotations

from participation.campaigns.keeping import Kept, keep


def test_a_group_goes_on_with_the_campaign_that_most_of_its_opinions_are_in() -> None:
    assert keep([[1, 2, 3]], {1: 7, 2: 8, 3: 8}, {}) == [Kept(0, 8, (1, 2, 3))]
    assert keep([[1, 2]], {}, {}) == [Kept(0, None, (1, 2))]


def test_a_campaign_that_falls_apart_goes_on_with_its_larger_part() -> None:
    found = keep([[1, 2], [3, 4, 5]], dict.fromkeys(range(1, 6), 7), {})
    assert found == [Kept(0, None, (1, 2)), Kept(1, 7, (3, 4, 5))]


def test_confirmed_opinions_outweigh_many_and_are_never_moved() -> None:
    present = {1: 7, 2: 8, 3: 8, 4: 8}
    assert keep([[1, 2, 3, 4]], present, {1: 7}) == [Kept(0, 7, (1, 2, 3, 4))]
    both = keep([[1, 2, 3, 4]], present, {1: 7, 2: 8, 3: 8})
    assert both == [Kept(0, 8, (2, 3, 4))]
    apart = keep([[1, 5], [2, 3]], {1: 7, 2: 7, 3: 7}, {1: 7, 2: 7, 3: 7})
    assert apart == [Kept(0, None, (5,)), Kept(1, 7, (2, 3))]
