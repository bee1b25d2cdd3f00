"""Rules of organisations: who belongs to one, who leads it, and how long drafts wait.

Sources: 重大行政决策程序暂行条例 (order 713) art. 14 (firms and associations are heard);
个人信息保护法 arts. 6, 19, 47 (addresses and unsent drafts go when they serve nothing more).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from participation.comments.rules import LONGEST_NAME, TOO_LONG, RespondentKind
from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, no, provided, yes

MOST_MEMBERS = 50
MOST_OWN = 20
"""To how many organisations one account belongs at most."""
MOST_INVITED_A_DAY = 30
"""How many invitations one account sends within a day."""
MOST_LETTERS_A_DAY = 3
"""More than these to one address within a day are not sent; who invites is not told."""
DAY = timedelta(days=1)
INVITED_FOR = timedelta(days=14)
UNSENT_KEPT = timedelta(days=30)
"""How long after the close words that were never sent wait to be copied."""
KINDS = (RespondentKind.FIRM, RespondentKind.ASSOCIATION, RespondentKind.BODY)
# What mail programs make a link of: a name goes to strangers with an invitation.
_LINK = re.compile(r"://|@|\bwww\.|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


class Part(StrEnum):
    """What a member may do: all write and change, the lead also manages and submits."""

    LEAD = "lead"
    MEMBER = "member"


PART_WORDS = {Part.LEAD: N_("负责人"), Part.MEMBER: N_("成员")}

INVITATION_DEAD = N_("这份邀请已用过、已撤销或者已过期。请让负责人再邀请一次。")
CHANGED = N_("您检查以后，有成员又改过。下面是现在的内容，请再看一遍。")
OVERTAKEN = N_("其他成员刚改过这一条，请先看看再决定。")
SENT_ALREADY = N_("这条意见已由负责人提交，不能再改草稿；要改的，请负责人凭回执修改。")


def may_draft_together(actor: Actor) -> Verdict:
    """People with an account of their own; staff handle what is sent and write none of it."""
    if not actor.is_authenticated:
        return no(N_("请先登录。"))
    return provided(
        actor.role is Role.CITIZEN,
        N_("工作人员的账号不能加入单位、共同起草；请用您自己的公众账号。"),
    )


def may_manage(part: Part) -> Verdict:
    """The lead says who belongs to the organisation and what it is called."""
    return provided(part is Part.LEAD, N_("这一步由负责人来做。"))


def may_send(part: Part) -> Verdict:
    """The lead alone speaks for the body."""
    return provided(part is Part.LEAD, N_("由负责人检查以后统一提交。您可以接着写、接着改。"))


def may_found(own: int) -> Verdict:
    """While the account belongs to fewer than `MOST_OWN`."""
    return provided(own < MOST_OWN, N_("一个账号最多加入 %(most)s 个单位。"), most=MOST_OWN)


def may_join(own: int, members: int) -> Verdict:
    """While there is room on both sides."""
    return may_found(own) and _has_room(members)


def may_invite(members: int, invited: int, today: int) -> Verdict:
    """While members and open invitations fit in, `today` counting the inviter's of one day."""
    if today >= MOST_INVITED_A_DAY:
        return no(N_("一天最多发 %(most)s 份邀请，请明天再发。"), most=MOST_INVITED_A_DAY)
    return _has_room(members + invited)


def _has_room(members: int) -> Verdict:
    return provided(
        members < MOST_MEMBERS,
        N_("一个单位最多 %(most)s 位成员（没有用的邀请也占一位）。"),
        most=MOST_MEMBERS,
    )


def may_accept(created_at: datetime, *, is_open: bool, now: datetime) -> Verdict:
    """An invitation works once, for fourteen days."""
    return provided(is_open and now < created_at + INVITED_FOR, INVITATION_DEAD)


def may_leave(part: Part, others: int) -> Verdict:
    """A lead does not leave others behind without one."""
    return provided(
        part is Part.MEMBER or not others,
        N_("您是负责人。请先把负责人交给另一位成员，再退出；也可以解散这个单位。"),
    )


def may_be_lead(part: Part) -> Verdict:
    """Another member, not the lead again."""
    return provided(part is Part.MEMBER, N_("这位成员已经是负责人。"))


def may_be_removed(part: Part) -> Verdict:
    """Members; the lead hands over or dissolves."""
    return provided(part is Part.MEMBER, N_("负责人不能移除自己。请先交给另一位成员。"))


def name_finding(name: str) -> Verdict:
    """A name is there, not too long, and nothing a mail program makes a link of."""
    if not name:
        return no(N_("请填写单位或者组织的名称。"))
    if len(name) > LONGEST_NAME:
        return no(TOO_LONG, most=LONGEST_NAME, count=len(name))
    return no(N_("名称里不要写网址、邮箱。")) if _LINK.search(name) else yes()
