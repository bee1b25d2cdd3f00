"""What happens to a consultation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class ConsultationCreated(DomainEvent):
    sentence: ClassVar[str] = N_("新建了征求意见事项")


@dataclass(frozen=True, kw_only=True)
class ConsultationEdited(DomainEvent):
    sentence: ClassVar[str] = N_("修改了征求意见事项")


@dataclass(frozen=True, kw_only=True)
class DraftRead(DomainEvent):
    sentence: ClassVar[str] = N_("上传了草案第 %(number)s 稿，待核对")
    draft_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class DraftAccepted(DomainEvent):
    sentence: ClassVar[str] = N_("确认了草案第 %(number)s 稿（%(clauses)s 个条款单元）")
    draft_id: int
    number: int
    clauses: int


@dataclass(frozen=True, kw_only=True)
class ClausesWithheld(DomainEvent):
    sentence: ClassVar[str] = N_("标注了删减后公开中不公开的 %(count)s 个条款单元")
    count: int


@dataclass(frozen=True, kw_only=True)
class ReviewRequested(DomainEvent):
    sentence: ClassVar[str] = N_("送审")


@dataclass(frozen=True, kw_only=True)
class ConsultationReturned(DomainEvent):
    sentence: ClassVar[str] = N_("退回起草")


@dataclass(frozen=True, kw_only=True)
class ConsultationApproved(DomainEvent):
    sentence: ClassVar[str] = N_("审核通过")


@dataclass(frozen=True, kw_only=True)
class ConsultationPublished(DomainEvent):
    sentence: ClassVar[str] = N_("发布了征求意见公告")
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class WindowExtended(DomainEvent):
    sentence: ClassVar[str] = N_("延长了征求意见期限")
    old_closes_at: datetime
    new_closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(DomainEvent):
    sentence: ClassVar[str] = N_("增加了文件《%(title)s》")
    document_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class DocumentRemoved(DomainEvent):
    sentence: ClassVar[str] = N_("撤下了文件《%(title)s》")
    document_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class InterpretationSaved(DomainEvent):
    sentence: ClassVar[str] = N_("保存了解读《%(title)s》")
    interpretation_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class InterpretationPublished(DomainEvent):
    sentence: ClassVar[str] = N_("公开了解读《%(title)s》")
    interpretation_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class InterpretationWithdrawn(DomainEvent):
    """Not shown any more; `is_deleted`: its words are gone, too."""

    sentence: ClassVar[str] = N_("撤下了解读《%(title)s》")
    interpretation_id: int
    title: str
    is_deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionRecorded(DomainEvent):
    sentence: ClassVar[str] = N_("登记了决策结果")
    outcome: str


@dataclass(frozen=True, kw_only=True)
class OutageNoted(DomainEvent):
    """Nobody could take part for a while before the close; noted once for each interruption."""

    sentence: ClassVar[str] = N_("记录了截止前的服务中断")
    from_at: datetime
    until_at: datetime
    planned: bool


@dataclass(frozen=True, kw_only=True)
class OutageExplained(DomainEvent):
    sentence: ClassVar[str] = N_("说明了服务中断后不延长期限的理由")


@dataclass(frozen=True, kw_only=True)
class DowntimePlanned(DomainEvent):
    sentence: ClassVar[str] = N_("公告了停机维护（%(reason)s）")
    from_at: datetime
    until_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class DowntimeCancelled(DomainEvent):
    sentence: ClassVar[str] = N_("取消了公告的停机维护（%(reason)s）")
    reason: str


@dataclass(frozen=True, kw_only=True)
class ConsultationSealed(DomainEvent):
    sentence: ClassVar[str] = N_("采纳情况定稿")
    version: int
