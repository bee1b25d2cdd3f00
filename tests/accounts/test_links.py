"""Registering, resetting and changing the address by mail: a page's button does it, and equally."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from participation.accounts import operations, passwords, queries, rules
from participation.accounts.addresses import address_digest, address_of, read_address
from participation.accounts.models import AccountLink, User, UserSession
from participation.accounts.rules import LinkKind
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Refused
from participation.kernel.jobs import Job
from tests.accounts.postbox import Postbox, open_postbox
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_user, actor_of, enrolled, sign_in

NEW = "a boat under the old bridge"
KNOWN, UNKNOWN = "wang@example.cn", "nobody@example.cn"


@pytest.fixture(scope="module")
def post() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


@pytest.fixture(autouse=True)
def empty(post: Postbox) -> None:
    post.mails.clear()


@pytest.fixture
def settings(post: Postbox) -> dict[str, Any]:
    mail = f"smtp://127.0.0.1:{post.port}?from=noreply@example.cn"
    return {"demo": "0", "rate_limits": "off", "worker": False, "mail_url": mail}


def registered(client: FlaskClient, post: Postbox, address: str = KNOWN) -> User:
    """Somebody who has gone through the whole registration."""
    client.post("/account/register", data={"email": address})
    jobs.run_due()
    given = {"display_name": "王芳", "password": PASSWORD, "repeat": PASSWORD}
    assert client.post(post.link(), data=given).location == "/account"
    user = queries.find_user(address)
    assert user is not None
    return user


@pytest.mark.both_databases
def test_an_account_is_made_by_the_button_of_the_page_that_the_mail_leads_to(
    context: Flask, client: FlaskClient, post: Postbox
) -> None:
    with clock.fixed(NOON):
        answer = client.post("/account/register", data={"email": " Wang@Example.cn "})
        assert answer.location == "/account/mail-sent?kind=register"
        assert "请看邮箱" in client.get(answer.location).text
        jobs.run_due()
        assert post.mails[0]["To"] == "Wang@Example.cn"
        link = post.link()
        # A mail scanner that opens every link, twice, makes nothing.
        assert client.get(link).status_code == client.get(link).status_code == 200
        assert db.session.scalar(select(func.count()).select_from(User)) == 0
        given = {"display_name": "王芳", "password": PASSWORD, "repeat": PASSWORD}
        assert client.post(link, data=given).location == "/account"
        assert "Wang@Example.cn" in client.get("/account").text
        assert client.post(link, data=given).status_code == 403
    user = queries.find_user("WANG@example.CN")
    assert user is not None
    assert (user.display_name, user.role, address_of(user)) == (
        "王芳",
        Role.CITIZEN,
        "Wang@Example.cn",
    )
    stored = db.session.scalars(select(AccountLink)).one()
    assert link.rpartition("/")[2] not in str(stored.token_hash)


def test_signing_in_is_by_the_address_too_and_a_user_name_cannot_look_like_one(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox
) -> None:
    registered(client, post)
    other = app.test_client()
    typed = {"username": "WANG@example.cn", "password": PASSWORD}
    assert other.post("/account/sign-in", data=typed).location == "/account"
    assert not rules.username_finding("li@example.cn", Role.CITIZEN)
    assert not rules.username_finding(f"{rules.UNNAMED}1", Role.CITIZEN)


@pytest.mark.both_databases
def test_a_forgotten_password_is_replaced_once_within_the_hour_and_ends_all_sessions(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox
) -> None:
    with clock.fixed(NOON):
        user = registered(client, post)
        assert client.get("/account").status_code == 200
        browser = app.test_client()
        browser.post("/account/forgotten", data={"email": KNOWN})
        jobs.run_due()
        link = post.link()
        assert browser.get(link).status_code == 200
        given = {"password": NEW, "repeat": NEW}
        with clock.fixed(NOON + rules.RESET_LINK_LIVES):
            assert browser.post(link, data=given).status_code == 403
        assert client.get("/account").status_code == 200
        assert browser.post(link, data=given).location == "/account/sign-in"
        assert browser.post(link, data=given).status_code == 403
        assert client.get("/account").status_code == 302, "a session from before"
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
        typed = {"username": KNOWN, "password": NEW}
        assert browser.post("/account/sign-in", data=typed).location == "/account"
        jobs.run_due()
    assert post.mails[-1]["Subject"].startswith("您的账号有变动 / ")
    assert address_of(queries.user_by_id(user.id)) == KNOWN


def test_a_reset_leaves_the_second_factor_where_it_is(
    context: Flask, client: FlaskClient, post: Postbox
) -> None:
    user = registered(client, post)
    enrolled(user)
    client.post("/account/sign-out")
    client.post("/account/forgotten", data={"email": KNOWN})
    jobs.run_due()
    link = next(
        post.link(place) for place in range(len(post.mails)) if "/reset/" in post.text(place)
    )
    client.post(link, data={"password": NEW, "repeat": NEW})
    client.post("/account/sign-in", data={"username": KNOWN, "password": NEW})
    assert client.get("/account").location.startswith("/account/second-factor/verify")


def test_a_second_registration_is_told_to_the_mailbox_alone(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox
) -> None:
    registered(client, post)
    post.mails.clear()
    answer = app.test_client().post("/account/register", data={"email": KNOWN.upper()})
    assert answer.location == "/account/mail-sent?kind=register"
    jobs.run_due()
    assert "已有账号" in post.mails[0]["Subject"]
    assert post.link() == "/account/sign-in"


def test_an_address_that_somebody_else_confirmed_meanwhile_is_refused(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox
) -> None:
    client.post("/account/register", data={"email": KNOWN})
    app.test_client().post("/account/register", data={"email": KNOWN})
    jobs.run_due()
    given = {"display_name": "王芳", "password": PASSWORD, "repeat": PASSWORD}
    assert client.post(post.link(0), data=given).location == "/account"
    late = app.test_client().post(post.link(1), data=given)
    assert late.status_code == 422
    assert "已确认用于另一个账号" in late.text
    assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_new_address_counts_once_its_owner_pressed_the_button_signed_in(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox
) -> None:
    user, thief = a_user(Role.CITIZEN), a_user(Role.CITIZEN)
    browser = sign_in(client, user)
    wrong = {"email": KNOWN, "password": "not the password"}
    assert browser.post("/account/address", data=wrong).status_code == 422
    browser.post("/account/address", data={"email": KNOWN, "password": PASSWORD})
    jobs.run_due()
    link = post.link()
    assert app.test_client().get(link).status_code == 302, "a guest signs in first"
    assert sign_in(app.test_client(), thief).post(link).status_code == 403
    assert browser.get(link).status_code == 200
    assert address_of(queries.user_by_id(user.id)) == ""
    assert browser.post(link).location == "/account"
    assert address_of(queries.user_by_id(user.id)) == KNOWN
    assert browser.post("/account/address/remove").location == "/account"
    assert queries.find_user(KNOWN) is None


def test_links_of_one_kind_open_no_other_page(
    context: Flask, client: FlaskClient, post: Postbox
) -> None:
    client.post("/account/register", data={"email": KNOWN})
    jobs.run_due()
    token = post.link().rpartition("/")[2]
    for path in ("reset", "address", "register/x"):
        assert client.get(f"/account/{path}/{token}").status_code in {302, 403, 404}
    assert client.get(f"/account/reset/{token}").status_code == 403
    with pytest.raises(Refused), transaction():
        operations.reset_by_link(token, passwords.choose(NEW, "", Role.CITIZEN))


def test_one_mailbox_is_not_flooded(context: Flask, client: FlaskClient, post: Postbox) -> None:
    for _ in range(rules.MOST_LINKS_AN_HOUR + 3):
        client.post("/account/register", data={"email": KNOWN})
    jobs.run_due()
    assert len(post.mails) == rules.MOST_LINKS_AN_HOUR


def test_whoever_reads_the_database_holds_neither_address_nor_link(
    context: Flask, client: FlaskClient, post: Postbox
) -> None:
    registered(client, post)
    rows = [
        str(tuple(row))
        for table in (User, AccountLink, Job)
        for row in db.session.execute(select(*table.__table__.columns))
    ]
    token = post.link().rpartition("/")[2]
    assert not [row for row in rows if KNOWN in row or token in row]


@pytest.mark.parametrize(
    "typed", ["", "wang", "wang@", "a@b", "a@b.cn, c@d.cn", "a b@c.cn", "王@c.cn"]
)
def test_what_is_no_address_is_told_at_its_field(
    context: Flask, client: FlaskClient, typed: str
) -> None:
    assert read_address(typed) is None
    assert client.post("/account/register", data={"email": typed}).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(AccountLink)) == 0


# Equal answers and equal work ------------------------------------------------------------------


@contextmanager
def noticed() -> Iterator[list[str]]:
    """Every statement to the database, and every comparing of a password."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    class Counted:
        """The real hasher, told apart only by being counted."""

        def __getattr__(self, name: str) -> Any:
            return getattr(hasher, name)

        def verify(self, stored: str, given: str) -> Any:
            seen.append("argon2")
            return hasher.verify(stored, given)

    hasher = passwords._hasher
    event.listen(db.engine, "before_cursor_execute", note)
    passwords._hasher = Counted()  # type: ignore[assignment]
    try:
        yield seen
    finally:
        passwords._hasher = hasher
        event.remove(db.engine, "before_cursor_execute", note)


Ask = Callable[[FlaskClient, str], Any]


def difference(app: Flask, ask: Ask) -> list[object]:
    """What tells the known address from the unknown one: the answers, then the work."""
    told, work = [], []
    for address in (UNKNOWN, KNOWN, UNKNOWN):
        with noticed() as seen:
            answer = ask(app.test_client(), address)
        words = re.sub(r'(name="submission_key"[^>]*value=")[^"]*', r"\1", answer.text)
        told.append((answer.status_code, answer.location, words.replace(address, "ADDRESS")))
        work.append(seen)
    # The first round also does what is done once in a process.
    return [found for found in (told[1:], work[1:]) if found[0] != found[1]]


ASKING: dict[str, Ask] = {
    "register": lambda client, address: client.post("/account/register", data={"email": address}),
    "forgotten": lambda client, address: client.post("/account/forgotten", data={"email": address}),
    "sign-in": lambda client, address: client.post(
        "/account/sign-in", data={"username": address, "password": "wrong password"}
    ),
}


@pytest.mark.parametrize("name", list(ASKING))
@pytest.mark.both_databases
def test_known_and_unknown_addresses_get_equal_answers_for_equal_work(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox, name: str
) -> None:
    registered(client, post)
    assert difference(app, ASKING[name]) == []


def test_a_twin_that_leaks_who_has_an_account_is_caught(
    context: Flask, app: Flask, client: FlaskClient, post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(client, post)
    honest = operations.ask_for_link

    def leaking(kind: LinkKind, typed: str, language: str, actor: Any = None) -> None:
        if queries.find_by_digest(address_digest(typed)) is not None:
            honest(kind, typed, language, actor)

    monkeypatch.setattr(operations, "ask_for_link", leaking)
    assert difference(app, ASKING["forgotten"])
    monkeypatch.undo()
    # Another one spares itself the comparing where there is nobody.
    compared = passwords.is_right
    lazy = lambda given, stored: bool(stored) and compared(given, stored)  # noqa: E731
    monkeypatch.setattr(passwords, "is_right", lazy)
    assert difference(app, ASKING["sign-in"])


def test_a_session_ends_at_last_however_busy_it_is(context: Flask, client: FlaskClient) -> None:
    citizen, officer = a_user(Role.CITIZEN), a_user(Role.OFFICER)
    for user, lives in (
        (citizen, rules.CITIZEN_SESSION_LIVES),
        (officer, rules.STAFF_SESSION_LIVES),
    ):
        with clock.fixed(NOON):
            client.post("/account/sign-in", data={"username": user.username, "password": PASSWORD})
        with clock.fixed(NOON + lives - timedelta(seconds=1)):
            assert client.get("/account").status_code == 200
        with clock.fixed(NOON + lives):
            assert client.get("/account").status_code == 302


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(
    context: Flask, app: Flask, client: FlaskClient
) -> None:
    user, other = a_user(Role.CITIZEN), a_user(Role.CITIZEN)
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}
    typed = {"username": user.username, "password": PASSWORD}
    client.post("/account/sign-in", data=typed, headers=agent)
    phone, library = sign_in(app.test_client(), user), sign_in(app.test_client(), user)
    stranger = sign_in(app.test_client(), other)
    page = client.get("/account/sessions").text
    assert page.count("Firefox · Windows") == 3
    assert "这台设备" in page
    theirs = stranger.get("/account/sessions").text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', theirs)
    assert key
    client.post("/account/sessions/end", data={"key": key[1]})
    assert stranger.get("/account").status_code == 200, "nobody ends another's"
    with phone.session_transaction() as session:
        mine = session["_user_id"].rpartition(".")[2]
    assert client.post("/account/sessions/end", data={"key": mine}).status_code == 303
    assert (phone.get("/account").status_code, library.get("/account").status_code) == (302, 200)
    client.post("/account/sessions/end")
    assert library.get("/account").status_code == 302
    assert client.get("/account").status_code == 200
    assert actor_of(user).id == user.id
