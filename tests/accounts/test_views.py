"""The pages of accounts through a browser without script: what they say and whom they let in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.accounts import operations, queries
from participation.accounts.models import User
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import transaction
from participation.web.access import local_path
from tests.factories.accounts import PASSWORD, a_department, a_user, sign_in

NEW = "a boat under the old bridge"


@pytest.fixture
def administrator(context: Flask) -> User:
    return a_user(Role.ADMINISTRATOR, username="admin")


@pytest.fixture
def desk(administrator: User, client: FlaskClient) -> FlaskClient:
    """A browser in which the administrator is signed in."""
    return sign_in(client, administrator)


def _post_sign_in(
    client: FlaskClient, username: str, password: str, next: str = ""
) -> TestResponse:
    query = {"next": next} if next else {}
    given = {"username": username, "password": password}
    return client.post("/account/sign-in", query_string=query, data=given)


def test_signing_in_leads_staff_to_the_desk_and_citizens_to_their_account(
    context: Flask, app: Flask
) -> None:
    officer, citizen = a_user(Role.OFFICER), a_user(Role.CITIZEN)
    with app.test_request_context():
        desk_home = app.url_for("desk.home", _external=False)
    answer = _post_sign_in(app.test_client(), officer.username, PASSWORD)
    assert (answer.status_code, answer.location) == (303, desk_home)
    answer = _post_sign_in(app.test_client(), citizen.username, PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account")


def test_a_guest_is_asked_to_sign_in_and_then_led_back(context: Flask, client: FlaskClient) -> None:
    user = a_user(Role.ADMINISTRATOR)
    asked = client.get("/desk/people?role=officer")
    assert asked.status_code == 302
    answer = client.post(asked.location, data={"username": user.username, "password": PASSWORD})
    assert answer.location == "/desk/people?role=officer"
    assert client.get(answer.location).status_code == 200


OUTSIDE = [
    "https://evil.example/",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/%5cevil.example/",
    "/%2f/evil.example",
    "/%2fevil.example",
    "%2f%2fevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/\x0b/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "mailto:a@evil.example",
    "evil.example",
    "www.evil.example/account",
    "@evil.example",
    "/@evil.example",
    "user:pass@evil.example",
    "https:/evil.example",
    "https:\\evil.example",
    "http://account@evil.example",
    "http://127.0.0.1:8000@evil.example",
    "https://evil.example/account",
    "https://evil。example",
    "/／evil.example",
    "／／evil.example",
    "/\u2215evil.example",
    "/\u29f8/evil.example",
    "/．．/evil.example",
    "/..//evil.example",
    "/../evil.example",
    "/./evil.example",
    "/.evil.example",
    "/;@evil.example",
    "/;//evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "./account",
    "../account",
    "account",
    "/nothing-here",
    "/account/sign-out",
    "/setup",
    "/desk/people/abc",
    "/desk/people/1/password",
    "/account//",
    "/account/sign-in/../..//evil.example",
    "/\u200b/evil.example",
]


def test_nothing_outside_counts_as_a_page_of_ours(app: Flask) -> None:
    with app.test_request_context():
        assert [target for target in OUTSIDE if local_path(target) is not None] == []
        assert local_path("/desk/people?role=officer") == "/desk/people?role=officer"


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example/", ""]
)
def test_signing_in_leads_nowhere_but_to_a_page_of_ours(
    context: Flask, client: FlaskClient, target: str
) -> None:
    user = a_user(Role.CITIZEN)
    assert _post_sign_in(client, user.username, PASSWORD, target).location == "/account"


def test_unknown_wrong_locked_and_stopped_are_answered_with_the_same_bytes(
    context: Flask, app: Flask
) -> None:
    right, locked, stopped = (a_user(Role.OFFICER, username=f"u{n}") for n in range(3))
    with transaction() as session:
        row = session.get(User, locked.id)
        assert row is not None
        row.locked_until = clock.now() + timedelta(minutes=5)
        operations.deactivate_user(SYSTEM, stopped.id)
    pages = []
    for username, password in (
        (right.username, "wrong"),
        ("u9", PASSWORD),
        (locked.username, PASSWORD),
        (locked.username, "wrong"),
        (stopped.username, PASSWORD),
    ):
        answer = _post_sign_in(app.test_client(), username, password)
        assert answer.status_code == 422
        pages.append(answer.text.replace(f'value="{username}"', 'value=""'))
        assert "用户名或密码不正确" in pages[-1]
        assert password not in answer.text
    assert len(set(pages)) == 1


def test_the_tenth_wrong_password_locks_the_account(context: Flask, app: Flask) -> None:
    user = a_user(Role.OFFICER)
    client = app.test_client()
    for _ in range(10):
        assert _post_sign_in(client, user.username, "wrong").status_code == 422
    assert _post_sign_in(client, user.username, PASSWORD).status_code == 422
    assert queries.user_by_id(user.id).locked_until is not None


def test_nothing_planted_before_signing_in_outlives_it(context: Flask, client: FlaskClient) -> None:
    user = a_user(Role.CITIZEN)
    with client.session_transaction() as session:
        session["planted"], session["csrf_token"] = "x", "known to the attacker"
    _post_sign_in(client, user.username, PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "known to the attacker"
        assert session["_user_id"].startswith(f"{user.id}.{user.session_epoch}.")
        assert session.permanent


@pytest.mark.parametrize("act", ["sign out", "password", "reset", "deactivate"])
def test_an_old_cookie_is_dead_at_once(context: Flask, app: Flask, act: str) -> None:
    user = a_user(Role.OFFICER)
    here, thief = sign_in(app.test_client(), user), sign_in(app.test_client(), user)
    assert thief.get("/account").status_code == 200
    if act == "sign out":
        cookie = here.get_cookie("session")
        assert cookie is not None
        thief.set_cookie("session", cookie.value)
        assert here.post("/account/sign-out").status_code == 303
    elif act == "password":
        given = {"old": PASSWORD, "password": NEW, "repeat": NEW}
        assert here.post("/account/password", data=given).status_code == 303
        assert here.get("/account").status_code == 200, "the own session goes on"
    else:
        with transaction():
            if act == "reset":
                operations.reset_password(SYSTEM, user.id)
            else:
                operations.deactivate_user(SYSTEM, user.id)
    assert thief.get("/account").status_code == 302


@pytest.mark.parametrize("planted", ["", "1", "x.0", "1.", "1.99", "²." + "0", "9" * 30 + ".0"])
def test_a_session_of_nobody_is_a_guests(context: Flask, client: FlaskClient, planted: str) -> None:
    a_user(Role.OFFICER)
    with client.session_transaction() as session:
        session["_user_id"] = planted
    assert client.get("/account").status_code == 302


def test_signing_out_is_never_a_get(context: Flask, client: FlaskClient) -> None:
    sign_in(client, a_user(Role.CITIZEN))
    assert client.get("/account/sign-out").status_code == 405
    assert client.get("/account").status_code == 200


def test_a_change_of_role_is_in_force_with_the_next_request(
    desk: FlaskClient, administrator: User
) -> None:
    assert desk.get("/desk/people").status_code == 200
    a_user(Role.ADMINISTRATOR)
    with transaction():
        operations.update_user(
            SYSTEM, administrator.id, "前管理员", Role.OFFICER, a_department().id
        )
    assert desk.get("/desk/people").status_code == 403


def test_a_person_with_a_one_time_password_changes_it_before_anything_else(
    context: Flask, client: FlaskClient
) -> None:
    user = a_user(Role.ADMINISTRATOR, must_change_password=True)
    sign_in(client, user)
    for path in ("/account", "/desk/people", "/account/sign-in"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, "/account/password")
    assert client.post("/desk/departments", data={"name": "新局"}).location == "/account/password"
    assert queries.all_departments()[0].name != "新局"
    with client.get("/static/_base/base.css") as sheet:
        assert sheet.status_code == 200
    same = {"old": PASSWORD, "password": PASSWORD, "repeat": PASSWORD}
    assert client.post("/account/password", data=same).status_code == 422
    given = {"old": PASSWORD, "password": NEW, "repeat": NEW}
    assert client.post("/account/password", data=given).status_code == 303
    assert client.get("/desk/people").status_code == 200


def test_a_page_without_a_session_cookie_makes_no_session(client: FlaskClient) -> None:
    with client.get("/static/_base/base.css") as sheet:
        assert "Set-Cookie" not in sheet.headers
        assert "no-store" not in sheet.headers.get("Cache-Control", "")


def test_a_wrong_old_password_is_told_at_its_field(context: Flask, client: FlaskClient) -> None:
    sign_in(client, a_user(Role.CITIZEN))
    given = {"old": "not it at all", "password": NEW, "repeat": NEW}
    answer = client.post("/account/password", data=given)
    assert answer.status_code == 422
    assert 'id="old-error"' in answer.text
    assert "原密码不正确" in answer.text


def test_a_citizen_registers_with_a_name_and_a_password_only(
    context: Flask, client: FlaskClient
) -> None:
    given = {"username": "河边的人", "password": NEW, "repeat": NEW}
    answer = client.post("/account/register", data=given)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "河边的人" in client.get("/account").text
    user = queries.user_by_username("河边的人")
    assert (user.role, user.department_id) == (Role.CITIZEN, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "x"}, "username"),
        ({"username": "taken"}, "username"),
        ({"username": ""}, "username"),
        ({"password": "short", "repeat": "short"}, "password"),
        ({"password": "1234567890", "repeat": "1234567890"}, "password"),
        ({"repeat": "something else"}, "repeat"),
    ],
)
def test_a_bad_registration_says_where_and_keeps_the_name(
    context: Flask, client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    a_user(Role.CITIZEN, username="taken")
    given = {"username": "liwen", "password": NEW, "repeat": NEW, **changes}
    answer = client.post("/account/register", data=given)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{given["username"]}"' in answer.text
    assert given["password"] not in answer.text.replace("1234567890123", "")


def test_a_registration_may_not_choose_its_role(context: Flask, client: FlaskClient) -> None:
    given = {
        "username": "liwen",
        "password": NEW,
        "repeat": NEW,
        "role": "administrator",
        "department_id": "1",
        "must_change_password": "1",
    }
    client.post("/account/register", data=given)
    assert queries.user_by_username("liwen").role is Role.CITIZEN


def test_a_program_that_fills_every_field_gets_no_account(
    context: Flask, client: FlaskClient
) -> None:
    given = {"username": "liwen", "password": NEW, "repeat": NEW, "website": "http://x"}
    answer = client.post("/account/register", data=given)
    assert answer.status_code == 422
    assert "像是由程序自动填写" in answer.text
    assert queries.find_user("liwen") is None


@pytest.mark.settings(rate_limits="register=3/hour, signin=4/minute")
def test_registering_and_signing_in_are_limited_by_address(
    context: Flask, client: FlaskClient
) -> None:
    codes = [client.post("/account/register", data={}).status_code for _ in range(4)]
    assert codes == [422, 422, 422, 429]
    codes = [_post_sign_in(client, "nobody", "x").status_code for _ in range(5)]
    assert codes == [422, 422, 422, 422, 429]


def test_one_changes_ones_shown_name_and_nothing_else(context: Flask, client: FlaskClient) -> None:
    user = a_user(Role.CITIZEN)
    sign_in(client, user)
    given = {"display_name": "桥头人", "role": "administrator", "username": "admin"}
    assert client.post("/account", data=given).status_code == 303
    changed = queries.user_by_id(user.id)
    assert (changed.display_name, changed.role) == ("桥头人", Role.CITIZEN)
    assert changed.username == user.username


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.DRAFTER, Role.REVIEWER, Role.OFFICER])
@pytest.mark.parametrize(
    "path",
    [
        "/desk/people",
        "/desk/people/new",
        "/desk/people/1",
        "/desk/departments",
        "/desk/departments/1",
    ],
)
def test_the_administrators_pages_are_closed_to_others(
    context: Flask, client: FlaskClient, role: Role, path: str
) -> None:
    sign_in(client, a_user(role))
    assert client.get(path).status_code == 403
    assert client.post(path, data={"name": "新局"}).status_code in {403, 405}


def test_a_new_account_shows_its_password_once_on_a_page_nobody_keeps(
    desk: FlaskClient, context: Flask
) -> None:
    place = a_department("住建局")
    given = {
        "username": "LiWen",
        "display_name": "李文",
        "role": "drafter",
        "department_id": str(place.id),
    }
    answer = desk.post("/desk/people/new", data=given)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    [words] = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", answer.text)
    user = queries.user_by_username("liwen")
    assert words not in desk.get(f"/desk/people/{user.id}").text
    assert words not in desk.get("/desk/people").text
    answer = _post_sign_in(context.test_client(), "liwen", words)
    assert answer.status_code == 303
    again = desk.post("/desk/people/new", data=given)
    assert again.status_code == 422
    assert "已有人使用" in again.text


def test_a_new_officer_without_a_department_is_told_at_the_field(desk: FlaskClient) -> None:
    given = {"username": "xiaohe", "display_name": "王小河", "role": "officer", "department_id": ""}
    answer = desk.post("/desk/people/new", data=given)
    assert answer.status_code == 422
    assert 'id="department_id-error"' in answer.text
    assert 'value="王小河"' in answer.text


@pytest.mark.parametrize("role", ["citizen", "system", "guest", "emperor", ""])
def test_no_account_is_made_of_a_role_that_is_not_offered(desk: FlaskClient, role: str) -> None:
    given = {"username": "xiaohe", "display_name": "王小河", "role": role, "department_id": ""}
    assert desk.post("/desk/people/new", data=given).status_code == 422
    assert queries.find_user("xiaohe") is None


def test_the_administrator_resets_stops_and_restores(desk: FlaskClient, context: Flask) -> None:
    user = a_user(Role.OFFICER)
    answer = desk.post(f"/desk/people/{user.id}/password")
    assert answer.headers["Cache-Control"] == "no-store"
    [words] = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", answer.text)
    assert _post_sign_in(context.test_client(), user.username, words).status_code == 303
    state = f"/desk/people/{user.id}/state"
    assert desk.post(state, data={"action": "deactivate"}).status_code == 303
    assert not queries.user_by_id(user.id).is_active
    assert "已停用" in desk.get(f"/desk/people/{user.id}").text
    assert desk.post(state, data={"action": "reactivate"}).status_code == 303
    assert queries.user_by_id(user.id).is_active
    assert desk.post(state, data={"action": "delete"}).status_code == 404
    assert desk.post("/desk/people/999/password").status_code == 404


def test_the_last_administrator_is_told_why_not(desk: FlaskClient, administrator: User) -> None:
    answer = desk.post(f"/desk/people/{administrator.id}/state", data={"action": "deactivate"})
    assert answer.status_code == 403
    assert "这是最后一位管理员" in answer.text
    given = {"display_name": "x", "role": "officer", "department_id": str(a_department().id)}
    answer = desk.post(f"/desk/people/{administrator.id}", data=given)
    assert answer.status_code == 422
    assert "这是最后一位管理员" in answer.text
    assert queries.user_by_id(administrator.id).role is Role.ADMINISTRATOR


def test_departments_are_founded_and_moved(desk: FlaskClient) -> None:
    assert (
        desk.post("/desk/departments", data={"name": "县政府", "parent_id": ""}).status_code == 303
    )
    top = queries.department_by_name("县政府").id
    given = {"name": "教育局", "parent_id": str(top)}
    assert desk.post("/desk/departments", data=given).status_code == 303
    assert desk.post("/desk/departments", data=given).status_code == 422
    page = desk.get("/desk/departments").text
    assert "教育局" in page
    low = queries.department_by_name("教育局").id
    own = {"name": "县政府", "parent_id": str(low)}
    assert desk.post(f"/desk/departments/{top}", data=own).status_code == 422
    assert (
        desk.post(f"/desk/departments/{low}", data={"name": "教体局", "parent_id": ""}).status_code
        == 303
    )
    assert queries.department_by_name("教体局").parent_id is None


def test_the_list_of_people_is_filtered_and_goes_on(desk: FlaskClient) -> None:
    a_user(Role.CITIZEN, username="guest1")
    a_user(Role.OFFICER, username="xiaohe", display_name="王小河")
    page = desk.get("/desk/people").text
    assert "王小河" in page
    assert "guest1" not in page
    assert "guest1" in desk.get("/desk/people?role=citizen").text
    assert "没有符合条件的人员" in desk.get("/desk/people?words=nobody").text
    assert desk.get("/desk/people?role=emperor&department=x").status_code == 200
    assert desk.get("/desk/people?after=%00nonsense").status_code == 422


def test_the_setup_link_opens_a_form_once(context: Flask, client: FlaskClient) -> None:
    with transaction():
        token = operations.make_setup_link(SYSTEM)
    path = f"/setup/{token}"
    for _ in range(2):
        assert client.get(path).status_code == 200, "looking uses nothing up"
    weak = {"username": "root", "password": "short", "repeat": "short"}
    assert client.post(path, data=weak).status_code == 422
    given = {"username": "root", "password": NEW, "repeat": NEW}
    answer = client.post(path, data=given)
    assert (answer.status_code, answer.location) == (303, "/desk/departments")
    assert client.get("/desk/departments").status_code == 200
    answer = context.test_client().get(path)
    assert answer.status_code == 403
    assert "无效、已使用或已过期" in answer.text
    assert context.test_client().get("/setup/made-up").status_code == 403


def test_every_form_of_accounts_carries_a_key_against_forgery(context: Flask, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    admin = a_user(Role.ADMINISTRATOR)
    client = sign_in(app.test_client(), admin)
    for path in (
        "/account/sign-out",
        "/account",
        "/account/password",
        "/desk/people/new",
        f"/desk/people/{admin.id}",
        f"/desk/people/{admin.id}/password",
        f"/desk/people/{admin.id}/state",
        "/desk/departments",
        f"/desk/departments/{admin.department_id}",
    ):
        assert client.post(path, data={"action": "deactivate"}).status_code == 400, path
    guest = app.test_client()
    for path in ("/account/sign-in", "/account/register"):
        assert guest.post(path).status_code == 400
    page = guest.get("/account/sign-in").text
    [key] = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    given = {"username": admin.username, "password": PASSWORD, "csrf_token": key}
    assert guest.post("/account/sign-in", data=given).status_code == 303


def test_a_page_of_the_signed_in_costs_few_statements(desk: FlaskClient) -> None:
    from tests.accounts.test_queries import _statements

    for path, most in (("/account", 4), ("/desk/people", 5), ("/desk/departments", 5)):
        with _statements() as seen:
            assert desk.get(path).status_code == 200
        assert len(seen) <= most, (path, seen)
