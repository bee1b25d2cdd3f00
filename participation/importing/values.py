"""Reads the words that tables use for sources, days, stances, people and contacts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from participation.comments.contacts import read_contact
from participation.comments.rules import (
    CHANNEL_WORDS,
    RESPONDENT_WORDS,
    STANCE_WORDS,
    Channel,
    RespondentKind,
    Stance,
)
from participation.kernel.text import normal_form

E = TypeVar("E", bound=StrEnum)

CHANNEL_NAMES: Mapping[Channel, tuple[str, ...]] = {
    Channel.LETTER: ("来信", "信件", "信函", "书信", "邮寄", "函", "书面", "来函", "传真"),
    Channel.EMAIL: ("电子邮件", "邮件", "邮箱", "电邮", "email"),
    Channel.HOTLINE: ("热线", "12345", "市民热线", "政务热线"),
    Channel.PHONE: ("电话", "来电", "致电", "phone"),
    Channel.WECHAT: ("微信", "公众号", "小程序", "wechat"),
    Channel.RECEPTION: ("接待日", "接待", "来访", "现场", "走访接待", "信访", "窗口"),
    Channel.HEARING: ("听证会", "听证", "hearing"),
    Channel.SEMINAR: ("座谈会", "座谈", "研讨", "论证会", "seminar"),
    Channel.FIELD_VISIT: ("实地走访", "走访", "调研", "入户", "下乡"),
    Channel.FORWARDED: (
        "其他平台转来", "转来", "转办", "平台", "网站", "网上", "网络", "门户", "政务网", "app",
    ),
}  # fmt: skip
STANCE_NAMES: Mapping[Stance, tuple[str, ...]] = {
    # What denies is asked for first: 不同意 holds 同意.
    Stance.OPPOSE: ("反对", "不同意", "不赞成", "不支持", "否", "oppose"),
    Stance.SUGGEST: ("建议修改", "建议", "修改", "完善", "补充", "有条件", "suggest"),
    Stance.SUPPORT: ("赞成", "同意", "支持", "无意见", "是", "support"),
}
KIND_NAMES: Mapping[RespondentKind, tuple[str, ...]] = {
    RespondentKind.ASSOCIATION: ("行业协会商会", "协会", "商会", "学会", "社会组织"),
    RespondentKind.FIRM: ("企业", "公司", "经营主体", "市场主体", "商户", "个体工商户", "firm"),
    RespondentKind.BODY: (
        "其他单位", "机关", "事业单位", "部门", "单位", "学校", "医院", "村委会", "居委会", "街道",
    ),
    RespondentKind.PERSON: (
        "个人", "公民", "市民", "居民", "村民", "群众", "自然人", "代表", "委员", "专家", "person",
    ),
}  # fmt: skip
NO_CONTACT = frozenset({"无", "没有", "未留", "未提供", "不详", "匿名", "-", "--", "/", "\\", "—"})
EXCEL_DAYS = range(36_526, 73_051)
"""Serial numbers of days from 2000 to 2099, as a column without a date format holds them."""

_EPOCH = date(1899, 12, 30)
_DAY = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_BETWEEN = re.compile(r"[,，;；、|\n]+|\s*/\s*|(?<=\d)\s{2,}(?=\d)|\s+(?=\S*@)")


def read_channel(text: str) -> Channel | None:
    """The offline channel that a word means; what other sites collected was forwarded."""
    return _meant(text, CHANNEL_NAMES, CHANNEL_WORDS)


def read_stance(text: str) -> Stance | None:
    """The stance that a word means."""
    return _meant(text, STANCE_NAMES, STANCE_WORDS)


def read_kind(text: str) -> RespondentKind | None:
    """The kind of respondent that a word means."""
    return _meant(text, KIND_NAMES, RESPONDENT_WORDS)


def _meant(text: str, names: Mapping[E, tuple[str, ...]], words: Mapping[E, str]) -> E | None:
    said = normal_form(text)
    for value in names:
        if said in (normal_form(words[value]), value.value, *names[value]):
            return value
    if len(said) > 20:
        return None
    return next(
        (value for value in names for name in names[value] if len(name) > 1 and name in said), None
    )


def read_day(text: str) -> date | None:
    """A day as people and spreadsheets write it; a time of day behind it is left out."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) == 5 and int(text) in EXCEL_DAYS:
        return _EPOCH + timedelta(days=int(text))
    found = _DAY.match(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def first_contact(text: str) -> tuple[str, bool]:
    """The first number or address in a cell, and whether something of the cell was left out."""
    text = text.strip()
    if text in NO_CONTACT or not text:
        return "", False
    if whole := read_contact(text):
        return whole, False
    found = (read_contact(each) for each in _BETWEEN.split(text))
    return next((each for each in found if each), ""), True
