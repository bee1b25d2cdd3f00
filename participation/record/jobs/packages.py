"""Building the open-data packages: after the close, after a result, after every removal."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import Unavailable
from participation.kernel.jobs import every, handler
from participation.kernel.storage import storage
from participation.record import operations, queries
from participation.record.operations.packages import BUILD
from participation.record.package import write_package
from participation.record.rules import Cause

# What is decided after the close (another opinion shown) waits for the next package so long.
REFRESH = timedelta(hours=1)


@handler(BUILD, outside=True)
def build(payload: Mapping[str, Any]) -> None:
    """Build a package, hand it out and delete the one before.

    Done twice it does nothing the second time. Leaves added meanwhile, or a missing key, raise:
    the outbox tries again.
    """
    consultation_id, cause = int(payload["consultation_id"]), Cause(payload["cause"])
    if payload["drop"]:
        storage().delete(payload["drop"])
    found, kept = queries.log_of(consultation_id), queries.package_of(consultation_id)
    up_to_date = found is None or (kept is not None and kept.leaves == found.size)
    db.session.rollback()
    if up_to_date:
        return
    with transaction():
        operations.sign_head(consultation_id, cause)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        leaves = write_package(consultation_id, path)
        db.session.rollback()
        key, size = storage().put_file(path), path.stat().st_size
    try:
        with transaction():
            before = operations.keep_package(consultation_id, key, size, leaves, cause.value)
    except Unavailable:
        storage().delete(key)
        raise
    if before:
        storage().delete(before)


@every(600)
def refresh() -> None:
    """Have packages built anew that lack leaves for an hour."""
    outdated = queries.outdated_packages(clock.now() - REFRESH)
    db.session.rollback()
    for consultation_id, size in outdated:
        with transaction():
            operations.ask_for_package(
                consultation_id, Cause.TIME, unique_key=f"package:{consultation_id}:{size}"
            )
