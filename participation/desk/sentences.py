"""Audit lines as people read them: codes become words, instants become dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from participation.accounts.rules import ROLE_WORDS
from participation.adoption.checking import FINDING_WORDS, Finding
from participation.adoption.rules import DISPOSITION_WORDS, Disposition
from participation.audit.queries import Line
from participation.comments.rules import (
    CHANNEL_WORDS,
    CONTACT_FIELD_WORDS,
    Channel,
    ContactField,
)
from participation.kernel.actor import Role
from participation.kernel.verdict import N_
from participation.papers.rules import NAMING_WORDS, PAPER_WORDS, Naming, Paper
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature
from participation.rulebook.removal import RemovalReason, RestrictionReason
from participation.web.filters import day, instant, last_moment, sentence

JOB_WORDS = {
    "adoption.close": N_("截止公报"),
    "adoption.seal": N_("采纳情况"),
    "comments.forget_contacts": N_("按期删除联系方式"),
    "privacy.purge": N_("每晚清除到期的信息"),
    "privacy.forget_traces": N_("清除已删内容的痕迹"),
    "importing.go_on": N_("导入意见表格"),
    "importing.forget": N_("删除没有导入的意见表格"),
    "inquiries.mail": N_("寄出提问的答复"),
    "organisations.invite": N_("寄出加入单位的邀请"),
    "organisations.joined": N_("告诉负责人有新成员"),
    "notifications.mail": N_("寄出邮件"),
    "notifications.result": N_("通知提出意见的人"),
    "notifications.spread": N_("通知订阅的人"),
    "notifications.news": N_("寄出订阅消息"),
    "notifications.request": N_("寄出订阅确认"),
    "notifications.closing": N_("提醒即将截止"),
    "duties.remind": N_("到期提醒"),
    "duties.letter": N_("寄出到期提醒"),
}
"""What kinds of jobs are called; another kind is called by its name."""

ACTOR_WORDS = {
    **ROLE_WORDS,
    Role.GUEST: N_("公众"),
    Role.SYSTEM: N_("系统"),
}


def line_entry(line: Line) -> dict[str, Any]:
    """An audit line for the history macro: at, text, actor and, where there is more, a note."""
    params = {name: _word(name, value) for name, value in line.params.items()}
    return {
        "at": line.at,
        "text": _filled(line.sentence, params),
        "actor": _actor(line),
        "note": _note(line.params),
    }


def job_word(kind: str) -> str:
    """What a kind of job is called."""
    return str(_(JOB_WORDS[kind])) if kind in JOB_WORDS else kind


def _filled(msgid: str, params: Mapping[str, Any]) -> str:
    try:
        return str(_(msgid, **params))
    except (KeyError, ValueError):
        # An entry written by another version of the code may lack what the sentence names today.
        return str(_(msgid))


def _word(name: str, value: Any) -> Any:
    say = _WORDS.get(name)
    if say is None or not isinstance(value, str):
        return value
    try:
        return say(value)
    except (KeyError, ValueError):
        return value


def _of(kind: type[StrEnum], words: Mapping[Any, str]) -> Callable[[str], str]:
    return lambda value: sentence(words[kind(value)])


def _reason(value: str) -> str:
    """The words of a coded reason; ValueError for what somebody wrote in words."""
    for kind in (WithholdingReason, RemovalReason, RestrictionReason):
        if value in list(kind):
            return kind(value).label
    raise ValueError(value)


_WORDS: dict[str, Callable[[str], str]] = {
    "channel": _of(Channel, CHANNEL_WORDS),
    "disposition": _of(Disposition, DISPOSITION_WORDS),
    "finding": _of(Finding, FINDING_WORDS),
    "reason": lambda value: sentence(_reason(value)),
    "field": _of(ContactField, CONTACT_FIELD_WORDS),
    "paper": _of(Paper, PAPER_WORDS),
    "naming": _of(Naming, NAMING_WORDS),
    "role": _of(Role, ACTOR_WORDS),
    "difficulty": lambda value: sentence(Difficulty(value).label),
    "nature": lambda value: sentence(Nature(value).label),
    "due_on": lambda value: day(date.fromisoformat(value)),
    "what": job_word,
    "opens_at": lambda value: instant(datetime.fromisoformat(value)),
    **dict.fromkeys(
        ("closes_at", "old_closes_at", "new_closes_at"),
        lambda value: last_moment(datetime.fromisoformat(value)),
    ),
}


_NOTES = (
    ({"old_closes_at", "new_closes_at"}, N_("由 %(old_closes_at)s 延长到 %(new_closes_at)s")),
    ({"opens_at", "closes_at"}, N_("%(opens_at)s 开始，%(closes_at)s 截止")),
    ({"digest"}, N_("文本摘要 SHA-256：%(digest)s")),
)
"""What an entry's values add to its sentence, by the values it has."""


def _note(params: Mapping[str, Any]) -> str:
    said = {name: _word(name, value) for name, value in params.items()}
    for names, words in _NOTES:
        if names <= said.keys():
            return str(_(words, **{name: said[name] for name in names}))
    return ""


def _actor(line: Line) -> str:
    try:
        role = Role(line.actor_role)
    except ValueError:
        return line.actor_name
    word = sentence(ACTOR_WORDS.get(role, role.value))
    named = line.actor_name and role not in (Role.GUEST, Role.SYSTEM, Role.CITIZEN)
    return f"{line.actor_name}（{word}）" if named else word
