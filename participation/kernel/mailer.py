"""Mail: sent through an SMTP server, or said in the log where none is set."""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from participation.kernel.letter import Letter

log = logging.getLogger(__name__)

CONNECT_SECONDS, TIMEOUT_SECONDS = 5, 20
# After one vain wait the next mails wait for nothing for a while: other jobs stand behind them.
AWAY_SECONDS = 15
PERMANENT = 500
DOMAIN = "zhongyan.invalid"


class Undeliverable(Exception):
    """The server refuses the recipient for good: trying again is of no use."""


class Mailer:
    """Sends mails; the address chooses the adapter (`log:` or `smtp:`)."""

    def __init__(self, url: str, sender: str) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in {"log", "smtp"}:
            raise ValueError(f"mail_url: {self._parts.scheme or url}: log, smtp")
        self._options = {name: words[-1] for name, words in parse_qs(self._parts.query).items()}
        self.sender = self._options.get("from", sender)
        self._away_until = 0.0

    @property
    def sends(self) -> bool:
        """Whether mails leave the house."""
        return self._parts.scheme == "smtp"

    def post(self, to: str, letter: Letter, *, identity: str = "") -> None:
        """Send a letter as text and as HTML; raises what `send` raises."""
        self.send(
            to,
            letter.subject,
            letter.text,
            html=letter.html,
            headers=letter.headers,
            identity=identity,
        )

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        *,
        html: str = "",
        headers: Mapping[str, str] | None = None,
        identity: str = "",
    ) -> None:
        """Send one mail; with the same `identity` it is the same mail again, for whoever gets it.

        `html` says the same as `text`. Raises OSError or smtplib's errors where the server does not
        take it now, Undeliverable where it never will for this address; no error's words hold the
        address.
        """
        if not self.sends:
            log.info("mail not sent, no server is set (mail_url): %s", subject)
            return
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), _message_id(identity)
        message["Auto-Submitted"] = "auto-generated"
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        with self._server() as server:
            _deliver(server, message, to)

    def check(self) -> None:
        """Reach the server and sign in, without sending; raise what `send` raises."""
        with self._server(CONNECT_SECONDS) as server:
            server.noop()

    @contextmanager
    def _server(self, timeout: float = TIMEOUT_SECONDS) -> Iterator[smtplib.SMTP]:
        server = self._connected()
        try:
            if server.sock is not None:
                server.sock.settimeout(timeout)
            if self._options.get("tls") == "1":
                server.starttls(context=ssl.create_default_context())
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            yield server
        finally:
            # Whatever becomes of the farewell: a mail that was taken is not to be sent again.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if time.monotonic() < self._away_until:
            raise OSError("the mail server did not answer a moment ago")
        host, port = self._parts.hostname or "localhost", self._parts.port or 25
        began = time.monotonic()
        try:
            return smtplib.SMTP(host, port, timeout=CONNECT_SECONDS)
        except OSError:
            # A refused connection costs nothing; one that nobody answers does.
            if time.monotonic() - began >= CONNECT_SECONDS:
                self._away_until = time.monotonic() + AWAY_SECONDS
            raise


def _message_id(identity: str) -> str:
    if not identity:
        return make_msgid(domain=DOMAIN)
    return f"<{hashlib.sha256(identity.encode()).hexdigest()[:40]}@{DOMAIN}>"


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
