"""Rules of the same words sent by many: when words count as the same, and who may say otherwise.

The measures are our own; precision and recall with them are in docs/near-duplicates.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from participation.comments.rules import Stance, Visibility
from participation.consultations.rules import Stage, may_handle
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, no, provided

METHOD = "zhongyan-near-duplicates/1"
"""Names the method in what is published; another number with every change of what it finds."""
THRESHOLD = 0.6
"""Least share of common sign triples (Jaccard) between a copy and the group's typical text."""
LEAST_SIGNS = 12
"""Shorter texts, such as 同意, are alike by their shortness and are never put together."""
PRECISION, RECALL = 0.99, 0.98
"""What the method reaches at least on our labelled set, in pairs of opinions; a test holds it."""
MOST_NAMED = 10
"""Of how many groups, the largest ones, the result prints the head counts."""

SOONEST = timedelta(minutes=1)
PER_OPINION = timedelta(milliseconds=2)


class Side(StrEnum):
    """What the senders want as far as it parts equal words; a suggestion goes with either."""

    FAVOUR = "favour"
    AGAINST = "against"
    NEITHER = "neither"

    def goes_with(self, other: Side) -> bool:
        """Whether the two do not contradict each other."""
        return self is other or Side.NEITHER in (self, other)


SIDES = {Stance.SUPPORT: Side.FAVOUR, Stance.OPPOSE: Side.AGAINST, Stance.SUGGEST: Side.NEITHER}

UNREAD = frozenset({Visibility.REMOVED, Visibility.RESTRICTED})
"""What is removed or locked is not compared; nor is what was withdrawn."""


def next_look_at(received: int, found_at: datetime) -> datetime:
    """When the worker may look again at the earliest, where something is new.

    The larger the heap, the longer the look takes and the rarer it is: a minute, and two
    milliseconds more for each opinion (300,000: eleven minutes).
    """
    return found_at + SOONEST + received * PER_OPINION


def may_arrange(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Who answers also says what belongs together: takes out, puts back, confirms, looks again."""
    if stage in (Stage.PREPARING, Stage.FORTHCOMING):
        return no(N_("征求意见尚未开始，没有可办理的意见。"))
    return may_handle(actor, department_id)


def may_confirm(members: int, seen: int) -> Verdict:
    """A person confirms what they saw: a group that grew meanwhile is looked at again."""
    return provided(members == seen, N_("这一组刚才有变动，请看过再确认。"))
