"""Whose turn it is to write: a lock whose waiters go in the order they came, and not endlessly."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from participation.kernel.errors import Unavailable
from participation.kernel.verdict import N_

PATIENCE = 15.0
# A turn takes milliseconds; behind one that lasts longer only so many requests wait.
LONG_TURN, MOST_WAITING = 1.0, 5
BUSY = N_("系统暂时繁忙，请过几分钟再试。")


class TurnQueue:
    """A lock whose waiters go in the order they came.

    SQLite's busy handler lets one of four writers starve for seconds; one process's threads
    therefore take turns before they ask the file for its write lock.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False
        self._since = 0.0

    @contextmanager
    def turn(self, patience: float = PATIENCE, most: int | None = None) -> Iterator[None]:
        """Wait for one's turn, hold it, pass it on; raise Unavailable after so many seconds.

        Where one turn lasts long and `most` wait for theirs already, Unavailable comes at once:
        the threads that are left serve those who only read.
        """
        with self._guard:
            mine = None
            if self._taken:
                held = time.monotonic() - self._since
                if most is not None and len(self._waiting) >= most and held > LONG_TURN:
                    raise Unavailable(BUSY)
                mine = threading.Lock()
                mine.acquire()
                self._waiting.append(mine)
            else:
                self._since = time.monotonic()
            self._taken = True
        if mine is not None and not mine.acquire(timeout=patience):
            with self._guard:
                # It may have been passed on at the last moment, and is then ours.
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    raise Unavailable(BUSY)
        try:
            yield
        finally:
            with self._guard:
                self._since = time.monotonic()
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._taken = False
