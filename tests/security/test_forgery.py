"""Nobody acts in another's name: form keys, reads that write nothing, fields nobody asked for.

All routes come from the application's map, all column names from the models.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Column, text

from participation.kernel.db import Base, Instant, transaction
from tests.security import table
from tests.security.bodies import BODIES
from tests.security.estate import Estate
from tests.security.walking import Changes, Route, ask, routes, stages

WITHOUT_KEY = {
    "api.send": "tools have no form; JSON alone is read, which no form of another site can send",
    "api.submit": "tools have no form; JSON alone is read, which no form of another site can send",
    "api.ask": "tools have no form; JSON alone is read, which no form of another site can send",
    "api.withdraw": "whoever holds the receipt's code may; it stands in the address",
    "notifications.unsubscribe": "mail programs press it (RFC 8058); its key is the whole right",
    "search.missed": "the note says nothing of the reader; a key would need a session",
    "web.set_language": "a preference in the reader's own browser; nothing here changes",
    "web.set_reading": "a preference in the reader's own browser; nothing here changes",
}
"""Writing routes that ask for no form key, and why."""
COMES_BACK = {"comments.basket", "comments.correct", "comments.write"}
"""Pages that check the key themselves: nothing is written, and what was typed comes back (422)."""
BY_ROLE = ("officer", "administrator", "drafter", "reviewer", "citizen", "guest")
MARK = "zqmassxqz"


@pytest.fixture(scope="module")
def changes(estate: Estate) -> Changes:
    """What tells whether anything was written, and puts it back."""
    return Changes(estate)


@pytest.fixture
def keyed(estate: Estate) -> Iterator[Estate]:
    """The estate with form keys checked, as it runs."""
    estate.app.config["WTF_CSRF_ENABLED"] = True
    yield estate
    estate.app.config["WTF_CSRF_ENABLED"] = False


def _unsafe(estate: Estate) -> list[Route]:
    return [route for route in routes(estate) if route.is_unsafe]


@pytest.fixture(scope="module")
def doers(estate: Estate) -> dict[str, tuple[str, Any]]:
    """For every writing route a person and a matter for whom it does something, by the table."""
    cells, found = table.read(), {}
    for route in _unsafe(estate):
        places = [
            (sign, role, matter)
            for sign in "+="
            for role in BY_ROLE
            for matter in stages(route, estate)
            if table.sign(cells, route.name, role, matter.state if matter else "drafting") == sign
        ]
        assert places, f"nobody gets anything at {route.name}"
        found[route.name] = places[0][1:]
    return found


def _signed_in(estate: Estate, role: str) -> tuple[str, str]:
    """A person's cookie with a form key in it, and the key as forms send it."""
    content = {**estate.session(role), "csrf_token": secrets.token_hex(20)}
    with estate.app.test_request_context():
        session.update(content)
        key = generate_csrf()
    return estate.signed(content), key


def test_every_writing_route_asks_for_its_own_form_key(
    keyed: Estate, changes: Changes, doers: dict[str, tuple[str, Any]]
) -> None:
    open_doors, dead = set(), []
    for route in _unsafe(keyed):
        role, matter = doers[route.name]
        cookie, own = _signed_in(keyed, role)
        others = _signed_in(keyed, "citizen")[1]
        for key in ("", others, own[:-1]):
            changes.prepare(route, matter)
            answer = ask(keyed, route, role, matter, cookie=cookie, extra={"csrf_token": key})
            refused = 422 if route.endpoint in COMES_BACK else 400
            if answer.status_code != refused or changes.happened():
                open_doors.add(route.endpoint)
            changes.settle()
        changes.prepare(route, matter)
        answer = ask(keyed, route, role, matter, cookie=cookie, extra={"csrf_token": own})
        if answer.status_code >= 400 and route.endpoint not in WITHOUT_KEY:
            dead.append(f"{route.name}: {answer.status_code} with its own key")
        changes.settle()
    assert open_doors == set(WITHOUT_KEY)
    assert dead == []


def test_what_another_site_sends_is_refused_even_with_a_key(
    estate: Estate, changes: Changes, doers: dict[str, tuple[str, Any]]
) -> None:
    taken = []
    for route in _unsafe(estate):
        role, matter = doers[route.name]
        for site in ("cross-site", "same-site"):
            changes.prepare(route, matter)
            answer = ask(estate, route, role, matter, headers={"Sec-Fetch-Site": site})
            if answer.status_code != 403 or changes.happened():
                taken.append(f"{route.name} {site}: {answer.status_code}")
            changes.settle()
    assert taken == []


def test_looking_changes_nothing(
    estate: Estate, changes: Changes, doers: dict[str, tuple[str, Any]]
) -> None:
    before, written = changes.rows(), []
    for route in routes(estate):
        role, matter = doers.get(route.name, ("officer", _last(estate, route)))
        for method in ("HEAD", "OPTIONS") if route.is_unsafe else ("GET", "HEAD", "OPTIONS"):
            ask(estate, route, role, matter, method=method).close()
            if changes.happened():
                written.append(f"{method} {route.endpoint}")
                changes.undo()
    assert written == []
    assert changes.rows() == before


def _last(estate: Estate, route: Route) -> Any:
    return estate.matters["closed"] if route.is_staged else None


def test_a_look_that_writes_is_found(estate: Estate, changes: Changes) -> None:
    with estate.app.app_context(), transaction() as opened:
        opened.execute(text("UPDATE user_account SET failed_attempts = 1"))
    assert changes.happened()
    changes.undo()
    assert not changes.happened()


def test_no_field_that_a_route_did_not_ask_for_is_taken(
    estate: Estate, changes: Changes, doers: dict[str, tuple[str, Any]]
) -> None:
    taken, before = {}, changes.values()
    for route in _unsafe(estate):
        role, matter = doers[route.name]
        plain = _after(estate, changes, route, role, matter, {})
        full = _after(estate, changes, route, role, matter, _every_column(estate, route, matter))
        if route.endpoint.startswith("api.") and full == before:
            continue  # refused as a whole: JSON has no unknown fields
        changed = _differing(plain, full)
        if changed:
            # Codes, keys and salts are another one each time.
            again = _after(estate, changes, route, role, matter, {})
            changed -= _differing(plain, again)
        if changed:
            taken[route.name] = changed
    assert taken == {}


def test_a_field_taken_unasked_is_found(estate: Estate, changes: Changes) -> None:
    before = changes.values()
    with estate.app.app_context(), transaction() as opened:
        opened.execute(text("UPDATE user_account SET role = 'administrator' WHERE id = 9"))
    assert _differing(before, changes.values()) == {"user_account.role"}
    changes.undo()


def _every_column(estate: Estate, route: Route, matter: Any) -> dict[str, Any]:
    """A value for every column of every model that the route's own body does not name."""
    own = BODIES[route.endpoint](estate, matter)
    found: dict[str, Any] = {}
    for table_ in Base.metadata.sorted_tables:
        for column in table_.columns:
            name = column.name
            if name not in own:
                found |= {name: _tempting(column), f"{table_.name}.{name}": _tempting(column)}
    return found


def _tempting(column: Column[Any]) -> str:
    choices = getattr(column.type, "enums", None)
    if choices:
        return str(choices[-1])
    kind = column.type.python_type if not isinstance(column.type, Instant) else datetime
    known = {bool: "1", int: "1", datetime: "2026-05-01T00:00:00Z", date: "2026-05-01"}
    return known.get(kind, MARK)


def _after(
    estate: Estate, changes: Changes, route: Route, role: str, matter: Any, extra: dict[str, Any]
) -> dict[str, list[str]]:
    """What stands in every column after the route was used."""
    changes.prepare(route, matter)
    ask(estate, route, role, matter, extra=extra).close()
    values = changes.values()
    changes.settle()
    return values


def _differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> set[str]:
    return {name for name in one if one[name] != other[name]}
