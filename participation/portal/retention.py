"""What is stored, for what, how long and who sees it: plain words, with the rules' own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from participation.accounts import rules as accounts
from participation.kernel.verdict import N_
from participation.organisations import rules as organisations
from participation.privacy import rules as privacy
from participation.rulebook.statutes import rule


@dataclass(frozen=True)
class Kept:
    """One kind of information; the sentences are Chinese msgids with `params` for all of them."""

    what: str
    why: str
    how_long: str
    who: str
    params: Mapping[str, object] = field(default_factory=dict)


def kept() -> tuple[Kept, ...]:
    """Everything that is stored of people, in the order in which they meet it."""
    return (*_of_opinions(), *_of_questions(), *_of_organisations(), *_of_accounts(), *_of_visits())


def _of_opinions() -> tuple[Kept, ...]:
    """Opinions, their files, the contacts given with them."""
    contacts = rule("R1").numbers
    return (
        Kept(
            N_("意见的内容、对草案的态度、身份类别"),
            N_("征求意见本身。"),
            N_(
                "长期，作为决策档案。定稿以前您可以撤回，撤回后内容立即删除；定稿以后可以申请删除。"
            ),
            N_("承办单位的工作人员；审看后公开显示的，所有人，号码等个人信息先遮盖。"),
        ),
        Kept(
            N_("意见附的文件"),
            N_("说明意见的理由。"),
            N_("和意见一样久。文件里记录的作者、位置等信息在收到时就去掉。"),
            N_("和意见一样；没有公开显示的意见，文件也不公开。"),
        ),
        Kept(
            N_("姓名、电话、邮箱（选填）"),
            N_("必要时就您的意见与您联系，寄回执和结果。"),
            N_("采纳情况公布后 %(days)s 日删除，您随时可以自己提前删除。加密保存。"),
            N_("承办单位的经办人，每次查看都要写理由并留下记录；从不公开。"),
            contacts,
        ),
    )


def _of_questions() -> tuple[Kept, ...]:
    """Questions and questionnaires."""
    asked = rule("R4").numbers
    return (
        Kept(
            N_("提问和提问人的邮箱（选填）"),
            N_("答复您的提问。"),
            N_("提问和答复长期保存；邮箱在答复或者转办后 %(days)s 日删除。"),
            N_("提问和答复公开，个人信息先遮盖；邮箱从不公开。"),
            asked,
        ),
        Kept(
            N_("问卷的回答"),
            N_("统计结果。"),
            N_("长期。答卷里没有名字和账号；登录后填写的，只有您自己登录后能看到填过哪几份。"),
            N_("统计结果公开；文字回答由承办单位看。"),
        ),
    )


def _of_organisations() -> tuple[Kept, ...]:
    """What members of a body draft together, and who they are."""
    return (
        Kept(
            N_("单位成员共同起草、还没有提交的意见"),
            N_("让成员一起写，由负责人统一提交。"),
            N_(
                "提交后草稿清空，按意见保存；没有提交的，成员去掉时删除，"
                "最晚截止 %(days)s 天后自动删除。"
            ),
            N_("本单位的成员；承办单位和其他人都看不到。"),
            {"days": organisations.UNSENT_KEPT.days},
        ),
        Kept(
            N_("单位的名称、成员和邀请"),
            N_("知道谁可以看共同草稿，以谁的名义提交。"),
            N_(
                "成员到退出、被移除或者删除账号；名称到单位解散。"
                "邀请寄到的邮箱加密，%(days)s 天后删除，用过、撤销的马上删除。"
            ),
            N_(
                "本单位的成员；邀请寄到哪里，只有负责人看得到。提交的意见里单位的名称，和姓名一样。"
            ),
            {"days": organisations.INVITED_FOR.days},
        ),
    )


def _of_accounts() -> tuple[Kept, ...]:
    """Accounts, their sessions and links."""
    idle = rule("R2").numbers
    return (
        Kept(
            N_("账号：名字、邮箱、密码"),
            N_("登录，把您提交过的意见列在一起。"),
            N_(
                "到您删除账号；%(months)s 个月没有登录的自动删除。"
                "邮箱加密，密码只存算过的结果，谁也看不到原文。"
            ),
            N_("您自己；管理员看得到名字，看不到邮箱和密码。"),
            idle,
        ),
        Kept(
            N_("登录过的设备"),
            N_("让您看出有没有别人在用您的账号。只记浏览器和系统的种类，不记网络地址。"),
            N_("退出时删除，最长 %(days)s 天。"),
            N_("您自己。"),
            {"days": accounts.CITIZEN_SESSION_LIVES.days},
        ),
        Kept(
            N_("寄信确认用的链接"),
            N_("注册、重设密码、换邮箱。"),
            N_("24 小时内有效，%(days)s 天后删除。"),
            N_("只在您的邮箱里。"),
            {"days": privacy.ACCOUNT_LINKS_KEPT.days},
        ),
    )


def _of_visits() -> tuple[Kept, ...]:
    """What letters and visits leave, and the record of the work."""
    return (
        Kept(
            N_("订阅用的邮箱"),
            N_("给您寄您关注的消息。"),
            N_("到您退订，或者删除用这个邮箱的账号；退订不用登录。加密保存。"),
            N_("无人；由系统寄信。"),
        ),
        Kept(
            N_("网络地址"),
            N_("限制过于频繁的操作，防止程序刷意见。"),
            N_("最多一小时，只在内存里计数，不存进数据库。"),
            N_("无人。"),
        ),
        Kept(
            N_("语言、字号、配色的选择"),
            N_("下次打开还是您选的样子。"),
            N_("一年，只在您自己的浏览器里。"),
            N_("您自己。"),
        ),
        Kept(
            N_("办理记录：谁在什么时候做了什么"),
            N_("事后能查清办理的每一步。"),
            N_("长期，不能删改。记编号，不记公众的名字、联系方式和意见的文字。"),
            N_("本单位的工作人员和检查的人。"),
        ),
    )
