"""Nobody is led away, and no page or mail names a host but ours, whatever the request says."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.mailer import Mailer
from participation.web import admission
from tests.conftest import free_port
from tests.factories.accounts import PASSWORD
from tests.security import table
from tests.security.bodies import BODIES
from tests.security.estate import Estate
from tests.security.walking import Changes, Route, address, ask, routes, stages
from tests.web.test_access import ELSEWHERE

EVIL = "evil.example"
HOST_HEADERS = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-For": EVIL,
    "X-Host": EVIL,
    "X-HTTP-Host-Override": EVIL,
    "X-Original-Host": EVIL,
    "X-Original-URL": f"//{EVIL}/",
    "X-Rewrite-URL": f"https://{EVIL}/",
    "Forwarded": f"host={EVIL};proto=https",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "Referer": f"https://{EVIL}/",
    "Origin": f"https://{EVIL}",
}
LEADING = ("next", "back", "url", "target", "return", "return_to", "redirect", "goto", "continue")
HERE = "/about?zq=1"
SITE = "https://zhongyan.example.gov.cn"
FULL = os.environ.get("DRILL_SIZE") == "full"


@pytest.fixture(scope="module")
def changes(estate: Estate) -> Changes:
    """What puts the database back."""
    return Changes(estate)


def _doer(estate: Estate, route: Route) -> tuple[str, Any] | None:
    """A person and a matter for whom the route does the most, by the table."""
    cells = table.read()
    for sign in "+>=":
        for role in ("officer", "administrator", "drafter", "reviewer", "citizen", "guest"):
            for matter in stages(route, estate):
                state = matter.state if matter else "drafting"
                if table.sign(cells, route.name, role, state) == sign:
                    return role, matter
    return None


def _led(estate: Estate, changes: Changes, route: Route, target: str) -> str:
    """Where the route leads to when it is told to lead there, by every name for that."""
    found = _doer(estate, route)
    if found is None:
        return ""
    role, matter = found
    told = dict.fromkeys(LEADING, target)
    changes.prepare(route, matter)
    body = BODIES[route.endpoint](estate, matter) if route.is_unsafe else {}
    more = {**told, **{name: value for name, value in body.items() if name not in told}}
    client: FlaskClient = estate.app.test_client(use_cookies=False)
    sent = {"json": more} if route.endpoint.startswith("api.") else {"data": _plain(more)}
    path, _, own = address(estate, route, matter).partition("?")
    answer = client.open(
        path,
        method=route.method,
        headers={"Cookie": estate.cookie(role)},
        query_string={**dict(parse_qsl(own)), **told},
        **(sent if route.is_unsafe else {}),
    )
    answer.close()
    changes.settle()
    return answer.headers.get("Location", "") + answer.headers.get("Refresh", "")


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if not isinstance(value, tuple)}


@pytest.fixture(scope="module")
def leading(estate: Estate, changes: Changes) -> list[Route]:
    """The routes that lead to where they are told."""
    return [
        route for route in routes(estate) if _led(estate, changes, route, HERE).startswith("/about")
    ]


def test_nobody_is_led_to_another_site(
    estate: Estate, changes: Changes, leading: list[Route]
) -> None:
    assert {"accounts.sign_in", "comments.act", "web.set_language"} <= {
        each.endpoint for each in leading
    }
    away = [
        f"{route.name}: {target!r} -> {place!r}"
        for number, route in enumerate(leading)
        for target in (ELSEWHERE if FULL else ELSEWHERE[number % 6 :: 6])
        if not (place := _led(estate, changes, route, target)).startswith("/")
        or place.startswith(("//", "/\\"))
        or EVIL in place.partition("?")[0]
    ]
    assert away == []


@pytest.fixture(scope="module")
def answers(estate: Estate, changes: Changes) -> dict[str, tuple[str, list[str]]]:
    """What every route says to a request that names another host: (text and headers, cookies)."""
    found = {}
    for route in routes(estate):
        doer = _doer(estate, route)
        if doer is None:
            continue
        changes.prepare(route, doer[1])
        answer = ask(estate, route, *doer, headers=HOST_HEADERS, base_url=SITE)
        text = answer.get_data().decode("utf-8", "replace") + str(answer.headers)
        found[route.name] = (text, answer.headers.getlist("Set-Cookie"))
        answer.close()
        changes.settle()
    return found


def test_no_page_names_the_host_that_the_request_names(
    answers: dict[str, tuple[str, list[str]]],
) -> None:
    assert [name for name, (text, _cookies) in answers.items() if EVIL in text] == []
    assert len(answers) > 150


def test_every_cookie_has_its_flags(answers: dict[str, tuple[str, list[str]]]) -> None:
    bare, seen = [], set()
    for name, (_text, cookies) in answers.items():
        for cookie in cookies:
            seen.add(cookie.partition("=")[0])
            flags = {each.strip().lower() for each in cookie.split(";")[1:]}
            if not {"httponly", "secure", "samesite=lax"} <= flags:
                bare.append(f"{name}: {cookie}")
    assert bare == []
    assert "__Host-session" in seen


def test_no_mail_names_the_host_that_the_request_names(estate: Estate, changes: Changes) -> None:
    class Inbox:
        letters: list[str]

        def __init__(self) -> None:
            self.letters = []

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            self.letters.append(envelope.content.decode(errors="replace"))
            return "250 OK"

    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=free_port())
    server.start()
    before = estate.app.extensions["mailer"]
    estate.app.extensions["mailer"] = Mailer(f"smtp://127.0.0.1:{server.port}", "a@b.example")
    try:
        by_name = {route.name: route for route in routes(estate)}
        opened = estate.matters["open"]
        for name, role in (("comments.write POST", "guest"), ("comments.act POST", "officer")):
            ask(estate, by_name[name], role, opened, headers=HOST_HEADERS).close()
        with estate.app.app_context():
            while jobs.run_due():
                pass
            db.session.rollback()
    finally:
        server.stop()
        estate.app.extensions["mailer"] = before
        changes.undo()
    assert inbox.letters, "no mail was sent at all"
    assert [letter for letter in inbox.letters if EVIL in letter] == []


def test_what_is_carried_in_a_crowd_is_not_sent_to_another_site(estate: Estate) -> None:
    client: FlaskClient = estate.app.test_client(use_cookies=False)
    token = admission.waited.set(99.0)
    try:
        answer = client.post(
            "/",
            data={"body": "意见", "website": ""},
            environ_overrides={"PATH_INFO": f"//{EVIL}/x"},
        )
    finally:
        admission.waited.reset(token)
    assert answer.status_code in (404, 503)
    assert f'action="//{EVIL}' not in answer.text


def _sign_in(client: FlaskClient, username: str) -> Any:
    data = {"username": username, "password": PASSWORD}
    return client.post("/account/sign-in", data=data)


def test_a_session_planted_before_signing_in_is_worth_nothing(
    estate: Estate, changes: Changes
) -> None:
    client = estate.app.test_client()
    planted = estate.signed({"sent_receipt": "PLANTED", "csrf_token": "planted"})
    name, value = planted.split("=", 1)
    client.set_cookie(name, value)
    assert _sign_in(client, estate.names["officer"]).status_code == 303
    with client.session_transaction() as session:
        assert "PLANTED" not in session.values()
        assert session.get("csrf_token") != "planted"
    # What the planter still holds is nobody's.
    other = estate.app.test_client(use_cookies=False)
    assert other.get("/desk", headers={"Cookie": planted}).status_code == 302
    changes.undo()


@pytest.mark.parametrize("act", ["accounts.sign_out POST", "accounts.change_password POST"])
def test_an_old_cookie_is_dead_after_it(estate: Estate, changes: Changes, act: str) -> None:
    stolen = {"Cookie": estate.cookie("officer")}
    client = estate.app.test_client(use_cookies=False)
    assert client.get("/desk", headers=stolen).status_code == 200
    route = next(each for each in routes(estate) if each.name == act)
    assert ask(estate, route, "officer", None).status_code == 303
    assert client.get("/desk", headers=stolen).status_code == 302
    changes.undo()


def test_a_cookie_signed_with_another_key_is_nobodys(estate: Estate) -> None:
    name, value = estate.cookie("officer").split("=", 1)
    forged = f"{name}={value[:-4]}AAAA"
    client = estate.app.test_client(use_cookies=False)
    assert client.get("/desk", headers={"Cookie": forged}).status_code == 302
