"""What people type about accounts: shapes and messages only, the rules decide."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from participation.accounts.addresses import LONGEST
from participation.accounts.queries import Branch
from participation.accounts.rules import (
    LONGEST_NAME,
    LONGEST_USERNAME,
    ROLE_WORDS,
    STAFF_ROLES,
)
from participation.kernel.actor import Role
from participation.web.forms import Form, PublicForm, tidy

NEEDED = InputRequired(_l("请填写这一栏。"))
NAME_FITS = Length(max=LONGEST_NAME, message=_l("最多 %(max)d 个字。"))
USERNAME_FITS = Length(max=LONGEST_USERNAME, message=_l("最多 %(max)d 个字符。"))


def _id_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class SignInForm(Form):
    username = StringField(_l("用户名或邮箱"), [NEEDED], filters=[tidy])
    password = PasswordField(_l("密码"), [NEEDED])


class NewPasswordForm(Form):
    """A password chosen by its owner, typed twice because nobody sees it."""

    password = PasswordField(_l("密码"), [NEEDED])
    repeat = PasswordField(
        _l("再输入一次"), [NEEDED, EqualTo("password", _l("两次输入的密码不一致。"))]
    )


class RegisterForm(PublicForm, NewPasswordForm):
    username = StringField(_l("用户名"), [NEEDED, USERNAME_FITS], filters=[tidy])


class AddressForm(PublicForm):
    """A mail address to which a link is sent."""

    email = StringField(
        _l("邮箱"),
        [NEEDED, Length(max=LONGEST, message=_l("最多 %(max)d 个字符。"))],
        filters=[tidy],
    )


class NewAddressForm(AddressForm):
    """One's own new address, with the password once more."""

    password = PasswordField(_l("密码"), [NEEDED])


class NewAccountForm(NewPasswordForm):
    """What an account needs once its address is confirmed."""

    display_name = StringField(_l("怎么称呼您"), [NEEDED, NAME_FITS], filters=[tidy])


class SetUpForm(NewPasswordForm):
    username = StringField(_l("用户名"), [NEEDED, USERNAME_FITS], filters=[tidy])


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(_l("原密码"), [NEEDED])


class OwnPasswordForm(Form):
    """The password once more, before something that a borrowed screen must not do."""

    password = PasswordField(_l("密码"), [NEEDED])


class IdentityForm(Form):
    """What somebody who comes through the provider for the first time is called here."""

    display_name = StringField(_l("怎么称呼您"), [NEEDED, NAME_FITS], filters=[tidy])


class CodeForm(Form):
    """A one-time code, or a recovery code in its place."""

    code = StringField(
        _l("验证码"), [NEEDED, Length(max=40, message=_l("最多 %(max)d 个字符。"))], filters=[tidy]
    )


class ProfileForm(Form):
    display_name = StringField(_l("显示的名字"), [NEEDED, NAME_FITS], filters=[tidy])


class UserForm(Form):
    """Somebody's name, role and place; `offer()` gives the departments there are."""

    display_name = StringField(_l("姓名"), [NEEDED, NAME_FITS], filters=[tidy])
    role = SelectField(_l("角色"), [NEEDED], coerce=str)
    department_id = SelectField(
        _l("部门"), coerce=_id_or_none, description=_l("管理员可以不选部门。")
    )

    def offer(self, departments: list[Branch], *, citizens: bool = False) -> None:
        """Set the choices; a citizen's account is only ever changed, not made, by staff."""
        roles = tuple(ROLE_WORDS) if citizens else STAFF_ROLES
        self.role.choices = [(role.value, _(ROLE_WORDS[role])) for role in roles]
        self.department_id.choices = [("", _("不属于部门"))] + [
            (branch.id, branch.label) for branch in departments
        ]

    @property
    def chosen_role(self) -> Role:
        """The role, once the form was found good."""
        return Role(self.role.data)


class NewUserForm(UserForm):
    username = StringField(
        _l("用户名"),
        [NEEDED, USERNAME_FITS],
        filters=[tidy],
        description=_l("登录时用，不分大小写，以后不能改。"),
    )


class DepartmentForm(Form):
    name = StringField(
        _l("部门名称"),
        [NEEDED, Length(max=120, message=_l("最多 %(max)d 个字。"))],
        filters=[tidy],
    )
    parent_id = SelectField(_l("上级部门"), coerce=_id_or_none)

    def offer(self, departments: list[Branch]) -> None:
        """Set the departments that this one may belong to."""
        self.parent_id.choices = [("", _("没有上级"))] + [
            (branch.id, branch.label) for branch in departments
        ]
