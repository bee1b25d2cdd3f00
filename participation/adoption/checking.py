"""What an answer may lack before it is public: a table of checks on plain values, never a bar.

The missing reason is not among them: that is refused (rules.may_decide). Everything here is a
warning; no warning keeps the result from being published on its day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from participation.adoption.rules import Disposition
from participation.kernel.verdict import N_

MANY_MEMBERS = 20
SHORT_REASON = 40
LEAST_SAID = 6
LEAST_NOTE = 5


class Finding(StrEnum):
    """What an answer lacks."""

    SAYS_NOTHING = "says_nothing"
    NO_GROUND = "no_ground"
    SHORT_FOR_MANY = "short_for_many"
    SHARED_REASON = "shared_reason"


FINDING_WORDS = {
    Finding.SAYS_NOTHING: N_("理由只有“收到”“感谢”“予以研究”一类的话，没有说明为什么这样处理"),
    Finding.NO_GROUND: N_("理由没有写依据哪一条、哪部法规，也没有写到具体数字"),
    Finding.SHORT_FOR_MANY: N_("这一点有许多人提出，理由却很短"),
    Finding.SHARED_REASON: N_("同样的理由也用在条款不同或者处理不同的要点上"),
}


@dataclass(frozen=True)
class Answer:
    """An answered point as the checks see it; `number` names it, `is_changed`: it has new words."""

    number: int
    clause_key: str | None
    disposition: Disposition
    reason: str
    member_count: int
    is_changed: bool = False


def findings(answer: Answer, others: Collection[Answer] = ()) -> list[Finding]:
    """What an answer lacks; `others` are answers of the same matter, itself among them or not."""
    return [finding for finding, is_found in _CHECKS.items() if is_found(answer, others)]


def sharing(answer: Answer, others: Collection[Answer]) -> list[int]:
    """The numbers of the points with the same reason and another clause or disposition."""
    return sorted(
        each.number
        for each in others
        if each.number != answer.number
        and each.reason == answer.reason
        and (each.clause_key, each.disposition) != (answer.clause_key, answer.disposition)
    )


_EMPTY = re.compile(
    "|".join(
        (
            "(?:已经?)?(?:收到|收悉|知悉|阅|了解|记录|转办|研究)",
            "(?:非常|衷心)?(?:感谢|谢谢)",
            "(?:对|向)?(?:您|你|各位|大家|贵单位)们?",
            "我(?:们|局|委|厅|办|部门|单位)",
            "宝贵|意见|建议|来信|反映|问题|支持|关注|参与|理解|工作",
            "(?:将|会|拟|并|已|予以|给予|加以|进行|认真|充分|积极|进一步|综合|适时|统筹)",
            "研究|考虑|参考|吸收|吸纳|论证|处理|办理|答复|落实|采纳|部分采纳|不予?采纳|未采纳",
            "(?:依法|按照?|根据)(?:有关|相关)?(?:规定|程序|要求)",
            "特此(?:回复|答复|说明)",
            "的|了|和|与|及|在|后|中|此|再|请|对|为",
        )
    )
)
_SIGNS = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"第\s*[0-9０-９一二三四五六七八九十百千零〇两]+\s*[条款项章节目]")
_LAW = re.compile("《[^《》]{2,}》")
_NUMBER = re.compile(
    r"\d|百分之|[一二三四五六七八九十百千万亿两]+(?:年|个?月|日|天|小时|分钟|元|万|亿|米|公里|"
    r"公斤|人|户|家|件|次|倍|成|处|个|盏|座|辆|周岁)"
)


def says_nothing(reason: str) -> bool:
    """Whether no more than courtesy and promises is left of a reason."""
    if _ARTICLE.search(reason) or _LAW.search(reason):
        return False
    return len(_EMPTY.sub("", _SIGNS.sub("", reason))) < LEAST_SAID


def names_ground(reason: str) -> bool:
    """Whether a reason names an article, a law or a number."""
    return any(each.search(reason) for each in (_ARTICLE, _LAW, _NUMBER))


def _is_short_for_many(answer: Answer, _others: Collection[Answer]) -> bool:
    return answer.member_count >= MANY_MEMBERS and len(answer.reason) < SHORT_REASON


def _lacks_ground(answer: Answer, _others: Collection[Answer]) -> bool:
    # The new words of the clause are the fact; and what says nothing is told so, once.
    return not (answer.is_changed or names_ground(answer.reason) or says_nothing(answer.reason))


_CHECKS: dict[Finding, Callable[[Answer, Collection[Answer]], bool]] = {
    Finding.SAYS_NOTHING: lambda answer, _others: says_nothing(answer.reason),
    Finding.NO_GROUND: _lacks_ground,
    Finding.SHORT_FOR_MANY: _is_short_for_many,
    Finding.SHARED_REASON: lambda answer, others: bool(sharing(answer, others)),
}
