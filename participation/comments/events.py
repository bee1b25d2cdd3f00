"""What happens to an opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class CommentSubmitted(DomainEvent):
    """`files` is how many came with it."""

    sentence: ClassVar[str] = N_("收到第 %(number)s 号意见（渠道：%(channel)s）")
    comment_id: int
    number: int
    channel: str
    files: int = 0


@dataclass(frozen=True, kw_only=True)
class CommentReleased(DomainEvent):
    sentence: ClassVar[str] = N_("公开了第 %(number)s 号意见")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class CommentsReleased(DomainEvent):
    """All waiting ones at once; `numbers` says which, as ranges such as `1-50,53`."""

    sentence: ClassVar[str] = N_("批量公开了 %(count)s 条意见（编号 %(numbers)s）")
    count: int
    numbers: str


@dataclass(frozen=True, kw_only=True)
class CommentWithheld(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见不予公开（原因：%(reason)s）")
    comment_id: int
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CommentWithdrawn(DomainEvent):
    """`kept`: the words were locked by a restriction and stay so; else they are destroyed."""

    sentence: ClassVar[str] = N_("第 %(number)s 号意见由提交人撤回")
    comment_id: int
    number: int
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class CommentCorrected(DomainEvent):
    """The author replaced the words; `version` is the new ones', the first ones were 1.

    `decided`: somebody had released or withheld the former words; the new ones wait.
    """

    sentence: ClassVar[str] = N_(
        "第 %(number)s 号意见由提交人修改（第 %(version)s 稿），待重新审看"
    )
    comment_id: int
    number: int
    version: int
    decided: bool


@dataclass(frozen=True, kw_only=True)
class ConfirmationAsked(DomainEvent):
    sentence: ClassVar[str] = N_("再次寄出了第 %(number)s 号意见的联系方式核实邮件")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ContactConfirmed(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见的联系方式已由本人核实")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ContactConfirmedByCall(DomainEvent):
    sentence: ClassVar[str] = N_("打电话核实了第 %(number)s 号意见的联系方式")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class CallTakenBack(DomainEvent):
    """The call was entered with the wrong opinion, or proved nothing."""

    sentence: ClassVar[str] = N_("撤销了第 %(number)s 号意见的电话核实")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ContactDisowned(DomainEvent):
    """Whoever has the mail address says that the opinion is not theirs; the address is deleted."""

    sentence: ClassVar[str] = N_("第 %(number)s 号意见所留邮箱的主人表示不是本人提交，邮箱已删除")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class AttachmentReleased(DomainEvent):
    sentence: ClassVar[str] = N_("公开了第 %(number)s 号意见的附件 %(position)s")
    comment_id: int
    number: int
    position: int


@dataclass(frozen=True, kw_only=True)
class AttachmentHidden(DomainEvent):
    sentence: ClassVar[str] = N_("不再公开第 %(number)s 号意见的附件 %(position)s")
    comment_id: int
    number: int
    position: int


@dataclass(frozen=True, kw_only=True)
class CommentErased(DomainEvent):
    """The words and all that names a person are destroyed; `role` is who did it."""

    sentence: ClassVar[str] = N_("删除了第 %(number)s 号意见的内容（原因：%(reason)s）")
    comment_id: int
    number: int
    reason: str
    role: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class CommentRestricted(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见限制处理（原因：%(reason)s）")
    comment_id: int
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CommentUnrestricted(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见解除限制，待重新审看")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class CommentSupported(DomainEvent):
    sentence: ClassVar[str] = N_("有人附议了第 %(number)s 号意见")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class SupportWithdrawn(DomainEvent):
    sentence: ClassVar[str] = N_("有人取消了对第 %(number)s 号意见的附议")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ContactRevealed(DomainEvent):
    """`reason` is the officer's own, with personal data in it masked."""

    sentence: ClassVar[str] = N_("查看了第 %(number)s 号意见提交人的%(field)s（理由：%(reason)s）")
    comment_id: int
    number: int
    field: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class NamesRevealed(DomainEvent):
    """The names of all persons who wrote, in one list; `reason` as for one of them."""

    sentence: ClassVar[str] = N_("查看了全部 %(count)s 位提交人的姓名（理由：%(reason)s）")
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见的提交人申请删除内容")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ErasureRefused(DomainEvent):
    sentence: ClassVar[str] = N_("答复了第 %(number)s 号意见的删除申请：依法继续保存")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ContactForgotten(DomainEvent):
    sentence: ClassVar[str] = N_("按提交人的要求删除了第 %(number)s 号意见的姓名和联系方式")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class DuplicateMarked(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见标为与第 %(original)s 号重复")
    comment_id: int
    number: int
    original: int


@dataclass(frozen=True, kw_only=True)
class DuplicateUnmarked(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号意见取消重复标记")
    comment_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ContactsForgotten(DomainEvent):
    sentence: ClassVar[str] = N_("按告知的期限删除了 %(count)s 份意见的姓名和联系方式")
    count: int
