"""What happens when papers leave the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class PaperTaken(DomainEvent):
    """A paper that holds people's own words was taken along; `count` is how many opinions."""

    sentence: ClassVar[str] = N_("导出了%(paper)s（%(naming)s，%(count)s 份意见）")
    paper: str
    naming: str
    count: int
