"""Which open-data package is handed out; building one is a job."""

from __future__ import annotations

from participation.kernel import clock, jobs
from participation.kernel.db import db
from participation.kernel.errors import Unavailable
from participation.record import queries
from participation.record.models import RecordPackage
from participation.record.operations.log import locked_log
from participation.record.package import UNSIGNED
from participation.record.rules import Cause, Kind

BUILD = "record.build_package"


def ask_for_package(
    consultation_id: int, cause: Cause, *, drop: str = "", unique_key: str | None = None
) -> None:
    """Have a package built; `drop` is the key of one whose words must go."""
    payload = {"consultation_id": consultation_id, "cause": cause.value, "drop": drop}
    jobs.enqueue(BUILD, payload, unique_key=unique_key)


def withdraw_package(consultation_id: int) -> None:
    """Words were removed: the package is not handed out any more, and another one is built.

    Before the close there is none.
    """
    if queries.last_of_kind(consultation_id, Kind.CLOSE) is None:
        return
    kept = queries.package_of(consultation_id)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
    ask_for_package(consultation_id, Cause.REMOVAL, drop=kept.key if kept else "")


def keep_package(consultation_id: int, key: str, size: int, leaves: int, cause: str) -> str:
    """Hand out a package from now on; the key of the one before, or "".

    Raises Unavailable where leaves were added since it was built: words may have been removed.
    """
    writer = locked_log(consultation_id)
    if writer is None or writer.size != leaves:
        raise Unavailable(UNSIGNED)
    kept = queries.package_of(consultation_id)
    before = kept.key if kept else ""
    if kept is None:
        kept = RecordPackage(consultation_id=consultation_id)
        db.session.add(kept)
    kept.key, kept.size, kept.leaves, kept.cause = key, size, leaves, cause
    kept.built_at = clock.now()
    db.session.flush()
    return "" if before == key else before
