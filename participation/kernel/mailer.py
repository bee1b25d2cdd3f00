"""Mail: sent through an SMTP server, or said in the log where none is set."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
CHECK_SECONDS = 5
PERMANENT = 500


class Undeliverable(Exception):
    """The server refuses the recipient for good: trying again is of no use."""


class Mailer:
    """Sends plain mails; the address chooses the adapter (`log:` or `smtp:`)."""

    def __init__(self, url: str, sender: str) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in {"log", "smtp"}:
            raise ValueError(f"mail_url: {self._parts.scheme or url}: log, smtp")
        self._options = {name: words[-1] for name, words in parse_qs(self._parts.query).items()}
        self.sender = self._options.get("from", sender)

    @property
    def sends(self) -> bool:
        """Whether mails leave the house."""
        return self._parts.scheme == "smtp"

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one mail.

        Raises OSError or smtplib's errors where the server does not take it now, Undeliverable
        where it never will for this address; no error's words hold the address.
        """
        if not self.sends:
            log.info("mail not sent, no server is set (mail_url): %s", subject)
            return
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="zhongyan.invalid")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with self._server() as server:
            _deliver(server, message, to)

    def check(self) -> None:
        """Reach the server and sign in, without sending; raise what `send` raises."""
        with self._server(CHECK_SECONDS) as server:
            server.noop()

    @contextmanager
    def _server(self, timeout: float = TIMEOUT_SECONDS) -> Iterator[smtplib.SMTP]:
        host, port = self._parts.hostname or "localhost", self._parts.port or 25
        with smtplib.SMTP(host, port, timeout=timeout) as server:
            if self._options.get("tls") == "1":
                server.starttls(context=ssl.create_default_context())
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            yield server


def _deliver(server: smtplib.SMTP, message: EmailMessage, to: str) -> None:
    # What a server answers often repeats the address; the error is kept with the job and logged.
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, _words = next(iter(error.recipients.values()))
        if code >= PERMANENT:
            raise Undeliverable(f"SMTP {code}") from None
        raise OSError(f"SMTP {code}") from None
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error
        said = words.decode(errors="replace") if isinstance(words, bytes) else words
        raise OSError(f"SMTP {error.smtp_code} {said.replace(to, '…')}") from None


def mailer() -> Mailer:
    """The running application's mailer."""
    found = current_app.extensions["mailer"]
    assert isinstance(found, Mailer)
    return found
