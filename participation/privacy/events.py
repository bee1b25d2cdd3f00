"""What happens to personal data as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class KeyRotated(DomainEvent):
    """Every sealed value has moved to the present key; `key` is its id."""

    sentence: ClassVar[str] = N_("%(count)s 个加密值换用了新密钥（编号 %(key)s）")
    count: int
    key: str


@dataclass(frozen=True, kw_only=True)
class ErasuresReplayed(DomainEvent):
    sentence: ClassVar[str] = N_("按删除台账重新删除了 %(count)s 项")
    count: int
