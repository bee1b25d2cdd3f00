"""Meetings by role, stage and moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.consultations.rules import Stage
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.meetings import rules
from participation.meetings.rules import MeetingState
from tests.conftest import NOON

HERE = 1
OFFICER = Actor(Role.OFFICER, 7, "x", HERE, frozenset({HERE}))
STRANGER = Actor(Role.OFFICER, 8, "y", 2, frozenset({2}))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("stage", Stage)
def test_meetings_are_announced_until_the_result_is_sealed(stage: Stage) -> None:
    expected = stage is not Stage.SEALED
    assert bool(rules.may_announce(OFFICER, stage, HERE)) is expected
    assert bool(rules.may_announce(SYSTEM, stage, HERE)) is expected
    assert not rules.may_announce(STRANGER, stage, HERE)


@pytest.mark.parametrize(("offset", "allowed"), [(-SECOND, False), (0 * SECOND, True)])
def test_a_record_is_filled_in_from_the_moment_the_meeting_begins(
    offset: timedelta, allowed: bool
) -> None:
    now = NOON + offset
    said = rules.may_record(OFFICER, Stage.OPEN, HERE, NOON, now, is_cancelled=False)
    assert bool(said) is allowed
    assert not rules.may_record(OFFICER, Stage.OPEN, HERE, NOON, now, is_cancelled=True)


@pytest.mark.parametrize(
    ("is_cancelled", "is_published"), [(False, False), (True, False), (False, True)]
)
def test_an_announcement_changes_until_it_is_called_off_or_recorded(
    is_cancelled: bool, is_published: bool
) -> None:
    said = rules.may_change(
        OFFICER, Stage.CLOSED, HERE, is_cancelled=is_cancelled, is_published=is_published
    )
    assert bool(said) is not (is_cancelled or is_published)


def test_the_state_of_a_meeting_follows_the_clock_and_what_was_decided() -> None:
    before, after = NOON - SECOND, NOON + SECOND
    assert rules.state_at(NOON, None, None, before) is MeetingState.ANNOUNCED
    assert rules.state_at(NOON, None, None, NOON) is MeetingState.HELD
    assert rules.state_at(NOON, None, after, after) is MeetingState.RECORDED
    assert rules.state_at(NOON, before, None, after) is MeetingState.CANCELLED
