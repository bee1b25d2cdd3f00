"""Who may do what on the desk itself: see the platform's troubles and let jobs be tried anew."""

from __future__ import annotations

from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, provided


def may_retry_jobs(actor: Actor) -> Verdict:
    """Jobs that were given up are put back by administrators."""
    return provided(
        actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM), N_("只有管理员可以重新安排后台任务。")
    )
