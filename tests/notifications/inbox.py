"""A real SMTP listener that the application sends to, and what it has got."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class Inbox:
    """Keeps what it is sent; refuses the first `faults` mails with a passing error."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.faults = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.faults:
            self.faults -= 1
            return "451 try again later"
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        assert envelope.rcpt_tos == [found["To"]]
        self.mails.append(found)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails of one address."""
        return [each for each in self.mails if each["To"] == address]


def text_of(mail: EmailMessage) -> str:
    """Its words as plain text."""
    part = mail.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    """Its words as HTML."""
    part = mail.get_body(("html",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def path_in(mail: EmailMessage, begins: str) -> str:
    """The path of the link in a mail that begins so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(begins)}[^\s>]*)", text_of(mail))
    assert found is not None
    return found[1]
