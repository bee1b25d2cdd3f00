"""Who may administer accounts, which roles, names and passwords are taken, when sign-in pauses.

Password lengths and the refusal of common ones follow OWASP ASVS 5.0 section 6.2: length before
composition, no forced rotation.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from participation.kernel.actor import STAFF, Actor, Role
from participation.kernel.verdict import N_, Verdict, no, provided, yes

STAFF_PASSWORD = 12
CITIZEN_PASSWORD = 10
LONGEST_PASSWORD = 128
LONGEST_NAME = 60
LONGEST_USERNAME = 40
# Begins the names of accounts that are signed in to by mail or through a provider.
UNNAMED = "mail-"
MOST_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)
SETUP_LINK_LIVES = timedelta(hours=24)
STEP_UP_LASTS = timedelta(minutes=15)
RESET_LINK_LIVES = timedelta(hours=1)
MAIL_LINK_LIVES = timedelta(hours=24)
# More than these to one address within an hour are not sent; who asks is not told.
MOST_LINKS_AN_HOUR = 5
# However busy, a session ends (NIST SP 800-63B 4.1.3 allows 30 days, staff get a working day).
CITIZEN_SESSION_LIVES = timedelta(days=30)
STAFF_SESSION_LIVES = timedelta(hours=24)
MOST_CODE_FAILURES = 5
RECOVERY_CODES = 10


class LinkKind(StrEnum):
    """What a mailed link is good for."""

    REGISTER = "register"
    RESET = "reset"
    ADDRESS = "address"


# One sentence for an unknown name, a wrong password, a locked and a deactivated account alike:
# the answer must not tell which names have an account.
CANNOT_SIGN_IN = N_(
    "用户名或密码不正确，或账号暂时不能登录。请核对后重试；连续输错 10 次，账号锁定 15 分钟。"
)
WRONG_CODE = N_(
    "验证码不正确、已经用过，或者暂时不能验证。请等应用显示下一个验证码再试；"
    "连续输错 5 次，暂停验证 15 分钟。"
)
LINK_DEAD = N_("这个链接无效、已使用或已过期。请重新申请一个。")
ADDRESS_TAKEN = N_("这个邮箱已确认用于另一个账号。请用它登录，或者换一个邮箱。")
SETUP_LINK_DEAD = N_("这个设置链接无效、已使用或已过期。请在服务器上重新生成一个。")

ROLE_WORDS = {
    Role.CITIZEN: N_("公众"),
    Role.DRAFTER: N_("起草人"),
    Role.REVIEWER: N_("审核人"),
    Role.OFFICER: N_("经办人"),
    Role.ADMINISTRATOR: N_("管理员"),
}
STAFF_ROLES = tuple(role for role in ROLE_WORDS if role in STAFF)

# Known to every guessing list; a password that is one of these with digits or signs around it.
COMMON = frozenset(
    {
        "password",
        "passw0rd",
        "p@ssw0rd",
        "administrator",
        "woaizhongguo",
        "woaini",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "iloveyou",
        "letmein",
        "welcome",
        "changeme",
        "zhongguo",
        "zhongyan",
        "zhengfu",
        "qazwsxedc",
        "qwertyuiop",
        "abc",
        "admin",
        "a",
    }
)
RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
FEWEST_LETTERS = 5
FEWEST_BESIDE_NAME = 8
LONG_NUMBER = 16


def may_administer(actor: Actor) -> Verdict:
    """People and departments are kept by administrators (and by the platform's own commands)."""
    return provided(
        actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM), N_("只有管理员可以管理人员和部门。")
    )


def may_change_password(actor: Actor) -> Verdict:
    """Whoever is signed in keeps an own account."""
    return provided(actor.is_authenticated, N_("请先登录。"))


def may_step_up(actor: Actor) -> Verdict:
    """Staff prove a second factor before they see a contact; the public may have one."""
    return provided(actor.is_authenticated, N_("请先登录。"))


def must_prove_factor(role: Role, *, has_factor: bool, is_always: bool) -> bool:
    """Whether a session begins with the second factor: a citizen's own choice, staff by setting."""
    return is_always if role in STAFF else has_factor


def has_ended(role: Role, started_at: datetime, now: datetime) -> bool:
    """Whether a session is too old, however much it was used (ASVS 5.0 7.3.2)."""
    return now >= started_at + (STAFF_SESSION_LIVES if role in STAFF else CITIZEN_SESSION_LIVES)


def may_use_link(
    kind: LinkKind, created_at: datetime, used_at: datetime | None, now: datetime
) -> Verdict:
    """A mailed link works once: an hour for a password, a day for an address."""
    lives = RESET_LINK_LIVES if kind is LinkKind.RESET else MAIL_LINK_LIVES
    return provided(used_at is None and now < created_at + lives, LINK_DEAD)


def may_remove_address(*, is_way_in: bool) -> Verdict:
    """Whoever signs in by the address keeps one."""
    return provided(not is_way_in, N_("您用这个邮箱登录，可以换一个，不能去掉。"))


def may_remove_factor(actor: Actor) -> Verdict:
    """Staff keep a second factor once they have one; the administrator resets it."""
    if not actor.is_authenticated:
        return no(N_("请先登录。"))
    return provided(
        actor.role is Role.CITIZEN, N_("工作人员的两步验证由管理员重置，不能自己取消。")
    )


def may_unlink(*, has_password: bool) -> Verdict:
    """The last way in stays: without a password nobody could come back."""
    return provided(has_password, N_("请先设置密码，否则以后无法登录。"))


def may_replace_factor(has_one: bool, *, is_stepped_up: bool) -> Verdict:
    """A factor in force is replaced only by whoever has just proved it."""
    return provided(not has_one or is_stepped_up, N_("请先用现在的验证码或者恢复码验证一次。"))


def is_stepped_up(proved_at: datetime | None, now: datetime) -> bool:
    """Whether a second factor was proved less than a quarter of an hour ago."""
    return proved_at is not None and proved_at <= now < proved_at + STEP_UP_LASTS


def paused_after(failures: int, now: datetime) -> datetime | None:
    """Until when no code is taken after so many wrong ones in a row."""
    return now + LOCKED_FOR if failures >= MOST_CODE_FAILURES else None


def may_delete_own(actor: Actor) -> Verdict:
    """Citizens delete their accounts themselves; staff's are kept by the administrator."""
    if not actor.is_authenticated:
        return no(N_("请先登录。"))
    return provided(
        actor.role is Role.CITIZEN,
        N_("工作人员的账号由管理员停用，办理记录依法保留。"),
    )


def may_hold(role: Role, department_id: int | None) -> Verdict:
    """Staff work for a department, administrators need none, citizens have none."""
    if role not in ROLE_WORDS:
        return no(N_("没有这种角色。"))
    if role is Role.CITIZEN:
        return provided(department_id is None, N_("公众账号不属于任何部门。"))
    needs_none = role is Role.ADMINISTRATOR or department_id is not None
    return provided(needs_none, N_("起草人、审核人和经办人要属于一个部门。"))


def may_lose_administrator(active_administrators: int) -> Verdict:
    """The last active administrator stays one: nobody else could make another."""
    return provided(
        active_administrators > 1,
        N_("这是最后一位管理员，不能停用或改任。请先设置另一位管理员。"),
    )


def may_make_setup_link(actor: Actor, has_administrator: bool) -> Verdict:
    """The first administrator is made by whoever runs the server, and only the first."""
    if has_administrator:
        return no(N_("已有管理员，不再需要设置链接。新账号由管理员建立。"))
    return provided(actor.role is Role.SYSTEM, N_("设置链接只能在服务器上生成。"))


def may_use_setup_link(
    created_at: datetime, used_at: datetime | None, has_administrator: bool, now: datetime
) -> Verdict:
    """A link works once, for a day, and never beside an administrator."""
    alive = used_at is None and not has_administrator and now < created_at + SETUP_LINK_LIVES
    return provided(alive, SETUP_LINK_DEAD)


def username_finding(username: str, role: Role = Role.OFFICER) -> Verdict:
    """Letters of any script, digits and . _ - @, two to forty of them.

    Citizens' names hold no @: nobody signs up under somebody else's address.
    """
    if not 2 <= len(username) <= LONGEST_USERNAME:
        return no(N_("用户名应为 2 到 %(most)s 个字符。"), most=LONGEST_USERNAME)
    if username.startswith(UNNAMED) or (role is Role.CITIZEN and "@" in username):
        return no(N_("用户名不能是邮箱地址，也不能以“%(mark)s”开头。"), mark=UNNAMED)
    plain = all(letter.isalnum() or letter in "._-@" for letter in username)
    return provided(plain, N_("用户名只能用文字、数字和 . _ - @ 这几个符号。"))


def least_password(role: Role) -> int:
    """How many characters a password has at least."""
    return STAFF_PASSWORD if role in STAFF else CITIZEN_PASSWORD


def password_finding(password: str, username: str, role: Role) -> Verdict:
    """Long enough for the role, and neither common, a run of keys, nor made of the user's name."""
    least = least_password(role)
    if len(password) < least:
        return no(N_("密码至少 %(least)s 个字符。"), least=least)
    if len(password) > LONGEST_PASSWORD:
        return no(N_("密码最多 %(most)s 个字符。"), most=LONGEST_PASSWORD)
    lower = password.casefold()
    if username and len(lower.replace(username.casefold(), "")) < FEWEST_BESIDE_NAME:
        return no(N_("密码不能由用户名拼成。请换一个。"))
    if _is_common(lower):
        return no(N_("这个密码太常见，容易被猜中。请换一个，例如几个不相干的词连在一起。"))
    return yes()


def _is_common(lower: str) -> bool:
    core = lower.strip("0123456789!@#$%^&*()_-+=.,? ")
    if not core and len(lower) < LONG_NUMBER:  # telephone numbers, birthdays
        return True
    if len(set(lower)) < FEWEST_LETTERS or lower in COMMON or core in COMMON:
        return True
    return any(lower in run or lower[::-1] in run for run in RUNS)


def locked_after(failures: int, now: datetime) -> datetime | None:
    """Until when an account takes no password after so many failures in a row."""
    return now + LOCKED_FOR if failures >= MOST_FAILURES else None


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Whether sign-in pauses; the end itself is free again."""
    return locked_until is not None and now < locked_until
