"""Asking over HTTP: keep-alive connections with cookies, answers with their times."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """A complete answer, and when its request began and when it had arrived (UTC)."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    began_at: datetime
    ended_at: datetime

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Caller:
    """One keep-alive connection with its cookies; any failure to get an answer is an OSError."""

    def __init__(self, port: int, timeout: float = 120.0) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """GET a path."""
        return self.ask("GET", path)

    def post_json(self, path: str, value: Any) -> Answer:
        """POST a value as JSON."""
        body = json.dumps(value).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/json"})

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """POST a form; redirects are not followed."""
        body = urlencode(fields).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; the connection is opened anew after a failure."""
        given = dict(headers or {})
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began_at = datetime.now(UTC)
        try:
            self._connection.request(method, path, body, given)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ConnectionError(f"{method} {path}: {error!r}") from error
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return Answer(response.status, response.headers, content, began_at, datetime.now(UTC))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def calling_at(port: int) -> Iterator[Caller]:
    """A caller, closed at the end."""
    caller = Caller(port)
    try:
        yield caller
    finally:
        caller.close()
