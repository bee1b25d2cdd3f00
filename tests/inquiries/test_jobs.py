"""The mails about questions, through a real SMTP listener: who is told what, and in whose words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from participation.comments.operations.reaching import ask_codes
from participation.inquiries import operations
from participation.kernel import jobs
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job
from participation.kernel.mailer import Mailer
from participation.rulebook.recognising import Nature
from tests.conftest import NOON, free_port
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import ANSWER, an_inquiry

pytestmark = pytest.mark.usefixtures("context", "at_noon")
MAIL = "asker@example.cn"


class Inbox:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 OK"

    def by_subject(self) -> dict[str, str]:
        """The plain words of each mail by the beginning of its subject."""
        told = {}
        for mail in self.mails:
            assert mail["To"] == MAIL
            body = mail.get_body(("plain",))
            assert body is not None
            told[str(mail["Subject"]).split("：")[0]] = body.get_content()
        return told


@pytest.fixture
def inbox(context: Flask) -> Iterator[Inbox]:
    found, port = Inbox(), free_port()
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    context.extensions["mailer"] = Mailer(f"smtp://127.0.0.1:{port}", "noreply@example.cn")
    yield found
    server.stop()


def work() -> None:
    db.session.rollback()
    while jobs.run_due():
        pass


def test_who_left_an_address_is_told_of_receipt_answer_and_correction(inbox: Inbox) -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, mail=MAIL, answered=ANSWER, at=NOON)
    an_inquiry(consultation, answered=ANSWER)
    new = "按草案第四条，路灯由县住建局负责维修。"
    work()
    with transaction():
        operations.revise_answer(SYSTEM, consultation.slug, inquiry.number, new)
    work()
    told = inbox.by_subject()
    assert set(told) == {"提问回执", "您的提问已答复", "答复有更正"}
    assert "2026年6月2日前答复" in told["提问回执"]
    assert ANSWER in told["您的提问已答复"]
    assert new in told["答复有更正"]
    assert all(f"/question/{inquiry.receipt}" in each for each in told.values())
    payloads = json.dumps(
        [each.payload for each in db.session.scalars(db.select(Job))], ensure_ascii=False
    )
    assert MAIL not in payloads
    assert ANSWER not in payloads


def test_who_is_handed_on_reads_where_to_and_what_follows(inbox: Inbox) -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, mail=MAIL, at=NOON)
    note = "请到县信访局窗口反映，地址见公告。"
    with transaction():
        operations.refer_inquiry(
            SYSTEM, consultation.slug, inquiry.number, Nature.PETITION, "云溪县信访局", note
        )
    work()
    said = inbox.by_subject()["您的提问已转办"]
    assert "属于信访事项，已转给云溪县信访局" in said
    assert note in said
    assert "15日内告知" in said


def test_nobody_is_written_to_after_having_withdrawn(inbox: Inbox) -> None:
    inquiry = an_inquiry(a_consultation("open"), mail=MAIL, at=NOON)
    with transaction():
        operations.withdraw_inquiry(inquiry.receipt)
    work()
    assert inbox.mails == []


def test_a_lost_code_is_sent_again_to_the_address_that_was_left(inbox: Inbox) -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, mail=MAIL, at=NOON)
    work()
    inbox.mails.clear()
    with transaction():
        ask_codes("Asker@Example.cn", "zh")
        ask_codes("nobody@example.cn", "zh")
    work()
    [mail] = inbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"/question/{inquiry.receipt}" in body.get_content()
    assert "第 1 号提问" in body.get_content()
