"""Where an opinion stands, told step by step on its receipt page.

Features above this one add what they know: they append a teller to `tellers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from participation.comments.models import Comment
from participation.comments.rules import HIDDEN, Outcome, Visibility
from participation.kernel.verdict import N_


class Moment(StrEnum):
    """Whether a step is behind, is where the opinion stands, or is still to come."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, kw_only=True)
class StoryPart:
    """One step. `label` and `note` are Chinese msgids with their params; `words` are verbatim.

    `at` is the instant of the step, `endpoint` and `values` name a page that tells more.
    """

    label: str
    params: Mapping[str, object] = field(default_factory=dict)
    moment: Moment = Moment.DONE
    at: datetime | None = None
    note: str = ""
    note_params: Mapping[str, object] = field(default_factory=dict)
    words: str = ""
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    # A clause before and after, where the step tells of a change of one; `changed` is its label.
    changed: str = ""
    before: str = ""
    after: str = ""


Teller = Callable[[Comment], StoryPart | None]
tellers: list[Teller] = []
"""Functions of higher features, each telling what became of an opinion, or None."""

footers: list[Callable[[Comment], str]] = []
"""Functions of higher features, each giving a text for the foot of every mail about an opinion."""

homes: list[Callable[[str], str | None]] = []
"""Functions of higher features, each giving the address of a code's page that is no opinion's."""


@dataclass(frozen=True, kw_only=True)
class HeldCode:
    """A code of a higher feature that belongs to a contact, for the mail that sends lost codes.

    `words` and `link_words` are Chinese msgids, the first with `%(number)s`; `path` is where its
    page is, before the code.
    """

    contact: str
    title: str
    words: str
    number: int
    link_words: str
    path: str
    receipt: str


holders: list[Callable[[str], Sequence[HeldCode]]] = []
"""Functions of higher features, each giving the codes that belong to the digest of a contact."""


def tell(comment: Comment) -> list[StoryPart]:
    """The steps of an opinion from its arrival to its answer, in order."""
    parts = [_arrival(comment)]
    if comment.corrected_at is not None:
        parts.append(_correction(comment))
    if comment.outcome is Outcome.WITHDRAWN:
        return [*parts, _withdrawal(comment)]
    parts.append(_hiding(comment) if comment.visibility in HIDDEN else _moderation(comment))
    if comment.outcome is Outcome.DUPLICATE:
        parts.append(
            StoryPart(
                label=N_("与另一条意见内容相同"),
                note=N_("承办单位把内容相同的意见放在一起研究，处理结果也适用于您这一条。"),
            )
        )
    told = [part for teller in tellers if (part := teller(comment)) is not None]
    return parts + (told or [_waiting_for_answer()])


def present(parts: Sequence[StoryPart]) -> StoryPart:
    """The step at which an opinion stands: the last that is not still to come."""
    return [part for part in parts if part.moment is not Moment.NEXT][-1]


def _arrival(comment: Comment) -> StoryPart:
    return StoryPart(
        label=N_("已收到，编为第 %(number)s 号"),
        params={"number": comment.number},
        at=comment.received_at,
    )


def _correction(comment: Comment) -> StoryPart:
    return StoryPart(
        label=N_("您修改了内容"),
        at=comment.corrected_at,
        note=N_("按修改后的内容审看和办理；原来的内容不再公开，记录里仍留着。"),
    )


def _withdrawal(comment: Comment) -> StoryPart:
    return StoryPart(
        label=N_("您已撤回这条意见"),
        moment=Moment.NOW,
        at=comment.withdrawn_at,
        note=N_("内容依法继续锁定保存，不再显示和办理；收到的总数里仍计一份，列为“已撤回”。")
        if comment.visibility is Visibility.RESTRICTED
        else N_("内容已删除，不再办理；收到的总数里仍计一份，列为“已撤回”。"),
    )


def _hiding(comment: Comment) -> StoryPart:
    reason = comment.removal_reason or comment.restriction_reason
    assert reason is not None
    is_removed = comment.visibility is Visibility.REMOVED
    label = N_("内容已删除：%(reason)s") if is_removed else N_("已限制处理：%(reason)s")
    return StoryPart(
        label=label,
        params={"reason": reason.label},
        at=comment.removed_at or comment.restricted_at,
        note=reason.explanation,
        words=comment.removal_basis,
    )


def _moderation(comment: Comment) -> StoryPart:
    if comment.visibility is Visibility.RELEASED:
        return StoryPart(
            label=N_("已公开显示"),
            at=comment.moderated_at,
            note=N_("文字里的电话、证件号等个人信息已遮盖，姓名和联系方式不公开。"),
        )
    if comment.visibility is Visibility.WITHHELD and comment.reason_code is not None:
        return StoryPart(
            label=N_("没有公开显示：%(reason)s"),
            params={"reason": comment.reason_code.label},
            at=comment.moderated_at,
            note=comment.reason_code.explanation,
        )
    return StoryPart(
        label=N_("等待工作人员审看"),
        moment=Moment.NOW,
        note=N_("审看后公开显示。无论是否公开显示，承办单位都会研究。"),
    )


def _waiting_for_answer() -> StoryPart:
    return StoryPart(
        label=N_("承办单位研究并答复"),
        moment=Moment.NEXT,
        note=N_("征求意见截止后，处理结果和理由会写在这里，也会写进公开的采纳情况说明。"),
    )
