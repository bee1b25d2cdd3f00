"""A worker process for test_publication: runs what is due, slowly, so that it can be killed.

Usage: publishing_worker.py INSTANCE DATABASE_URL [FAULT]. It says `ready` and waits for a line;
then it prints `sealing N` in the middle of the transaction that seals consultation N, and ends
when nothing is due any more. The fault `unlocked` looks first and writes later, without a lock, as
a careless worker would; it says `looked` and waits for a line in between, so that all look at the
same.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import select

from participation import create_app
from participation.adoption import operations, queries
from participation.adoption.events import SummarySealed
from participation.adoption.operations import publishing
from participation.adoption.rules import SealingCause
from participation.consultations.models import Consultation
from participation.kernel import clock, events, jobs
from participation.kernel.db import db, transaction
from participation.kernel.events import subscribe
from participation.kernel.jobs import Job, JobState

IN_THE_MIDDLE = 0.04


@subscribe(SummarySealed)
def dawdle(event: SummarySealed) -> None:
    """Everything is written, nothing is committed: the moment to be killed in."""
    print(f"sealing {event.consultation_id}", flush=True)
    time.sleep(IN_THE_MIDDLE)


def work() -> None:
    """Run what is due until nothing is left, whoever has it."""
    while db.session.scalar(
        select(Job.id).where(Job.state != JobState.DONE, Job.run_at <= clock.now()).limit(1)
    ):
        jobs.run_due(limit=1)
        db.session.rollback()
        # Between two jobs the others get their turn at the file's lock.
        time.sleep(IN_THE_MIDDLE)


def work_unlocked() -> None:
    """The broken twin: no claim, no lock; the look is over before the writing begins."""
    known = db.session.scalars(select(Consultation.id).order_by(Consultation.id)).all()
    due = [each for each in known if queries.latest_summary(each) is None]
    db.session.rollback()
    print("looked", flush=True)
    sys.stdin.readline()
    # The record would refuse a second result by itself: another fence, taken away as well.
    events._handlers[:] = [
        each
        for each in events._handlers
        if not each[1].__module__.startswith("participation.record")
    ]
    for consultation_id in due:
        with transaction() as session:
            consultation = session.get_one(Consultation, consultation_id)
            publishing._publish_bulletin(consultation)
            publishing._seal(consultation, None, SealingCause.DUE)


def main(instance: str, database_url: str, fault: str = "") -> None:
    """Be a worker."""
    assert operations
    app = create_app(
        instance=instance, database_url=database_url, demo="0", rate_limits="off", worker=False
    )
    app.extensions["wake"] = None
    with app.app_context():
        print("ready", flush=True)
        sys.stdin.readline()
        work_unlocked() if fault == "unlocked" else work()


if __name__ == "__main__":
    main(*sys.argv[1:])
