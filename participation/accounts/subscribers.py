"""Reactions of accounts: whoever has confirmed an address hears of what opens the account."""

from __future__ import annotations

from participation.accounts.events import (
    IdentityLinked,
    PasswordChanged,
    PasswordReset,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SecondFactorReset,
)
from participation.accounts.models import User
from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.events import DomainEvent, subscribe
from participation.kernel.verdict import N_

TELL = "accounts.tell"
CHANGES = {
    "PasswordChanged": N_("您的密码已修改，其他设备上的登录已退出。"),
    "PasswordReset": N_("您的密码已重设，所有设备上的登录已退出。"),
    "SecondFactorEnrolled": N_("您的账号设置了两步验证。"),
    "SecondFactorRemoved": N_("您的账号取消了两步验证。"),
    "SecondFactorReset": N_("管理员重置了您的两步验证，所有设备上的登录已退出。"),
    "IdentityLinked": N_("您的账号绑定了统一身份认证，今后可以用它登录。"),
}
"""What the owner is told, by the name of the event."""


@subscribe(
    PasswordChanged,
    PasswordReset,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SecondFactorReset,
    IdentityLinked,
)
def tell_owner(event: DomainEvent) -> None:
    """Plan a mail to the confirmed address, where there is one."""
    user = db.session.get(User, event.payload()["user_id"])
    if user is not None and user.email_digest is not None:
        jobs.enqueue(TELL, {"user_id": user.id, "what": event.name})
