"""What happens to an instance as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class BackupMade(DomainEvent):
    sentence: ClassVar[str] = N_("做了备份 %(file)s（SHA-256 %(sha256)s）")
    file: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class BackupRestored(DomainEvent):
    sentence: ClassVar[str] = N_("从 %(made_at)s 的备份恢复了数据")
    made_at: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ReadOnlyBegan(DomainEvent):
    sentence: ClassVar[str] = N_("开始只读维护（原因：%(reason)s；预计恢复：%(until)s）")
    reason: str
    until: str


@dataclass(frozen=True, kw_only=True)
class ReadOnlyEnded(DomainEvent):
    sentence: ClassVar[str] = N_("结束只读维护")
