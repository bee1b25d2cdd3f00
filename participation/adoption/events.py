"""What happens to the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class PointCreated(DomainEvent):
    sentence: ClassVar[str] = N_("新建意见要点第 %(number)s 项（%(members)s 条意见）")
    point_id: int
    number: int
    members: int


@dataclass(frozen=True, kw_only=True)
class PointEdited(DomainEvent):
    sentence: ClassVar[str] = N_("修改意见要点第 %(number)s 项")
    point_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PointMembersChanged(DomainEvent):
    sentence: ClassVar[str] = N_(
        "意见要点第 %(number)s 项归入 %(added)s 条、移出 %(removed)s 条意见"
    )
    point_id: int
    number: int
    added: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class PointDecided(DomainEvent):
    sentence: ClassVar[str] = N_("意见要点第 %(number)s 项处理为：%(disposition)s")
    point_id: int
    number: int
    disposition: str


@dataclass(frozen=True, kw_only=True)
class AnswerKept(DomainEvent):
    """An answer stands in spite of a warning; the note is kept with the point."""

    sentence: ClassVar[str] = N_("意见要点第 %(number)s 项写明理由后保留答复，提醒是：%(finding)s")
    point_id: int
    number: int
    finding: str


@dataclass(frozen=True, kw_only=True)
class OpinionMoved(DomainEvent):
    """An opinion was in one point and is now in another: its lineage."""

    sentence: ClassVar[str] = N_(
        "第 %(number)s 号意见从要点第 %(from_point)s 项移入第 %(to_point)s 项"
    )
    comment_id: int
    number: int
    from_point: int
    to_point: int


@dataclass(frozen=True, kw_only=True)
class PublicationRefused(DomainEvent):
    """The figures do not add up: nothing is published until they do."""

    sentence: ClassVar[str] = N_("账目不符，停止公布（%(what)s）")
    what: str


@dataclass(frozen=True, kw_only=True)
class PublicationResumed(DomainEvent):
    sentence: ClassVar[str] = N_("账目已核对相符，恢复公布（%(what)s）")
    what: str


@dataclass(frozen=True, kw_only=True)
class BulletinPublished(DomainEvent):
    sentence: ClassVar[str] = N_("公布了截止公报（收到 %(received)s 份意见）")
    received: int


@dataclass(frozen=True, kw_only=True)
class SummarySealed(DomainEvent):
    sentence: ClassVar[str] = N_(
        "公布了采纳情况第 %(version)s 版（收到 %(received)s 份，待答复 %(pending)s 份）"
    )
    version: int
    received: int
    pending: int
    digest: str
