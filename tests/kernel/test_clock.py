"""The one clock: held for a context, moved for a process, never naive."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from participation.kernel import clock
from tests.conftest import NOON


def test_a_held_clock_stands_still_and_is_let_go() -> None:
    with clock.fixed(NOON):
        assert clock.now() == NOON
        with clock.fixed(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() > NOON
    assert not clock.is_held()


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.fixed(datetime(2026, 6, 1)):
        pass


def test_a_rehearsal_moves_all_threads() -> None:
    seen: list[datetime] = []
    with clock.shifted(timedelta(days=40)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] - datetime.now(UTC) > timedelta(days=39)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_only_a_held_clock_is_moved_by_the_transaction() -> None:
    with pytest.raises(RuntimeError):
        clock.hold(NOON)
