"""What happens to groups of opinions that say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class CampaignsFound(DomainEvent):
    """A look at all opinions changed what belongs together."""

    sentence: ClassVar[str] = N_("比对了意见文字：相同的意见 %(groups)s 组，共 %(members)s 条")
    groups: int
    members: int


@dataclass(frozen=True, kw_only=True)
class CampaignConfirmed(DomainEvent):
    sentence: ClassVar[str] = N_("确认了相同的意见第 %(number)s 组（%(members)s 条）")
    campaign_id: int
    number: int
    members: int


@dataclass(frozen=True, kw_only=True)
class TakenOutOfCampaign(DomainEvent):
    sentence: ClassVar[str] = N_("从相同的意见第 %(number)s 组移出 %(members)s 条")
    campaign_id: int
    number: int
    members: int


@dataclass(frozen=True, kw_only=True)
class PutBackIntoCampaign(DomainEvent):
    sentence: ClassVar[str] = N_("向相同的意见第 %(number)s 组放回 %(members)s 条")
    campaign_id: int
    number: int
    members: int
