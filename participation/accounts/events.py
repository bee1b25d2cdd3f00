"""What happens to accounts and departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class DepartmentCreated(DomainEvent):
    sentence: ClassVar[str] = N_("新建部门")
    department_id: int


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(DomainEvent):
    sentence: ClassVar[str] = N_("修改部门")
    department_id: int


@dataclass(frozen=True, kw_only=True)
class UserCreated(DomainEvent):
    sentence: ClassVar[str] = N_("新建账号")
    user_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class UserChanged(DomainEvent):
    sentence: ClassVar[str] = N_("修改账号")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(DomainEvent):
    sentence: ClassVar[str] = N_("停用账号")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserReactivated(DomainEvent):
    sentence: ClassVar[str] = N_("恢复账号")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordReset(DomainEvent):
    sentence: ClassVar[str] = N_("重置密码")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(DomainEvent):
    sentence: ClassVar[str] = N_("修改了自己的密码")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(DomainEvent):
    sentence: ClassVar[str] = N_("登录")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(DomainEvent):
    sentence: ClassVar[str] = N_("退出")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(DomainEvent):
    sentence: ClassVar[str] = N_("登录失败")
    user_id: int | None


@dataclass(frozen=True, kw_only=True)
class SetupLinkMade(DomainEvent):
    sentence: ClassVar[str] = N_("生成首位管理员的设置链接")


@dataclass(frozen=True, kw_only=True)
class SecondFactorEnrolled(DomainEvent):
    sentence: ClassVar[str] = N_("设置了两步验证")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorPassed(DomainEvent):
    sentence: ClassVar[str] = N_("通过了两步验证")
    user_id: int
    by_recovery_code: bool


@dataclass(frozen=True, kw_only=True)
class SecondFactorFailed(DomainEvent):
    sentence: ClassVar[str] = N_("两步验证失败")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(DomainEvent):
    sentence: ClassVar[str] = N_("更换了恢复码")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(DomainEvent):
    sentence: ClassVar[str] = N_("重置了两步验证")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AccountErased(DomainEvent):
    """`reason`: `own` wish, `idle`, or `replay` after a restore."""

    sentence: ClassVar[str] = N_("删除了账号")
    user_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AddressConfirmed(DomainEvent):
    sentence: ClassVar[str] = N_("确认了邮箱")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AddressRemoved(DomainEvent):
    sentence: ClassVar[str] = N_("去掉了邮箱")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(DomainEvent):
    """`count`: how many browsers were signed out from another one."""

    sentence: ClassVar[str] = N_("在别处退出了 %(count)s 个登录")
    user_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class IdentityLinked(DomainEvent):
    sentence: ClassVar[str] = N_("绑定了统一身份认证")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class IdentityUnlinked(DomainEvent):
    sentence: ClassVar[str] = N_("解除了统一身份认证的绑定")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(DomainEvent):
    sentence: ClassVar[str] = N_("取消了两步验证")
    user_id: int
