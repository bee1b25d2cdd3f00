"""What happens to a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class InquiryAsked(DomainEvent):
    sentence: ClassVar[str] = N_("收到第 %(number)s 号提问")
    inquiry_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class InquiryClassed(DomainEvent):
    """`difficulty` as a person decided it, `due_on` the day that follows from it."""

    sentence: ClassVar[str] = N_("第 %(number)s 号提问定为%(difficulty)s，%(due_on)s前答复")
    inquiry_id: int
    number: int
    difficulty: str
    due_on: str


@dataclass(frozen=True, kw_only=True)
class InquiryAnswered(DomainEvent):
    """A public answer: question and answer are shown from now on."""

    sentence: ClassVar[str] = N_("公开答复了第 %(number)s 号提问")
    inquiry_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class InquiryAnsweredPrivately(DomainEvent):
    """`is_forced`: the answer looked empty and was sent all the same."""

    sentence: ClassVar[str] = N_("答复了第 %(number)s 号提问，只给提问人看（原因：%(reason)s）")
    inquiry_id: int
    number: int
    reason: str
    is_forced: bool


@dataclass(frozen=True, kw_only=True)
class AnswerRevised(DomainEvent):
    """`is_public`: the new words are shown in the place of the earlier ones."""

    sentence: ClassVar[str] = N_("更正了第 %(number)s 号提问的答复")
    inquiry_id: int
    number: int
    is_public: bool


@dataclass(frozen=True, kw_only=True)
class InquiryReferred(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号提问按%(nature)s转给%(unit)s，并告知提问人")
    inquiry_id: int
    number: int
    nature: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class InquiryReturned(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号提问被退回，重新办理")
    inquiry_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class InquiryWithdrawn(DomainEvent):
    sentence: ClassVar[str] = N_("第 %(number)s 号提问由提问人撤回")
    inquiry_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class InquiryErased(DomainEvent):
    """The words, the answer to them and the address are destroyed."""

    sentence: ClassVar[str] = N_("删除了第 %(number)s 号提问的内容（原因：%(reason)s）")
    inquiry_id: int
    number: int
    reason: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class InquiryMailForgotten(DomainEvent):
    sentence: ClassVar[str] = N_("按提问人的要求删除了第 %(number)s 号提问的邮箱")
    inquiry_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class InquiryMailsForgotten(DomainEvent):
    sentence: ClassVar[str] = N_("按告知的期限删除了 %(count)s 个提问人的邮箱")
    count: int
