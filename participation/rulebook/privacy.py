"""The personal-information notice shown before a comment is sent, as versioned data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from participation.kernel.verdict import N_
from participation.rulebook.statutes import Profile, rule

VERSION = "2026-2"
"""Change it with every change of the words below."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One heading with its sentence; the page fills `department` and `contact` as well."""

    heading: str
    sentence: str
    source: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """A version of the notice; the version and the fingerprint are kept with each comment."""

    version: str
    pieces: tuple[Piece, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of everything the notice says, before names are filled in."""
        said = [[p.heading, p.sentence, p.source, dict(p.params)] for p in self.pieces]
        text = json.dumps([self.version, said], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def personal_data_notice(profile: Profile | None = None) -> Notice:
    """The notice owed before personal data are taken (PIPL arts. 17, 35), with a place's days."""
    kept = rule("R1", profile)
    pieces = (
        Piece(
            N_("谁在处理"),
            N_("%(department)s。联系方式：%(contact)s。"),
            N_("《个人信息保护法》第十七条"),
        ),
        Piece(
            N_("为了什么"),
            N_("收集对草案的意见，研究后公布采纳情况；必要时就您的意见与您联系。不作其他用途。"),
            N_("《个人信息保护法》第六条、第十七条"),
        ),
        Piece(
            N_("依据"),
            N_("依照法定职责公开征求意见，不以您同意为前提，但应当告知您。"),
            N_("《个人信息保护法》第十三条第一款第三项、第三十五条"),
        ),
        Piece(
            N_("处理哪些信息"),
            N_(
                "意见内容和您的身份类别。姓名和联系方式可以不填，填了也不公开，加密保存；"
                "办理人确需联系您时才能查看，每次查看都记录理由。"
            ),
            N_("《个人信息保护法》第六条、第二十五条"),
        ),
        Piece(
            N_("保存多久"),
            N_(
                "姓名和联系方式在采纳情况公布%(days)s日后删除，您也可以随时自己删除；"
                "意见内容在采纳情况定稿后作为决策档案依法保存。"
            ),
            kept.source,
            dict(kept.numbers),
        ),
        Piece(
            N_("您的权利"),
            N_(
                "您可以凭回执查询意见的处理情况，下载全部数据，删除姓名和联系方式。采纳情况定稿以前"
                "可以撤回，撤回后内容立即删除；定稿以后可以申请删除，单位应当答复，不同意的应当说明理由。"
                "也可以向上述单位申请查阅、复制、更正、删除。未满十四周岁的，请由监护人提交。"
            ),
            N_("《个人信息保护法》第三十一条、第四十五条至第四十七条、第五十条"),
        ),
    )
    return Notice(VERSION, pieces)
