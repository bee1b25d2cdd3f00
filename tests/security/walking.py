"""Walks every route of the application as every person, and says what came of it in one sign."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from participation.kernel.db import sqlite_module, transaction
from participation.web.caching import PageCache
from tests.security.bodies import BEFORE, BODIES
from tests.security.estate import STATES, Estate, Matter

STAGED = {"slug", "code"}
"""What an address must have for its answer to depend on a matter's state."""
NO_RECEIPT = "0000000000000000"
ASKED = {"search.search": {"q": "意见"}, "api.search": {"q": "意见"}}
"""What an address asks besides, where it says nothing without."""


@dataclass(frozen=True)
class Route:
    """An endpoint with one method."""

    endpoint: str
    method: str
    rule: Rule

    @property
    def name(self) -> str:
        return f"{self.endpoint} {self.method}"

    @property
    def is_staged(self) -> bool:
        return bool(STAGED & set(self.rule.arguments))

    @property
    def is_unsafe(self) -> bool:
        return self.method not in {"GET", "HEAD", "OPTIONS"}


def routes(estate: Estate) -> list[Route]:
    """Every route of the application, GET and unsafe methods apart."""
    found = {
        (rule.endpoint, method): Route(rule.endpoint, method, rule)
        for rule in estate.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return [found[key] for key in sorted(found)]


def access_of(estate: Estate, route: Route) -> tuple[str, ...]:
    """What the route declares of who may come in (`web.access`)."""
    view: Any = estate.app.view_functions[route.endpoint]
    declared = getattr(view, "access", None)
    return declared or getattr(getattr(view, "view_class", None), "access", ())


def address(estate: Estate, route: Route, matter: Matter | None) -> str:
    """A real address of the route in a matter; raise KeyError for a part nobody has a value for."""
    values: dict[str, Any] = {}
    for name in route.rule.arguments:
        values[name] = _value(estate, route.endpoint, name, matter)
    adapter = estate.app.url_map.bind("localhost")
    values |= ASKED.get(route.endpoint, {})
    return adapter.build(route.endpoint, values, method=route.method)


def _value(estate: Estate, endpoint: str, name: str, matter: Matter | None) -> Any:
    blueprint = endpoint.partition(".")[0]
    own = matter.values if matter else {}
    for key in (f"{endpoint} {name}", f"{blueprint} {name}", name):
        if key in own:
            return own[key]
        if key in estate.values:
            return estate.values[key]
    if matter is not None and name in {"code", "version", "number", "position"}:
        return NO_RECEIPT if name == "code" else 1
    raise KeyError(f"no value for <{name}> of {endpoint}: add it to the estate")


def stages(route: Route, estate: Estate) -> Iterator[Matter | None]:
    """The matters that the route is walked in; one walk where states do not matter."""
    if route.is_staged:
        yield from (estate.matters[state] for state in STATES)
    else:
        yield None


def ask(
    estate: Estate,
    route: Route,
    role: str,
    matter: Matter | None,
    *,
    method: str = "",
    cookie: str | None = None,
    extra: dict[str, Any] | None = None,
    **more: Any,
) -> TestResponse:
    """Send the route's request, with a body that means it, as one person."""
    client: FlaskClient = estate.app.test_client(use_cookies=False)
    own = estate.cookie(role) if cookie is None else cookie
    headers = {**({"Cookie": own} if own else {}), **more.pop("headers", {})}
    body: dict[str, Any] = {}
    if route.is_unsafe and not method:
        body = _body(estate, route, matter, extra or {})
    return client.open(
        address(estate, route, matter),
        method=method or route.method,
        headers=headers,
        **body,
        **more,
    )


def _body(
    estate: Estate, route: Route, matter: Matter | None, extra: dict[str, Any]
) -> dict[str, Any]:
    form = BODIES[route.endpoint](estate, matter)
    if route.endpoint.startswith("api."):
        return {"json": {**form, **extra}}
    data = {name: _part(value) for name, value in {**extra, **form}.items()}
    return {"data": data}


def _part(value: Any) -> Any:
    if isinstance(value, tuple):
        name, content = value
        return io.BytesIO(content), name
    return value


class Changes:
    """Tells whether somebody has committed a change, and puts the database back.

    It is put back page by page through SQLite itself, so that the application's open connections
    see it as a change like any other.
    """

    def __init__(self, estate: Estate) -> None:
        self._app = estate.app
        module = sqlite_module()
        self._file: sqlite3.Connection = module.connect(
            Path(estate.app.instance_path) / "participation.db", check_same_thread=False
        )
        self._file.execute("PRAGMA synchronous = OFF")
        self._kept: sqlite3.Connection = module.connect(":memory:", check_same_thread=False)
        self._file.backup(self._kept)
        self._seen, self._is_prepared = self._version(), False

    def _version(self) -> int:
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])

    def happened(self) -> bool:
        """Whether a change was committed since the database was last put back."""
        return self._version() != self._seen

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables."""
        names = self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: self._file.execute(f'SELECT * FROM "{name}"').fetchall()
            for (name,) in names.fetchall()
        }

    def values(self) -> dict[str, list[str]]:
        """What stands in every column, in no order, by `table.column`."""
        found: dict[str, list[str]] = {}
        for table, rows in self.rows().items():
            names = [each[1] for each in self._file.execute(f'PRAGMA table_info("{table}")')]
            for place, name in enumerate(names):
                found[f"{table}.{name}"] = sorted(repr(row[place]) for row in rows)
        return found

    def prepare(self, route: Route, matter: Matter | None) -> None:
        """Set up what the route acts on; take that for the present state."""
        if statement := BEFORE.get(route.endpoint):
            with self._app.app_context(), transaction() as session:
                session.execute(text(statement), matter.values if matter else {})
            self._seen, self._is_prepared = self._version(), True

    def settle(self) -> None:
        """Put the database back where anything was changed."""
        if self._is_prepared or self.happened():
            self.undo()

    def undo(self) -> None:
        """Put the database back as it was, and forget rendered pages."""
        self._kept.backup(self._file)
        self._app.extensions["pages"] = PageCache()
        self._seen, self._is_prepared = self._version(), False


SIGNS = {
    "+": "let in; where the method writes, something was written",
    "=": "answered, and nothing was written",
    "-": "refused (403)",
    ".": "not there (404)",
    ">": "sent elsewhere: to sign in, or to the page that stands for this one",
}


def sign_of(route: Route, response: TestResponse, *, has_changed: bool) -> str:
    """What came of a request; `!` for what must never come."""
    status = response.status_code
    if status >= 500:
        return "!"
    if route.is_unsafe:
        if has_changed:
            return "+" if status < 400 else "!"
        to_sign_in = status in (302, 303) and "/account/sign-in" in response.headers["Location"]
        return ">" if to_sign_in else {403: "-", 404: "."}.get(status, "=")
    if has_changed:
        return "!"
    if status in (301, 302, 303, 307, 308):
        return ">"
    return {200: "+", 403: "-", 404: "."}.get(status, "=")
