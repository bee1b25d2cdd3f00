"""What happens on the desk itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class JobsRetried(DomainEvent):
    """Jobs that had been given up were put back into the queue."""

    sentence: ClassVar[str] = N_("重新安排了 %(count)s 个停止的后台任务")
    count: int
