"""Every night: the file storage and the rows that claim its contents are brought together."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from participation.consultations.place import zone
from participation.kernel import clock, jobs
from participation.kernel.db import transaction
from participation.upkeep.reconciling import reconcile

log = logging.getLogger(__name__)

AT = time(3, 40)
"""When in the platform's zone: the quietest hour."""


@jobs.every(3600)
def schedule_reconciling() -> None:
    """See to it that this day's look is due at its hour; several workers make one."""
    today = clock.now().astimezone(zone()).date()
    with transaction():
        jobs.enqueue(
            "upkeep.reconcile-storage",
            {},
            run_at=datetime.combine(today, AT, zone()),
            unique_key=f"reconcile-storage:{today}",
        )


@jobs.handler("upkeep.reconcile-storage", outside=True)
def reconcile_storage(payload: Mapping[str, Any]) -> None:
    """Remove what nobody claims; what is missing is in the log as an error."""
    found = reconcile()
    log.info("storage: %s claimed, %s removed", found.claimed, len(found.removed))
