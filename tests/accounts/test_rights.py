"""A person's own data: taken along, and deleted; what was sent stays and is nobody's."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from participation.accounts import operations, queries
from participation.accounts.models import User
from participation.comments.models import Comment
from participation.comments.rules import Channel
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Refused
from tests.factories.accounts import PASSWORD, a_user, actor_of, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context")


def a_citizen_with_an_opinion() -> tuple[User, Comment]:
    citizen = a_user(Role.CITIZEN, username="yunxi-resident")
    made = a_comment(
        a_consultation("open"),
        actor=actor_of(citizen),
        channel=Channel.ACCOUNT,
        name="陈晓",
        contact="13800001111",
    )
    return citizen, made


def test_the_file_holds_account_and_opinions_and_no_password(client: FlaskClient) -> None:
    citizen, made = a_citizen_with_an_opinion()
    browser = sign_in(client, citizen)
    assert browser.post("/account/data", data={"password": "wrong"}).status_code == 422
    answer = browser.post("/account/data", data={"password": PASSWORD})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json["username"] == "yunxi-resident"
    (opinion,) = answer.json["comments"]
    assert (opinion["body"], opinion["name"], opinion["contact"]) == (
        made.body,
        "陈晓",
        "13800001111",
    )
    assert "argon2" not in answer.text


@pytest.mark.both_databases
def test_a_deleted_account_leaves_no_name_and_its_opinions_stand(client: FlaskClient) -> None:
    citizen, made = a_citizen_with_an_opinion()
    number = citizen.id
    browser = sign_in(client, citizen)
    assert browser.post("/account/delete", data={"password": "wrong"}).status_code == 422
    assert browser.post("/account/delete", data={"password": PASSWORD}).status_code == 303
    assert browser.get("/account").status_code == 302
    row = db.session.get_one(User, number, populate_existing=True)
    assert "yunxi" not in f"{row.username}{row.display_name}"
    assert (row.password_hash, row.is_active) == ("", False)
    kept = db.session.get_one(Comment, made.id, populate_existing=True)
    assert (kept.account_id, kept.body) == (None, made.body)
    assert queries.find_user("yunxi-resident") is None
    with pytest.raises(Refused), transaction():
        operations.reactivate_user(SYSTEM, number)


def test_staff_cannot_delete_themselves(client: FlaskClient) -> None:
    officer = a_user(Role.OFFICER)
    browser = sign_in(client, officer)
    assert "由管理员停用" in browser.get("/account/delete").text
    assert browser.post("/account/delete", data={"password": PASSWORD}).status_code == 422
    assert db.session.get_one(User, officer.id, populate_existing=True).is_active
