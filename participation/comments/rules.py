"""Rules of opinions: kinds, states, outcomes, limits, and who may do what with one.

Sources: 重大行政决策程序暂行条例 (order 713) arts. 14, 18, 33; 个人信息保护法 arts. 6, 15, 25, 47.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from participation.consultations.rules import Identity, Stage, may_handle, may_take_part
from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, no, provided, yes

LONGEST_BODY = 5000
LONGEST_PROPOSAL = 5000
LONGEST_QUOTE = 500
LONGEST_NAME = 60
LONGEST_PLACE = 100
LONGEST_CONTACT = 120
MOST_FILES = 20
MOST_WAITING_BYTES = 4 * 1024**3
"""How much may wait, of all people together, for opinions that are not sent yet."""
FILE_WAITS = timedelta(days=3)
CONFIRM_WITHIN = timedelta(hours=72)
MOST_LINKS = 5
"""How often a link to prove a contact is sent for one opinion."""
LEAST_REASON = 5
LONGEST_REASON = 300
MOST_CORRECTIONS = 20
MOST_AT_ONCE = 20
"""How many opinions go in one sending."""
MOST_REVEALS = 20
"""How many reveals by one person within an hour are still ordinary."""
TOO_LONG = N_("最多 %(most)s 字，现在有 %(count)s 字，请删减。")
TOO_MANY_FILES = N_("最多 %(most)s 个附件。")
BAD_CONTACT = N_("请只填一个电话号码或者一个电子邮箱，例如 13800000000 或 name@example.cn。")


COMMENTABLE = frozenset({"article", "paragraph", "item", "subitem"})
"""Kinds of clauses that lists offer to say something about."""


class Stance(StrEnum):
    """What the author wants of the draft or clause."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    SUGGEST = "suggest"


class ProposalKind(StrEnum):
    """What a proposed wording does to the clause, or to the words quoted of it."""

    CHANGE = "change"
    ADD_AFTER = "add_after"
    DELETE = "delete"


class RespondentKind(StrEnum):
    """Who speaks."""

    PERSON = "person"
    FIRM = "firm"
    ASSOCIATION = "association"
    BODY = "body"


class Channel(StrEnum):
    """How an opinion came in."""

    WEB = "web"
    ACCOUNT = "account"
    API = "api"
    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    WECHAT = "wechat"
    RECEPTION = "reception"
    HOTLINE = "hotline"
    HEARING = "hearing"
    SEMINAR = "seminar"
    FIELD_VISIT = "field_visit"
    FORWARDED = "forwarded"


ONLINE = frozenset({Channel.WEB, Channel.ACCOUNT, Channel.API})


class Visibility(StrEnum):
    """What was decided of the display; `waiting` is nobody's decision yet.

    `restricted`: kept, but hidden from everybody and locked. `removed`: the words are destroyed.
    """

    WAITING = "waiting"
    RELEASED = "released"
    WITHHELD = "withheld"
    RESTRICTED = "restricted"
    REMOVED = "removed"


HIDDEN = frozenset({Visibility.RESTRICTED, Visibility.REMOVED})
"""States in which nobody is shown the words, staff included."""


class Standing(StrEnum):
    """How an author of an opinion is known: what is told of it is never more than was proved."""

    ACCOUNT = "account"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UNNAMED = "unnamed"
    ENTERED = "entered"


class ContactField(StrEnum):
    """What can be revealed of an author, one at a time."""

    NAME = "name"
    CONTACT = "contact"


class Outcome(StrEnum):
    """What became of an opinion; every received one has exactly one."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    NOT_ADOPTED = "not_adopted"
    EXPLAINED = "explained"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    PENDING = "pending"


class Dimension(StrEnum):
    """By what opinions are counted; `visibility` counts those that were not withdrawn."""

    CHANNEL = "channel"
    OUTCOME = "outcome"
    RESPONDENT_KIND = "respondent_kind"
    STANCE = "stance"
    STANDING = "standing"
    VISIBILITY = "visibility"


STANCE_WORDS = {
    Stance.SUPPORT: N_("赞成"),
    Stance.OPPOSE: N_("反对"),
    Stance.SUGGEST: N_("建议修改"),
}
PROPOSAL_WORDS = {
    ProposalKind.CHANGE: N_("改成别的写法"),
    ProposalKind.ADD_AFTER: N_("在后面加上"),
    ProposalKind.DELETE: N_("删去"),
}
RESPONDENT_WORDS = {
    RespondentKind.PERSON: N_("个人"),
    RespondentKind.FIRM: N_("企业"),
    RespondentKind.ASSOCIATION: N_("行业协会商会"),
    RespondentKind.BODY: N_("其他单位"),
}
CHANNEL_WORDS = {
    Channel.WEB: N_("网上"),
    Channel.ACCOUNT: N_("网上（账号）"),
    Channel.API: N_("接口"),
    Channel.LETTER: N_("来信"),
    Channel.EMAIL: N_("电子邮件"),
    Channel.PHONE: N_("电话"),
    Channel.WECHAT: N_("微信"),
    Channel.RECEPTION: N_("接待日"),
    Channel.HOTLINE: N_("热线"),
    Channel.HEARING: N_("听证会"),
    Channel.SEMINAR: N_("座谈会"),
    Channel.FIELD_VISIT: N_("实地走访"),
    Channel.FORWARDED: N_("其他平台转来"),
}
VISIBILITY_WORDS = {
    Visibility.WAITING: N_("待审看"),
    Visibility.RELEASED: N_("已公开"),
    Visibility.WITHHELD: N_("不公开"),
    Visibility.RESTRICTED: N_("限制处理"),
    Visibility.REMOVED: N_("内容已删除"),
}
CONTACT_FIELD_WORDS = {
    ContactField.NAME: N_("姓名或名称"),
    ContactField.CONTACT: N_("联系方式"),
}
STANDING_WORDS = {
    Standing.ACCOUNT: N_("用账号提交"),
    Standing.CONFIRMED: N_("联系方式已核实"),
    Standing.UNCONFIRMED: N_("联系方式未核实"),
    Standing.UNNAMED: N_("没有留联系方式"),
    Standing.ENTERED: N_("工作人员录入"),
}
OUTCOME_WORDS = {
    Outcome.ADOPTED: N_("采纳"),
    Outcome.PARTLY_ADOPTED: N_("部分采纳"),
    Outcome.NOT_ADOPTED: N_("未采纳"),
    Outcome.EXPLAINED: N_("解释说明"),
    Outcome.OUT_OF_SCOPE: N_("超出范围"),
    Outcome.WITHDRAWN: N_("已撤回"),
    Outcome.DUPLICATE: N_("重复意见"),
    Outcome.PENDING: N_("待答复"),
}


def may_submit(stage: Stage) -> Verdict:
    """Anybody, in the open window (with account or without)."""
    return may_take_part(stage)


def may_support(stage: Stage) -> Verdict:
    """Whoever has an account or a mail address, while opinions are taken."""
    return provided(stage is Stage.OPEN, N_("征求意见期间才能附议；已经附议的会一直计入这条意见。"))


def may_support_as(actor: Actor) -> Verdict:
    """An account of one's own, or a proved mail address, which needs none."""
    return provided(actor.is_authenticated, N_("请登录，或者用电子邮箱附议。"))


def proposal_fits(kind: ProposalKind | None, text: str, *, on_clause: bool) -> Verdict:
    """A proposed wording as data needs a clause, and words unless it deletes."""
    if kind is None:
        return yes()
    if not on_clause:
        return no(
            N_("要改具体的文字，请先在草案里选定一条；对整个草案的意见写在“您的意见”里就可以。")
        )
    if kind is ProposalKind.DELETE:
        return provided(
            not text, N_("选了“删去”，就不用写新的文字；想换一种写法，请选“改成别的写法”。")
        )
    return provided(bool(text), N_("请写出您建议的文字，或者选“只说意见”。"))


def may_submit_as(actor: Actor, identity: Identity) -> Verdict:
    """With an account where the department wants one."""
    return provided(
        identity is not Identity.ACCOUNT or actor.is_authenticated,
        N_("这件事项要登录以后才能在网上提意见。也可以打电话或者写信，一样会收下。"),
    )


def contact_suffices(identity: Identity, contact: str, *, has_account: bool) -> Verdict:
    """Where contacts are to be proved there has to be one; whoever has an account is known."""
    return provided(
        identity is not Identity.CONFIRMED or has_account or bool(contact),
        N_("这件事项要留一个联系方式。填电子邮箱的，会收到一封邮件，按一下就核实了。"),
    )


def may_ask_confirmation(standing: Standing, *, has_contact: bool, asked: int) -> Verdict:
    """Another link is sent while there is a contact to prove, a few times."""
    if standing is Standing.CONFIRMED:
        return no(N_("联系方式已经核实过了。"))
    if standing is not Standing.UNCONFIRMED or not has_contact:
        return no(N_("这条意见没有可以核实的联系方式。"))
    return provided(asked < MOST_LINKS, N_("核实邮件已经寄过几次了，请查看垃圾邮件箱。"))


def may_release_file(*, is_shown: bool) -> Verdict:
    """A file goes to the public after its opinion, never before."""
    return provided(is_shown, N_("意见公开以后，附件才能公开。"))


def may_enter(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Officers enter what came by letter, telephone or meeting, from the opening on.

    Also after the sealing: a matter with nothing pending seals at its close, and a letter that
    arrived in time and was not yet entered must not be lost; it makes the next version.
    """
    if stage in (Stage.PREPARING, Stage.FORTHCOMING):
        return no(N_("征求意见尚未开始，不能录入意见。"))
    return may_handle(actor, department_id)


def may_moderate(actor: Actor, department_id: int) -> Verdict:
    """Officers of the department release or withhold."""
    return may_handle(actor, department_id)


def may_be_moderated(outcome: Outcome, visibility: Visibility) -> Verdict:
    """A withdrawn, removed or locked opinion is shown to nobody any more."""
    if outcome is Outcome.WITHDRAWN:
        return no(N_("这条意见已由提交人撤回，不能再审看。"))
    return may_be_seen(visibility)


def may_be_seen(visibility: Visibility) -> Verdict:
    """Words that are destroyed or locked are worked on no more."""
    if visibility is Visibility.REMOVED:
        return no(N_("这条意见的内容已删除。"))
    return provided(
        visibility is not Visibility.RESTRICTED,
        N_("这条意见已限制处理：只保存，不显示，不使用。"),
    )


def may_reveal(actor: Actor, department_id: int) -> Verdict:
    """An officer of the department, who may have to call the author; nobody else."""
    return provided(
        actor.is_any(Role.OFFICER) and actor.works_for(department_id),
        N_("只有本部门的办理人可以查看提意见人的姓名和联系方式。"),
    )


def may_confirm_by_call(actor: Actor, department_id: int) -> Verdict:
    """Whoever may be shown the number says what came of the call."""
    may = bool(may_reveal(actor, department_id))
    return provided(may, N_("只有本部门的办理人可以登记电话核实的结果。"))


def is_provable(
    standing: Standing, visibility: Visibility, *, has_phone: bool, is_proved: bool = False
) -> Verdict:
    """A call proves a telephone not proved yet (`is_proved`: is taken back); mail proves itself."""
    if not (seen := may_be_seen(visibility)):
        return seen
    if is_proved:
        fits = has_phone and standing is Standing.CONFIRMED
        return provided(fits, N_("这条意见没有登记过电话核实。"))
    fits = has_phone and standing is Standing.UNCONFIRMED
    return provided(fits, N_("这条意见没有等待核实的电话。"))


def may_erase(actor: Actor, department_id: int) -> Verdict:
    """Officers of the department remove what has to go."""
    return may_handle(actor, department_id)


def may_restrict(actor: Actor, department_id: int) -> Verdict:
    """Officers of the department lock what has to be kept and not used, and unlock it."""
    return may_handle(actor, department_id)


def may_be_duplicate(outcome: Outcome, original: Outcome, *, has_duplicates: bool) -> Verdict:
    """A repeated opinion points at one that stands for itself, never at another repetition."""
    if Outcome.WITHDRAWN in (outcome, original):
        return no(N_("已撤回的意见不能标为重复，也不能作为原件。"))
    if original is Outcome.DUPLICATE:
        return no(N_("作为原件的那条意见本身已标为重复，请改填它的原件编号。"))
    return provided(not has_duplicates, N_("已有其他意见以这条为原件，不能再把它标为重复。"))


def may_list_own(actor: Actor) -> Verdict:
    """Whoever has an account sees what was sent with it."""
    return provided(actor.is_authenticated, N_("请先登录。"))


def may_withdraw(
    stage: Stage, outcome: Outcome, visibility: Visibility = Visibility.WAITING
) -> Verdict:
    """The author takes an opinion back until the result is sealed; a sealed count stands."""
    if outcome is Outcome.WITHDRAWN:
        return no(N_("这条意见已经撤回。"))
    if visibility is Visibility.REMOVED:
        return no(N_("这条意见的内容已删除。"))
    if stage is Stage.SEALED:
        return no(N_("采纳情况已经定稿，意见不能再撤回；可以申请删除内容。"))
    return provided(stage in (Stage.OPEN, Stage.CLOSED), N_("这件事项当前的状态不允许这一步。"))


def may_correct(stage: Stage, outcome: Outcome, visibility: Visibility, made: int = 0) -> Verdict:
    """The author corrects the words until the close, `MOST_CORRECTIONS` times at most."""
    if outcome is Outcome.WITHDRAWN:
        return no(N_("这条意见已经撤回。"))
    if not (seen := may_be_seen(visibility)):
        return seen
    if made >= MOST_CORRECTIONS:
        return no(
            N_("这条意见已改过 %(most)s 次，不能再改；可以撤回，重新提交。"), most=MOST_CORRECTIONS
        )
    return provided(stage is Stage.OPEN, N_("征求意见已经截止，意见不能再改；可以撤回。"))


def may_ask_erasure(stage: Stage, visibility: Visibility, *, is_asked: bool) -> Verdict:
    """After the sealing the author asks for erasure; before it, a withdrawal does it at once."""
    if visibility is Visibility.REMOVED:
        return no(N_("这条意见的内容已删除。"))
    if is_asked:
        return no(N_("您已提出过申请，处理结果会写在这里。"))
    return provided(stage is Stage.SEALED, N_("采纳情况定稿以前，可以直接撤回，内容立即删除。"))


def said_in_time(said_on: date, opened_on: date, closed_on: date, today: date) -> Verdict:
    """What was said or arrived on a day counts within the window; days in the platform's zone."""
    if said_on > today:
        return no(N_("日期不能晚于今天。"))
    return provided(
        opened_on <= said_on <= closed_on,
        N_("日期应在征求意见期间内：%(opened)s至%(closed)s。"),
        opened=opened_on,
        closed=closed_on,
    )
