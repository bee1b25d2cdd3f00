"""Mail through a real SMTP listener."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from participation.kernel.mailer import Mailer
from tests.conftest import free_port


class Inbox:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """A listener on loopback."""
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


def test_a_mail_arrives_in_chinese(inbox: tuple[Inbox, int]) -> None:
    box, port = inbox
    Mailer(f"smtp://127.0.0.1:{port}?from=office@example.cn", "x@y").send(
        "reader@example.cn", "意见回执：《办法》", "您的意见已收到。\n第二行"
    )
    [(envelope, mail)] = box.mails
    assert envelope.mail_from == "office@example.cn"
    assert envelope.rcpt_tos == ["reader@example.cn"]
    assert mail["Subject"] == "意见回执：《办法》"
    assert mail.get_content().split() == ["您的意见已收到。", "第二行"]


def test_a_dead_server_is_an_error_to_be_tried_again() -> None:
    with pytest.raises(OSError):
        Mailer("smtp://127.0.0.1:9", "a@b.cn").send("c@d.cn", "x", "y")


def test_a_subject_cannot_smuggle_a_header(inbox: tuple[Inbox, int]) -> None:
    with pytest.raises(ValueError):
        Mailer(f"smtp://127.0.0.1:{inbox[1]}", "a@b.cn").send("c@d.cn", "x\nBcc: e@f.cn", "y")


def test_without_a_server_nothing_is_sent() -> None:
    mailer = Mailer("log:", "a@b.cn")
    assert not mailer.sends
    mailer.send("c@d.cn", "x", "y")


def test_an_unknown_address_is_refused() -> None:
    with pytest.raises(ValueError, match="mail_url"):
        Mailer("pigeon:", "a@b.cn")


def test_the_same_mail_sent_again_is_known_for_the_same_one(inbox: tuple[Inbox, int]) -> None:
    box, port = inbox
    mailer = Mailer(f"smtp://127.0.0.1:{port}", "a@b.cn")
    for identity in ("one", "one", "two", "", ""):
        mailer.send("c@d.cn", "x", "y", identity=identity)
    names = [mail["Message-ID"] for _envelope, mail in box.mails]
    assert names[0] == names[1]
    assert len(set(names)) == 4


class Rude(Inbox):
    """Takes the mail and then has no time for a farewell."""

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        return "421 too busy to say goodbye"


def test_a_mail_that_was_taken_is_sent_whatever_becomes_of_the_farewell() -> None:
    box = Rude()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        Mailer(f"smtp://127.0.0.1:{controller.port}", "a@b.cn").send("c@d.cn", "x", "y")
    finally:
        controller.stop()
    assert len(box.mails) == 1


def test_a_server_that_does_not_answer_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.kernel.mailer.CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mailer = Mailer(f"smtp://127.0.0.1:{mute.getsockname()[1]}", "a@b.cn")
        with pytest.raises(OSError, match="timed out"):
            mailer.check()
        with pytest.raises(OSError, match="a moment ago"):
            mailer.send("c@d.cn", "x", "y")
