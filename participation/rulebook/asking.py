"""The personal-information notice shown before a question is sent, as versioned data."""

from __future__ import annotations

from participation.kernel.verdict import N_
from participation.rulebook.privacy import Notice, Piece
from participation.rulebook.statutes import Profile, rule

VERSION = "question-2026-1"
"""Change it with every change of the words below."""


def inquiry_notice(profile: Profile | None = None) -> Notice:
    """The notice owed to who asks (PIPL arts. 17, 35); the page fills `department`, `contact`."""
    kept = rule("R4", profile)
    pieces = (
        Piece(
            N_("谁在处理"),
            N_("%(department)s。联系方式：%(contact)s。"),
            N_("《个人信息保护法》第十七条"),
        ),
        Piece(
            N_("为了什么"),
            N_("答复您对草案的提问；有参考价值的，隐去个人信息后公开问题和答复。不作其他用途。"),
            N_("《个人信息保护法》第六条、第十七条、第二十五条"),
        ),
        Piece(
            N_("依据"),
            N_("依照法定职责答复群众提问，不以您同意为前提，但应当告知您。"),
            N_("《个人信息保护法》第十三条第一款第三项、第三十五条"),
        ),
        Piece(
            N_("处理哪些信息"),
            N_("问题内容。不需要姓名。电子邮箱可以不填，只用来寄送答复，加密保存，不公开。"),
            N_("《个人信息保护法》第六条"),
        ),
        Piece(
            N_("保存多久"),
            N_("电子邮箱在答复或者转办%(days)s日后删除，您也可以随时自己删除。"),
            kept.source,
            dict(kept.numbers),
        ),
        Piece(
            N_("您的权利"),
            N_(
                "凭回执可以查询答复，下载全部数据，删除邮箱，随时撤回问题；撤回后问题和答复都删除。"
                "未满十四周岁的，请由监护人提交。"
            ),
            N_("《个人信息保护法》第十五条、第三十一条、第四十五条至第四十七条"),
        ),
    )
    return Notice(VERSION, pieces)
