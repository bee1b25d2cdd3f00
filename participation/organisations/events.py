"""What happens to organisations and their joint drafts; never what the drafts say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class OrganisationFounded(DomainEvent):
    sentence: ClassVar[str] = N_("建立了共同起草的单位（编号 %(organisation_id)s）")
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationRenamed(DomainEvent):
    sentence: ClassVar[str] = N_("改了单位 %(organisation_id)s 的名称或者类别")
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationDissolved(DomainEvent):
    """`drafts` is how many joint drafts were destroyed unsent."""

    sentence: ClassVar[str] = N_("解散了单位 %(organisation_id)s，销毁没有提交的草稿 %(drafts)s 份")
    organisation_id: int
    drafts: int


@dataclass(frozen=True, kw_only=True)
class MemberInvited(DomainEvent):
    sentence: ClassVar[str] = N_("单位 %(organisation_id)s 发出一份邀请")
    organisation_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(DomainEvent):
    sentence: ClassVar[str] = N_("单位 %(organisation_id)s 撤销一份邀请")
    organisation_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class MemberJoined(DomainEvent):
    sentence: ClassVar[str] = N_("账号 %(user_id)s 加入单位 %(organisation_id)s")
    organisation_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class MemberLeft(DomainEvent):
    sentence: ClassVar[str] = N_("账号 %(user_id)s 退出单位 %(organisation_id)s")
    organisation_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(DomainEvent):
    sentence: ClassVar[str] = N_("单位 %(organisation_id)s 移除了账号 %(user_id)s")
    organisation_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class LeadHandedOver(DomainEvent):
    sentence: ClassVar[str] = N_("单位 %(organisation_id)s 的负责人改为账号 %(user_id)s")
    organisation_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class JointOpinionDropped(DomainEvent):
    sentence: ClassVar[str] = N_("单位 %(organisation_id)s 去掉了草稿里的一条意见")
    organisation_id: int
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class JointDraftSubmitted(DomainEvent):
    """`count` opinions in one sending; the draft's words are destroyed with it."""

    sentence: ClassVar[str] = N_("单位 %(organisation_id)s 的负责人一起提交了 %(count)s 条意见")
    organisation_id: int
    draft_id: int
    sending_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class JointDraftsForgotten(DomainEvent):
    sentence: ClassVar[str] = N_("按告知的期限销毁了 %(count)s 条没有提交的共同起草的意见")
    count: int
