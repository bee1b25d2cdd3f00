"""Signing heads: in time by the worker's rounds, at the close and the result by a job."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import Unavailable
from participation.kernel.jobs import every, handler
from participation.record import operations, queries
from participation.record.keys import KeyMissing
from participation.record.rules import Cause

log = logging.getLogger(__name__)

_said: set[str] = set()


@handler("record.sign_head")
def sign(payload: Mapping[str, Any]) -> None:
    """Sign the log that a close or a result was just added to."""
    operations.sign_head(int(payload["consultation_id"]), Cause(payload["cause"]))


@every(5)
def sign_due() -> None:
    """Sign every log with a hundred new leaves, or one that has waited for a minute."""
    due = queries.due_for_heads(clock.now())
    db.session.rollback()
    try:
        for consultation_id, by_leaves in due:
            with transaction():
                operations.sign_head(consultation_id, Cause.LEAVES if by_leaves else Cause.TIME)
    except KeyMissing as error:
        _say_once(str(error))
    except Unavailable as error:
        log.info("no heads for now: %s", error)
    else:
        _said.clear()


@every(600)
def begin_logs() -> None:
    """Begin the logs of what was published before there were any."""
    missing = queries.without_log()
    db.session.rollback()
    for consultation_id in missing:
        with transaction():
            operations.begin_log(consultation_id)


def _say_once(words: str) -> None:
    # Asked every five seconds, and the same for hours: `doctor` says it as often as one asks.
    if words not in _said:
        _said.add(words)
        log.error("heads are not signed: %s", words)
