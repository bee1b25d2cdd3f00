"""Who sees the audit's heads, and how often one is signed.

GB/T 22239-2019, 8.1.4.3: audit records are protected from unexpected deletion, change or
overwriting.
"""

from __future__ import annotations

from datetime import timedelta

from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, provided

LEAVES_PER_HEAD = 1000
HEAD_AFTER = timedelta(hours=1)
LATE = timedelta(hours=2)
"""An entry that has no place in the log after so long was put in past the platform."""


def may_see_audit(actor: Actor) -> Verdict:
    """Administrators see the heads; the entries are seen where they belong."""
    return provided(
        actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM), N_("只有管理员可以查看操作记录的签名。")
    )


def is_head_due(unsigned: int, since_last: timedelta | None) -> bool:
    """Whether a head is to be signed over so many new leaves, so long after the last one."""
    if not unsigned:
        return False
    return since_last is None or unsigned >= LEAVES_PER_HEAD or since_last >= HEAD_AFTER
