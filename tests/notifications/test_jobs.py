"""The mails, through a real SMTP listener: who is told what, once, and nothing private in a job."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, current_app
from sqlalchemy import select, text

from participation.adoption import operations as adoption
from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel import clock, jobs
from participation.kernel.actor import GUEST, SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState
from participation.kernel.mailer import Mailer
from participation.notifications import jobs as mails
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON, free_port
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment, an_entered_comment, some_words
from tests.factories.consultations import a_consultation
from tests.notifications.inbox import Inbox, text_of

ADDRESS = "reader@example.cn"
BODY = "这是只有经办人该看到的原话。"
CLOSED = {"opens_at": NOON - timedelta(days=40)}


def _mail_jobs() -> list[Job]:
    db.session.rollback()
    kinds = ("notifications.mail", "notifications.result")
    return list(db.session.scalars(select(Job).where(Job.kind.in_(kinds)).order_by(Job.id)))


def _answered(consultation: Consultation, opinions: list[Comment]) -> None:
    assert consultation.closes_at is not None
    with clock.fixed(consultation.closes_at + timedelta(days=1)):
        a_point(consultation, opinions)
    run_worker(NOON)


@pytest.mark.both_databases
def test_a_receipt_is_mailed_to_who_gave_an_address(inbox: Inbox) -> None:
    made = a_consultation("open")
    comment = a_comment(made, contact=ADDRESS, body=BODY)
    run_worker(NOON)
    [mail] = inbox.mails
    assert mail["To"] == ADDRESS
    assert mail["From"] == "office@example.cn"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == f"意见回执：{made.title}"
    words = mail.get_body(("plain",)).get_content()
    assert f"/receipt/{comment.receipt}" in words
    assert "编号第 1 号" in words
    assert BODY not in words


def test_who_gave_a_telephone_or_nothing_gets_no_mail(inbox: Inbox) -> None:
    made = a_consultation("open")
    a_comment(made, contact="13800000000")
    a_comment(made)
    assert _mail_jobs() == []
    run_worker(NOON)
    assert inbox.mails == []


@pytest.mark.both_databases
def test_no_job_holds_an_address_or_a_word_of_the_opinion(inbox: Inbox) -> None:
    made = a_consultation("closed", **CLOSED)
    comment = a_comment(made, contact=ADDRESS, name="王小明", body=BODY, proposed_text=BODY)
    with clock.fixed(NOON), transaction():
        comments.withhold(SYSTEM, made.slug, comment.id, WithholdingReason.INSULT)
    _answered(made, [comment])
    assert len(inbox.mails) == 3
    rows = db.session.execute(text("SELECT * FROM job")).all()
    assert len(rows) >= 4
    kept = json.dumps([[str(value) for value in row] for row in rows], ensure_ascii=False)
    for private in (ADDRESS, "reader", "example.cn", "王小明", BODY, BODY[:6], comment.receipt):
        assert private not in kept


def test_the_author_is_told_why_an_opinion_is_not_shown(inbox: Inbox) -> None:
    made = a_consultation("open")
    comment = a_comment(made, contact=ADDRESS)
    run_worker(NOON)
    with clock.fixed(NOON), transaction():
        comments.withhold(SYSTEM, made.slug, comment.id, WithholdingReason.ADVERTISING)
    run_worker(NOON)
    mail = inbox.mails[-1]
    assert mail["Subject"].startswith("您的意见没有公开显示")
    assert WithholdingReason.ADVERTISING.explanation in mail.get_body(("plain",)).get_content()


@pytest.mark.both_databases
def test_one_mail_a_person_and_version_however_many_opinions(inbox: Inbox) -> None:
    made = a_consultation("closed", **CLOSED)
    own = [a_comment(made, contact=ADDRESS), a_comment(made, contact=ADDRESS.upper())]
    other = a_comment(made, contact="second@example.cn")
    run_worker(NOON - timedelta(days=20))
    inbox.mails.clear()
    _answered(made, [*own, other])
    assert sorted(mail["To"].lower() for mail in inbox.mails) == [ADDRESS, "second@example.cn"]
    assert all(mail["Subject"].startswith("采纳情况已公布") for mail in inbox.mails)
    inbox.mails.clear()
    with clock.fixed(NOON), transaction():
        adoption.publish_correction(SYSTEM, made.slug, "改正了第三条的理由。")
    run_worker(NOON)
    assert sorted(mail["To"].lower() for mail in inbox.mails) == [ADDRESS, "second@example.cn"]


def test_nobody_is_told_twice_if_the_telling_is_repeated(inbox: Inbox) -> None:
    made = a_consultation("closed", **CLOSED)
    comment = a_comment(made, contact=ADDRESS)
    _answered(made, [comment])
    count = len(inbox.mails)
    with transaction():
        jobs.enqueue("notifications.result", {"consultation_id": made.id, "version": 1, "after": 0})
    run_worker(NOON)
    assert len(inbox.mails) == count


def test_who_withdrew_is_left_alone(inbox: Inbox) -> None:
    made = a_consultation("closed", **CLOSED)
    gone = a_comment(made, contact=ADDRESS, withdrawn=True)
    stays = a_comment(made, contact="stays@example.cn")
    run_worker(NOON - timedelta(days=20))
    inbox.mails.clear()
    _answered(made, [stays])
    assert gone.withdrawn_at is not None
    assert [mail["To"] for mail in inbox.mails] == ["stays@example.cn"]


def test_an_opinion_that_an_officer_entered_is_confirmed_too(inbox: Inbox) -> None:
    made = a_consultation("open")
    with clock.fixed(NOON):
        an_entered_comment(made, contact=ADDRESS)
    run_worker(NOON)
    assert [mail["To"] for mail in inbox.mails] == [ADDRESS]


def test_many_authors_are_told_batch_by_batch(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_consultation("closed", **CLOSED)
    opinions = [a_comment(made, contact=f"reader{number}@example.cn") for number in range(7)]
    run_worker(NOON - timedelta(days=20))
    inbox.mails.clear()
    monkeypatch.setattr(mails, "BATCH", 3)
    _answered(made, opinions)
    assert len({mail["To"] for mail in inbox.mails}) == len(inbox.mails) == 7


@pytest.mark.both_databases
def test_a_mail_of_a_rolled_back_opinion_never_goes_out(inbox: Inbox) -> None:
    made = a_consultation("open")

    def act() -> None:
        with clock.fixed(NOON), transaction():
            comments.submit_comment(GUEST, made.slug, some_words(contact=ADDRESS))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    run_worker(NOON)
    assert _mail_jobs() == []
    assert inbox.mails == []


def test_a_mail_refused_for_now_is_sent_later_and_the_opinion_stands(inbox: Inbox) -> None:
    inbox.faults = 2
    a_comment(a_consultation("open"), contact=ADDRESS)
    run_worker(NOON, rounds=1)
    assert inbox.mails == []
    [job] = _mail_jobs()
    assert (job.state, job.attempts) == (JobState.READY, 1)
    assert "451" in (job.last_error or "")
    run_worker(NOON + timedelta(minutes=1), rounds=1)
    run_worker(NOON + timedelta(minutes=5), rounds=1)
    assert [mail["To"] for mail in inbox.mails] == [ADDRESS]
    assert _mail_jobs()[0].state is JobState.DONE


class Unknowing(Inbox):
    """Knows nobody, and says so with the address in its answer."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code

    async def handle_RCPT(
        self, _server: Any, _session: Any, _envelope: Any, address: str, _options: Any
    ) -> str:
        return f"{self.code} no such user {address}"


@pytest.mark.parametrize(("code", "state"), [(450, JobState.READY), (550, JobState.DONE)])
def test_a_mistyped_address_is_let_be_and_stays_out_of_jobs_and_logs(
    context: Flask, caplog: pytest.LogCaptureFixture, code: int, state: JobState
) -> None:
    controller = Controller(Unknowing(code), hostname="127.0.0.1", port=free_port())
    controller.start()
    context.extensions["mailer"] = Mailer(f"smtp://127.0.0.1:{controller.port}", "a@b.cn")
    try:
        a_comment(a_consultation("open"), contact=ADDRESS)
        with caplog.at_level("INFO"):
            run_worker(NOON, rounds=1)
    finally:
        controller.stop()
    [job] = _mail_jobs()
    assert job.state is state
    assert ADDRESS not in (job.last_error or "")
    own = [each.getMessage() for each in caplog.records if "participation" in each.name]
    assert own
    assert ADDRESS not in "".join(own)


@pytest.mark.parametrize(
    ("locale", "subject"),
    [("zh", "意见回执："), ("en", "Your receipt: "), ("xx", "意见回执：")],
)
def test_a_mail_speaks_the_language_that_its_author_wrote_in(
    inbox: Inbox, tmp_path: Path, locale: str, subject: str
) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("意见回执：%(title)s", "Your receipt: %(title)s", flags=["python-format"])
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    current_app.extensions["babel"].translation_directories[:] = [str(tmp_path / "translations")]
    made = a_consultation("open")
    a_comment(made, contact=ADDRESS, locale=locale)
    run_worker(NOON)
    assert inbox.mails[0]["Subject"] == f"{subject}{made.title}"


@pytest.mark.settings(public_url="https://zhongyan.example.gov.cn/")
def test_the_link_leads_to_the_public_address(inbox: Inbox) -> None:
    comment = a_comment(a_consultation("open"), contact=ADDRESS)
    run_worker(NOON)
    link = f"https://zhongyan.example.gov.cn/receipt/{comment.receipt}"
    assert link in inbox.mails[0].get_body(("plain",)).get_content()


@pytest.mark.both_databases
def test_several_sent_at_once_get_one_letter_with_their_one_receipt(inbox: Inbox) -> None:
    made = a_consultation("open")
    slug, several = made.slug, [some_words(contact=ADDRESS) for _ in range(3)]
    with clock.fixed(NOON), transaction():
        sent = comments.submit_sending(GUEST, slug, "one-sending-key", several)
        code = sent.sending.code
    run_worker(NOON)
    [mail] = inbox.mails
    assert f"/sending/{code}" in text_of(mail)
    assert "/receipt/" not in text_of(mail)


def test_who_switched_mail_off_hears_of_nothing_more(inbox: Inbox) -> None:
    made = a_consultation("closed", **CLOSED)
    comment = a_comment(made, contact=ADDRESS)
    run_worker(NOON - timedelta(days=20))
    with transaction():
        db.session.get_one(Comment, comment.id).is_mail_wanted = False
    inbox.mails.clear()
    _answered(made, [comment])
    assert inbox.mails == []
