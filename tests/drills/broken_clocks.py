"""Servers broken on purpose in what they take for the time (see broken.py)."""

from __future__ import annotations


def decides_by_own_clock() -> None:
    """The application's clock decides, not the database's."""
    from participation.kernel import clock
    from participation.kernel import db as database

    database.database_now = lambda _session: clock.machine()


def closes_by_the_clock_alone() -> None:
    """Closing is no latch: whoever sets the clock back opens again what was closed."""
    from participation.consultations.models import Consultation
    from participation.consultations.rules import stage_at

    Consultation.stage = lambda self, now: stage_at(
        self.status, self.opens_at, self.closes_at, self.sealed_at, now
    )
