"""How long what is kept, beside the rules of the statutes (`rulebook`, R1 and R2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from participation.rulebook.statutes import rule

DONE_JOBS_KEPT = timedelta(days=30)
REVEALS_KEPT = timedelta(days=30)
MAILED_LINKS_KEPT = timedelta(days=30)
SETUP_LINKS_KEPT = timedelta(days=7)
ACCOUNT_LINKS_KEPT = timedelta(days=7)
UNPROVED_SECRETS_KEPT = timedelta(days=1)


def contacts_until(now: datetime) -> datetime:
    """Results that were sealed up to this instant have no contacts any more (rule R1)."""
    return now - timedelta(days=rule("R1").numbers["days"])


def idle_since(now: datetime) -> datetime:
    """Citizens' accounts nobody signed in to since this instant are deleted (rule R2).

    Months by the calendar; a day that the month has not is its last one.
    """
    months = now.year * 12 + now.month - 1 - rule("R2").numbers["months"]
    year, month = divmod(months, 12)
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=year, month=month + 1)
