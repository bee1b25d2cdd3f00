"""Why an opinion's words are no longer there, or locked: coded reasons with what each means.

Removal destroys the words; the number and the place in all figures stay. Restriction keeps them
locked where the law still asks for their keeping (PIPL art. 47, last paragraph).
"""

from __future__ import annotations

from participation.kernel.verdict import N_
from participation.rulebook.grounds import Ground
from participation.rulebook.statutes import Evidence


class RemovalReason(Ground):
    """The code of a removal, as the public record has it."""

    AUTHOR_WITHDRAWAL = (
        "AUTHOR_WITHDRAWAL",
        N_("提交人撤回"),
        N_("提交人撤回了这条意见，内容已删除；编号和统计保留，列为“已撤回”。"),
        N_("《个人信息保护法》第十五条、第四十七条"),
        Evidence.READ,
    )
    PI_REQUEST = (
        "PI_REQUEST",
        N_("应个人要求删除个人信息"),
        N_("应个人的要求，这条意见的内容已删除；编号、处理结果和统计保留。"),
        N_("《个人信息保护法》第四十七条"),
        Evidence.READ,
    )
    UNLAWFUL = (
        "UNLAWFUL",
        N_("内容违法"),
        N_("这条意见含有法律禁止发布或者保存的内容，已删除；编号、处理结果和统计保留。"),
        N_("《网络安全法》第四十七条（2016年文本）"),
        Evidence.UNCONFIRMED,
    )
    COURT = (
        "COURT",
        N_("执行法院裁判或者有权机关决定"),
        N_("按照法院裁判或者有权机关的决定，这条意见的内容已删除；编号、处理结果和统计保留。"),
        N_("裁判文书或者决定的编号见“依据”"),
        Evidence.UNCONFIRMED,
    )


_LOCKED = N_("内容不再显示，也不再使用，只依法保存；编号和统计保留。")


class RestrictionReason(Ground):
    """Why an opinion is kept, but hidden and locked."""

    ARCHIVE_DUTY = (
        "ARCHIVE_DUTY",
        N_("决策档案须依法保存"),
        _LOCKED,
        N_("《重大行政决策程序暂行条例》第三十三条；《个人信息保护法》第四十七条第二款"),
        Evidence.READ,
    )
    PENDING_CASE = (
        "PENDING_CASE",
        N_("有关案件或者争议尚未了结"),
        _LOCKED,
        N_("《个人信息保护法》第四十七条第二款"),
        Evidence.READ,
    )


OFFICERS_REASONS = (RemovalReason.PI_REQUEST, RemovalReason.UNLAWFUL, RemovalReason.COURT)
"""What an officer may remove an opinion for; a withdrawal is the author's alone."""
