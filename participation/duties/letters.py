"""The words of a reminder, and the page on which each duty is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.duties import rules
from participation.duties.rules import DUTY_WORDS, Duty, DutyKind
from participation.kernel.letter import Heading, Letter, Link, Part, Words
from participation.web.filters import day, last_moment, sentence


def of_duty(found: Consultation, owed: Sequence[Duty], now: datetime) -> Letter:
    """The letter on duties of one kind and due day, all of one matter; as things stand `now`."""
    first = owed[0]
    word = sentence(DUTY_WORDS[first.kind])
    when = _("征求意见") if first.due_on is None else _when(first, now)
    site = current_app.config["SETTINGS"].site
    parts: list[Part] = [Heading(found.title), Words(_said(found, owed, now))]
    parts += [Link(_("去办理："), f"{site}{path_of(each)}") for each in owed]
    parts.append(Words(_("您收到这封邮件，是因为您是这件事项的办理人。办完以后不再提醒。")))
    subject = _("%(when)s｜%(duty)s：%(title)s", when=when, duty=word, title=found.title)
    return Letter(subject, tuple(parts))


def _when(duty: Duty, now: datetime) -> str:
    assert duty.due_on is not None
    left = rules.days_left(duty.due_on, now, zone())
    if left < 0:
        return _("已逾期 %(count)s 天", count=-left)
    return _("今天到期") if left == 0 else _("还有 %(count)s 天", count=left)


def _said(found: Consultation, owed: Sequence[Duty], now: datetime) -> str:
    first, count = owed[0], sum(each.count for each in owed)
    if first.kind is DutyKind.QUIET:
        assert found.closes_at is not None
        return _(
            "征求意见的期限已经过半（%(end)s 截止），还没有收到意见。可以在办事大厅、村居公告栏"
            "张贴二维码，或者请相关单位转告。",
            end=last_moment(found.closes_at),
        )
    assert first.due_on is not None
    on, left = day(first.due_on), rules.days_left(first.due_on, now, zone())
    said = _count_words(first.kind, count)
    if left < 0:
        due = _("应在 %(day)s 前办完，已逾期 %(count)s 天。", day=on, count=-left)
    else:
        due = _("最迟 %(day)s 办完。", day=on)
    if first.kind is not DutyKind.SUMMARY:
        return f"{said}\n{due}"
    sealing = _("到 %(day)s 24:00 系统自动公布采纳情况，未答复的如实列明。", day=on)
    return f"{said}\n{due}" if left < 0 else f"{said}\n{due}{sealing}"


def _count_words(kind: DutyKind, count: int) -> str:
    if kind is DutyKind.SUMMARY:
        return _("还有 %(count)s 份意见没有答复。", count=count)
    if kind is DutyKind.QUESTION:
        return _("有 %(count)s 个群众提问没有答复。", count=count)
    if kind is DutyKind.ERASURE:
        return _("有 %(count)s 件删除意见内容的申请没有答复。", count=count)
    if kind is DutyKind.RECORD:
        return _("有 %(count)s 次会议已经举行，记录还没有公布。", count=count)
    if kind is DutyKind.OPENING:
        return _("事项计划在这一天开始征求意见，还没有发布。")
    return _("公告写明了预计作出决策的日期，决策结果还没有登记。")


def path_of(duty: Duty) -> str:
    """The path of the page on which a duty is done; a worker has no request to build it from."""
    matter = f"/desk/consultations/{duty.slug}"
    paths = {
        DutyKind.MODERATE: f"{matter}/comments",
        DutyKind.QUESTION: f"/desk/questions?of={duty.slug}",
        DutyKind.ERASURE: f"{matter}/comments/{duty.number}/request",
        DutyKind.SUMMARY: f"{matter}/adoption",
        DutyKind.RECORD: f"{matter}/meetings/{duty.number}",
    }
    return paths.get(duty.kind, matter)
