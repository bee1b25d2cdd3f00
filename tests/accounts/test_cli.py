"""The commands of accounts: the forms the issue promises, one line of JSON, one line of error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from participation.accounts import operations, passwords, queries
from participation.kernel.actor import Role
from participation.kernel.db import db
from tests.factories.accounts import a_department, a_user


def _run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=["accounts", *words])
    with app.app_context():
        db.session.remove()
    return result


def _json(app: Flask, *words: str) -> dict[str, Any]:
    result = _run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_department_and_its_people_are_made_by_commands(app: Flask) -> None:
    assert _json(app, "create-department", "云溪县人民政府")["name"] == "云溪县人民政府"
    made = _json(app, "create-department", "住建局", "--parent", "云溪县人民政府")
    assert made["parent"] == "云溪县人民政府"
    user = _json(app, "create-user", "LiWen", "--role", "drafter", "--department", "住建局")
    assert {**user, "password": ""} == {
        "username": "liwen",
        "role": "drafter",
        "department": "住建局",
        "password": "",
    }
    with app.app_context():
        proof = operations.prove("liwen", user["password"])
        assert proof.is_right
        stored = queries.user_by_username("liwen")
        assert stored.must_change_password
        assert stored.department is not None
        assert stored.department.name == "住建局"


@pytest.mark.parametrize("role", ["drafter", "reviewer", "officer", "administrator"])
def test_every_role_of_staff_is_made(app: Flask, role: str) -> None:
    _run(app, "create-department", "住建局")
    made = _json(app, "create-user", f"{role}1", "--role", role, "--department", "住建局")
    assert made["role"] == role


def test_an_administrator_needs_no_department(app: Flask) -> None:
    made = _json(app, "create-user", "root", "--role", "administrator", "--display-name", "老张")
    assert made["department"] is None
    with app.app_context():
        assert queries.user_by_username("root").display_name == "老张"


def test_without_json_people_read_a_sentence(app: Flask) -> None:
    result = _run(app, "create-user", "root", "--role", "administrator")
    assert result.exit_code == 0
    assert "一次性密码" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create-user", "li", "--role", "officer", "--department", "无此局"), "无此局"),
        (("create-user", "li", "--role", "officer"), "要属于一个部门"),
        (("create-user", "taken", "--role", "administrator"), "已有人使用"),
        (("create-user", "li wen", "--role", "administrator"), "用户名"),
        (("create-department", "住建局"), "已有同名"),
        (("create-department", "新局", "--parent", "无此局"), "无此局"),
        (("reset-password", "nobody"), "nobody"),
        (("setup-link",), "已有管理员"),
    ],
)
def test_a_refusal_is_one_line_on_stderr_and_exit_1(
    app: Flask, words: tuple[str, ...], said: str
) -> None:
    with app.app_context():
        a_department("住建局")
        a_user(Role.ADMINISTRATOR, username="taken")
        db.session.remove()
    result = _run(app, *words, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [("create-user", "li", "--role", "emperor"), ("create-user", "li"), ("create-department",)],
)
def test_a_wrong_form_is_exit_2(app: Flask, words: tuple[str, ...]) -> None:
    assert _run(app, *words).exit_code == 2


def test_a_password_is_reset_by_command(app: Flask) -> None:
    with app.app_context():
        a_user(Role.ADMINISTRATOR, username="root")
        db.session.remove()
    words = _json(app, "reset-password", "root")["password"]
    with app.app_context():
        assert passwords.is_right(words, queries.user_by_username("root").password_hash)


def test_the_setup_link_leads_to_the_form(app: Flask) -> None:
    made = _json(app, "setup-link")
    assert made["url"].endswith(f"/setup/{made['token']}")
    assert app.test_client().get(f"/setup/{made['token']}").status_code == 200
