"""Turns requests away while the server is far behind: "later" at once is better than no answer.

Requests wait in one line for a thread. Where more arrive than can be done, that line grows until
every sender has given up, and the server works for nobody. What is sent is therefore refused with
503 and `Retry-After` as soon as the line is longer than anybody should wait; what was typed is
handed back with a button that sends it again. Pages are served on, and only given up when whoever
asked has surely gone.
"""

from __future__ import annotations

from contextvars import ContextVar

from flask import Flask, request

from participation.kernel.errors import Unavailable
from participation.kernel.verdict import N_

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_WAIT, LONGEST_READ_WAIT = 1.0, 10.0
RETRY_SECONDS = 20
CROWDED = N_("现在提交的人很多，这一次没有收下。请过半分钟再试，您填写的内容没有丢失。")

waited: ContextVar[float] = ContextVar("waited", default=0.0)
"""How many seconds the request of this thread waited in the server's line before it was begun."""


def connect(app: Flask) -> None:
    """Ask before everything else: a refusal must cost less than what it refuses."""
    app.before_request_funcs.setdefault(None, []).insert(0, _admit)


def _admit() -> None:
    most = LONGEST_READ_WAIT if request.method in SAFE else LONGEST_WAIT
    if waited.get() > most:
        raise Unavailable(CROWDED, retry_seconds=RETRY_SECONDS)
