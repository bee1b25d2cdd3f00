"""What the desk changes itself: jobs that were given up are put back into the queue."""

from __future__ import annotations

from sqlalchemy import update

from participation.desk.events import JobsRetried
from participation.desk.rules import may_retry_jobs
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.events import record
from participation.kernel.jobs import Job, JobState


def retry_jobs(actor: Actor) -> int:
    """Let every job that was given up be tried anew from now on; returns how many.

    The worker's next sweep finds them. Raises Refused for anybody but administrators.
    """
    may_retry_jobs(actor).enforce()
    found = db.session.scalars(
        update(Job)
        .where(Job.state == JobState.DEAD)
        .values(state=JobState.READY, attempts=0, run_at=clock.now(), lease_until=None)
        .returning(Job.id)
    ).all()
    if found:
        record(JobsRetried(actor=actor, count=len(found)))
    db.session.flush()
    return len(found)
