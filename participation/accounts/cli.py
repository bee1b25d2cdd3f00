"""Commands of accounts: departments, staff with one-time passwords, the first administrator."""

from __future__ import annotations

import click
from flask import current_app

from participation.accounts import operations, passwords, queries
from participation.accounts.rules import STAFF_ROLES
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import transaction
from participation.web.console import emit, json_option, plain_errors


@click.group("accounts")
def accounts() -> None:
    """Departments and people."""


@accounts.command("create-department")
@click.argument("name")
@click.option("--parent", help="Name of the department it belongs to.")
@json_option
@plain_errors
def create_department(name: str, parent: str | None, json_mode: bool) -> None:
    """Found a department."""
    with transaction():
        parent_id = queries.department_by_name(parent).id if parent else None
        made = operations.create_department(SYSTEM, name, parent_id)
        data = {"id": made.id, "name": made.name, "parent": parent}
    emit(json_mode, data, f"部门已建立：{data['name']}")


@accounts.command("create-user")
@click.argument("username")
@click.option("--role", required=True, type=click.Choice([role.value for role in STAFF_ROLES]))
@click.option("--department", help="Name of the department; an administrator needs none.")
@click.option("--display-name", help="The name shown; the user name where none is given.")
@json_option
@plain_errors
def create_user(
    username: str, role: str, department: str | None, display_name: str | None, json_mode: bool
) -> None:
    """Make an account of staff and print its one-time password."""
    password = passwords.one_time()
    with transaction():
        place = queries.department_by_name(department) if department else None
        user, words = operations.create_user(
            SYSTEM,
            username,
            display_name or username,
            Role(role),
            place.id if place else None,
            password,
        )
        data = {
            "username": user.username,
            "role": user.role.value,
            "department": place.name if place else None,
            "password": words,
        }
    emit(
        json_mode, data, f"账号已建立：{data['username']}\n一次性密码：{words}\n首次登录时须修改。"
    )


@accounts.command("reset-password")
@click.argument("username")
@json_option
@plain_errors
def reset_password(username: str, json_mode: bool) -> None:
    """Replace a password by a one-time one and print it; opens a locked account."""
    password = passwords.one_time()
    with transaction():
        user = queries.user_by_username(username)
        words = operations.reset_password(SYSTEM, user.id, password)
        data = {"username": user.username, "password": words}
    emit(json_mode, data, f"账号：{data['username']}\n一次性密码：{words}\n下次登录时须修改。")


@accounts.command("setup-link")
@json_option
@plain_errors
def setup_link(json_mode: bool) -> None:
    """Print the one-time link by which the first administrator is made."""
    with transaction():
        token = operations.make_setup_link(SYSTEM)
    url = f"{current_app.config['SETTINGS'].site}/setup/{token}"
    emit(json_mode, {"url": url, "token": token}, f"请在 24 小时内打开，只能用一次：\n{url}")


commands = [accounts]
