"""Counters of rate limits in Redis that go on in memory, more strictly, while Redis is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from limits.storage import MemoryStorage, MovingWindowSupport, Storage

log = logging.getLogger(__name__)

Found = TypeVar("Found")

ANSWER_SECONDS = 0.25
"""Redis on the same network answers in less than a millisecond."""
AWAY_SECONDS = 5.0
STRICTER = 2
"""While each process counts for itself, it allows one in so many of what all together might."""
OPTIONS: dict[str, Any] = {
    "socket_timeout": ANSWER_SECONDS,
    "socket_connect_timeout": ANSWER_SECONDS,
}


class SteadyStorage(Storage, MovingWindowSupport):
    """Counts in Redis; where that does not answer, in this process for the next seconds.

    One request in five seconds waits for Redis in vain, the others not at all. No error passes
    through: a limit is never open, and never a reason to refuse.
    """

    STORAGE_SCHEME = ["steady+redis", "steady+rediss", "steady+unix"]  # noqa: RUF012 - as the base declares it

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        from limits.storage import RedisStorage
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        address = uri.removeprefix("steady+").replace("unix:", "redis+unix:")
        # redis-py tries again by itself, each time for as long.
        once: Any = Retry(NoBackoff(), 0)
        self._shared = RedisStorage(address, retry=once, **{**OPTIONS, **options})
        self._own = MemoryStorage()
        self._away_until = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def _counted(self, shared: Callable[[], Found], own: Callable[[], Found]) -> Found:
        if time.monotonic() < self._away_until:
            return own()
        try:
            return shared()
        except Exception as error:
            if time.monotonic() >= self._away_until:
                log.warning("rate limits: Redis is away: %s", type(error).__name__)
            self._away_until = time.monotonic() + AWAY_SECONDS
            return own()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count an act if the limit allows it."""
        strict = max(1, limit // STRICTER)
        return self._counted(
            lambda: self._shared.acquire_entry(key, limit, expiry, amount),
            lambda: self._own.acquire_entry(key, strict, expiry, amount),
        )

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the window began, and how many acts are in it."""
        return self._counted(
            lambda: self._shared.get_moving_window(key, limit, expiry),
            lambda: self._own.get_moving_window(key, limit, expiry),
        )

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an act."""
        return self._counted(
            lambda: self._shared.incr(key, expiry, amount),
            lambda: self._own.incr(key, expiry, amount),
        )

    def get(self, key: str) -> int:
        """How many acts were counted."""
        return self._counted(lambda: self._shared.get(key), lambda: self._own.get(key))

    def get_expiry(self, key: str) -> float:
        """When the count ends, in seconds since 1970."""
        return self._counted(
            lambda: self._shared.get_expiry(key), lambda: self._own.get_expiry(key)
        )

    def check(self) -> bool:
        """Whether acts are counted: they always are."""
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        self._own.reset()
        return self._counted(self._shared.reset, lambda: None)

    def clear(self, key: str) -> None:
        """Forget a count."""
        self._own.clear(key)
        self._counted(lambda: self._shared.clear(key), lambda: None)
