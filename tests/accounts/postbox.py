"""A mail server in the test's own process, and what it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.conftest import free_port


class Postbox:
    """Mails in the order of their coming."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail."""
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 OK"

    def text(self, place: int = -1) -> str:
        """The words of a mail."""
        body = self.mails[place].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def link(self, place: int = -1) -> str:
        """The path of the link in a mail."""
        found = re.search(r"https?://[^/\s]+(/account/\S+)", self.text(place))
        assert found
        return found[1]


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    """A server that takes mails at a loopback port."""
    box = Postbox(free_port())
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    try:
        yield box
    finally:
        server.stop()
