"""The words of every letter, in the language that is in force when it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from participation.adoption.queries import due_of
from participation.comments.models import Comment, Sending
from participation.comments.operations import pending_token
from participation.comments.rules import Outcome, Standing
from participation.comments.story import footers
from participation.kernel.letter import Fixed, Heading, Letter, Link, Part, Words
from participation.meetings.models import Meeting
from participation.meetings.rules import MEETING_WORDS
from participation.notifications import links, queries
from participation.notifications.models import Follower, FollowRequest, Happening, Notice
from participation.notifications.rules import News, Subject
from participation.web.filters import day, deadline, instant, last_moment, sentence
from participation.web.locale import TAGS


@dataclass(frozen=True)
class Facts:
    """What letters say besides their happenings: meetings by id, outcomes by (matter, version)."""

    meetings: dict[int, Meeting]
    outcomes: dict[tuple[int, int], dict[str, int]]


def site() -> str:
    """The public address, with which every link begins."""
    found: str = current_app.config["SETTINGS"].site
    return found


def lang() -> str:
    """The tag of the language in force."""
    spoken = get_locale()
    return TAGS["en" if spoken is not None and spoken.language == "en" else "zh"]


def to_author(what: str, comment: Comment, sending: Sending | None = None) -> Letter:
    """The letter on somebody's own opinion: `received`, `confirm`, `withheld` or `result`.

    `sending`: the opinion came with others, whose one receipt the letter brings.
    """
    title = comment.consultation.title
    subjects = {
        "received": _("意见回执：%(title)s", title=title),
        "withheld": _("您的意见没有公开显示：%(title)s", title=title),
        "result": _("采纳情况已公布：%(title)s", title=title),
        "confirm": _("请核实您的联系方式：%(title)s", title=title),
    }
    page = f"{site()}/sending/{sending.code}" if sending else f"{site()}/receipt/{comment.receipt}"
    if sending:
        said = _("您一次提交的几份意见都已收到，在一张回执上。")
    elif what == "received":
        said = _("您的意见已收到，编号第 %(number)s 号。", number=comment.number)
    elif what == "confirm":
        said = _("您要我们再寄一次核实的链接。")
    elif what == "withheld":
        reason = _(comment.reason_code.explanation) if comment.reason_code else ""
        said = _("您的第 %(number)s 号意见没有公开显示。原因：", number=comment.number) + reason
    else:
        said = _("您提过意见的这件事项，采纳情况已经公布。您的意见怎样处理，可凭回执查看。")
    parts: list[Part] = [
        Heading(title),
        Words(said),
        *_to_confirm_contact(what, comment),
        Link(_("查看办理情况：") if sending else _("查看这条意见的办理情况："), page),
        Words(_("这封邮件由系统自动发出，请勿回复。链接相当于您的回执，请不要转发。")),
    ]
    for footer in footers:
        if foot := footer(comment):
            parts.append(Words(_("公开记录的签名记录头，请留存，可用来核对记录有没有被改动：")))
            parts.append(Fixed(foot))
    return Letter(subjects[what], tuple(parts), lang())


def _to_confirm_contact(what: str, comment: Comment) -> tuple[Part, ...]:
    """The link by which the author proves that the address is theirs, as long as it is wanted."""
    token = pending_token(comment.id) if what in {"received", "confirm"} else None
    if token is None or comment.standing is not Standing.UNCONFIRMED:
        return ()
    return (
        Words(_("请打开下面的链接，按一下按钮，核实这个邮箱是您的。72 小时内有效。")),
        Link(_("核实联系方式（不是您提交的，也请在那里告诉我们）："), f"{site()}/confirm/{token}"),
    )


def to_confirm(request: FollowRequest, names: dict[Subject, str]) -> Letter:
    """The letter that asks whether the address wants what somebody asked for it."""
    listed = "\n".join(f"· {sentence(name)}" for name in names.values())
    address = f"{site()}/follow/confirm/{links.sign(links.CONFIRM, request.nonce)}"
    parts = (
        Heading(_("请确认订阅")),
        Words(_("有人用这个邮箱订阅征求意见的消息：") + "\n" + listed),
        Words(sentence(request.pace.label)),
        Link(_("打开下面的页面，按一下“确认订阅”："), address),
        Words(_("链接三天内有效。如果不是您本人，不用理会这封邮件，什么也不会发生。")),
    )
    return Letter(_("请确认订阅征求意见的消息"), parts, lang())


def to_own(request: FollowRequest, count: int) -> Letter:
    """The letter with the link to what the address follows, or that it follows nothing."""
    if not count:
        none = (
            Heading(_("您的订阅")),
            Words(_("这个邮箱目前没有订阅任何消息。")),
            Link(_("要订阅，请打开："), f"{site()}/follow"),
        )
        return Letter(_("您的订阅"), none, lang())
    address = f"{site()}/follow/mine/{links.sign(links.MINE, request.nonce)}"
    parts = (
        Heading(_("您的订阅")),
        Words(_("这个邮箱订阅了 %(count)s 项消息。", count=count)),
        Link(_("查看、修改或退订："), address),
        Words(_("链接三天内有效，请不要转发。如果不是您本人要的，不用理会。")),
    )
    return Letter(_("您的订阅"), parts, lang())


def of_news(follower: Follower, notices: Sequence[Notice], more: int, facts: Facts) -> Letter:
    """The letter with one piece of news, or the digest of several."""
    parts: list[Part] = []
    for notice in notices:
        parts += _told(notice.happening, facts)
    if more:
        parts.append(Words(_("另有 %(count)s 条消息没有列出，请到网站上看。", count=more)))
    # A letter of one subject can end that one; one of several can only end all.
    subscriptions = {each.subscription.id: each.subscription for each in notices}
    only = next(iter(subscriptions.values())) if len(subscriptions) == 1 and not more else None
    stop = f"{site()}/unsubscribe/{follower.stop_key}" + (f"?of={only.id}" if only else "")
    parts.append(Words(_why(notices)))
    parts.append(Link(_("不想再收到，请打开这个页面退订（不用登录）："), stop))
    parts.append(Link(_("修改订阅："), f"{site()}/follow/mine"))
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return Letter(_subject(notices, more), tuple(parts), lang(), headers)


def _subject(notices: Sequence[Notice], more: int) -> str:
    if len(notices) == 1 and not more:
        happening = notices[0].happening
        return f"{_head(happening)}{_('：')}{happening.consultation.title}"
    count = len(notices) + more
    return _("征求意见的新消息（%(count)s 条）", count=count)


def _why(notices: Sequence[Notice]) -> str:
    subjects = queries.known_subjects(each.subscription.subject for each in notices)
    names = "、".join(sentence(name) for name in queries.names_of(subjects).values())
    return _("您收到这封邮件，是因为订阅了：%(names)s。", names=names)


def _head(happening: Happening) -> str:
    words = {
        News.PUBLISHED: _("开始征求意见"),
        News.EXTENDED: _("期限已延长"),
        News.CLOSING: _("即将截止"),
        News.MEETING: _("会议预告"),
        News.MEETING_CANCELLED: _("会议取消"),
        News.MEETING_RECORD: _("会议记录已公布"),
        News.INTERPRETATION: _("新的解读"),
        News.ANSWER: _("提问已答复"),
        News.BULLETIN: _("截止公报"),
        News.RESULT: _("采纳情况已公布"),
        News.DECISION: _("决策结果"),
    }
    return words[happening.kind]


def _told(happening: Happening, facts: Facts) -> list[Part]:
    found = happening.consultation
    page = f"{site()}/consultations/{found.slug}"
    said, label, path = _said(happening, facts), _("查看征求意见事项："), ""
    pages = {
        News.BULLETIN: ("/bulletin", _("查看截止公报：")),
        News.RESULT: ("/result", _("查看采纳情况：")),
        News.INTERPRETATION: ("/interpretation", _("查看解读：")),
        News.ANSWER: ("/questions", _("查看提问和答复：")),
    }
    if happening.kind in pages:
        path, label = pages[happening.kind]
    elif meeting := facts.meetings.get(happening.detail.get("meeting_id", 0)):
        label, path = _("查看会议："), f"/meetings/{meeting.id}"
    return [
        Heading(f"{_head(happening)}{_('：')}{found.title}"),
        Words(said),
        Link(label, page + path),
    ]


def _said(happening: Happening, facts: Facts) -> str:
    found, kind = happening.consultation, happening.kind
    assert found.closes_at is not None
    if kind is News.PUBLISHED:
        assert found.opens_at is not None
        return _(
            "%(department)s 公开征求意见，%(start)s 开始，%(end)s 截止。",
            department=found.department.name,
            start=day(found.opens_at),
            end=last_moment(found.closes_at),
        )
    if kind is News.EXTENDED:
        return _("期限已延长到 %(end)s", end=last_moment(found.closes_at)) + _("。")
    if kind is News.CLOSING:
        return deadline(found.closes_at) + _("。")
    if kind is News.BULLETIN:
        on = day(due_of(found).on)
        return _("征求意见已截止。采纳情况应在 %(day)s 前公布。", day=on)
    if kind is News.RESULT:
        return _outcome(happening, facts)
    if kind is News.INTERPRETATION:
        return _("公开了一份对草案的解读。")
    if kind is News.ANSWER:
        return _("公开答复了一个关于草案的提问。")
    if kind is News.DECISION:
        return _("这件事项的决策结果已经登记，在事项页面上可以看到。")
    return _of_meeting(facts.meetings.get(happening.detail["meeting_id"]))


def _of_meeting(meeting: Meeting | None) -> str:
    if meeting is None:
        return ""
    said = _(
        "%(kind)s“%(title)s”，%(start)s，%(place)s。",
        kind=sentence(MEETING_WORDS[meeting.kind]),
        title=meeting.title,
        start=instant(meeting.starts_at),
        place=meeting.place,
    )
    if meeting.cancelled_at is not None:
        said += "\n" + _("会议已取消。") + meeting.cancel_note
    return said


def _outcome(happening: Happening, facts: Facts) -> str:
    version = happening.detail["version"]
    counts = facts.outcomes.get((happening.consultation_id, version), {})
    return _(
        "采纳情况第 %(version)s 版已公布：收到 %(received)s 份意见，采纳 %(adopted)s 份，"
        "部分采纳 %(partly)s 份，未采纳 %(not_adopted)s 份。每一条怎么处理、为什么，都已写明。",
        version=version,
        received=counts.get("received", 0),
        adopted=counts.get(Outcome.ADOPTED.value, 0),
        partly=counts.get(Outcome.PARTLY_ADOPTED.value, 0),
        not_adopted=counts.get(Outcome.NOT_ADOPTED.value, 0),
    )
