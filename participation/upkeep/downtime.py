"""Announced downtime: shown on every page beforehand, and read-only while it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from participation.consultations.models import Outage
from participation.consultations.queries import outages
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.readonly import Cause, ReadOnlyMode, ReadOnlySwitch
from participation.upkeep.readonly import begin, end

KNOWN = "downtime"


@dataclass(frozen=True)
class Ahead:
    """Downtime that is to come, as the pages say it."""

    from_at: datetime
    until_at: datetime
    reason: str


def look_ahead() -> None:
    """Ask the database what is announced; pages then say it without asking at every request."""
    now = clock.now()
    coming = [each for each in outages.planned_after(now) if each.from_at > now]
    current_app.extensions[KNOWN] = _ahead(coming[0]) if coming else None
    db.session.rollback()


def _ahead(outage: Outage) -> Ahead:
    assert outage.until_at is not None
    return Ahead(outage.from_at, outage.until_at, outage.reason)


def ahead() -> Ahead | None:
    """The next downtime as last known, until it begins: then read-only mode has its own words."""
    found: Ahead | None = current_app.extensions.get(KNOWN)
    return found if found is not None and clock.now() < found.from_at else None


def arm(outage: Outage) -> bool:
    """Let read-only mode begin and end with announced downtime, unless a person has set it."""
    now, row = clock.now(), db.session.get(ReadOnlySwitch, 1)
    if row is not None and not ReadOnlyMode(Cause.PERSON, None, row.until_at).is_over(now):
        return False
    begin(ReadOnlyMode(Cause.PERSON, outage.from_at, outage.until_at, outage.reason))
    return True


def disarm(outage: Outage) -> None:
    """Take back the read-only mode that was set for downtime."""
    row = db.session.get(ReadOnlySwitch, 1)
    if row is not None and (row.since_at, row.until_at) == (outage.from_at, outage.until_at):
        end()
