"""What is done for questions later: mails to who asked, and due dates once a year's list is out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from participation.inquiries.models import Inquiry
from participation.inquiries.operations import settle_provisional
from participation.inquiries.portable import mail_of
from participation.inquiries.rules import GONE, State
from participation.kernel import jobs
from participation.kernel.db import db, transaction
from participation.kernel.letter import Heading, Letter, Link, Part, Words
from participation.kernel.mailer import Undeliverable, mailer
from participation.rulebook.recognising import Nature
from participation.rulebook.statutes import rule
from participation.web.filters import day
from participation.web.locale import LANGUAGES

log = logging.getLogger(__name__)

MAIL = "inquiries.mail"
# A mail is given up after four days (RFC 5321, 4.5.4.1); attempts are ten minutes apart at most.
ATTEMPTS = 4 * 24 * 6
LOOK_SECONDS = 3600.0


@jobs.every(LOOK_SECONDS)
def settle() -> None:
    """Replace provisional due dates as soon as the year's official list is known."""
    provisional = exists().where(Inquiry.state == State.WAITING, Inquiry.is_due_provisional)
    if not db.session.scalar(select(provisional)):
        return
    db.session.rollback()
    with transaction():
        settle_provisional()


@jobs.handler(MAIL, outside=True, attempts=ATTEMPTS)
def send_mail(payload: Mapping[str, Any]) -> None:
    """Send one mail about a question, in the language it was asked in.

    Sent again after a crash it has the same Message-ID. An address that the server refuses for
    good is let be: the receipt page says the same.
    """
    inquiry = db.session.scalars(
        select(Inquiry)
        .where(Inquiry.id == payload["inquiry_id"])
        .options(joinedload(Inquiry.consultation))
    ).one()
    address = mail_of(inquiry)
    if not address or inquiry.state in GONE:
        db.session.rollback()
        return
    tag = LANGUAGES.get(inquiry.locale, LANGUAGES["zh"])
    with force_locale(tag):
        letter = _letter(payload["what"], inquiry, tag.replace("_", "-"))
    identity = f"{jobs.running_job()}:{inquiry.receipt}"
    db.session.rollback()
    try:
        mailer().post(address, letter, identity=identity)
    except Undeliverable as error:
        log.info("mail for question %s cannot be delivered: %s", payload["inquiry_id"], error)


def _letter(what: str, inquiry: Inquiry, lang: str) -> Letter:
    site = current_app.config["SETTINGS"].site
    title = inquiry.consultation.title
    said: list[Part]
    if what == "received":
        subject = _("提问回执：%(title)s", title=title)
        said = _received(inquiry)
    elif what == "referred":
        subject = _("您的提问已转办：%(title)s", title=title)
        said = _referred(inquiry)
    elif what == "revised":
        subject = _("答复有更正：%(title)s", title=title)
        said = [Words(_("对您的提问的答复作了更正，现在是：")), Words(inquiry.answer)]
    else:
        subject = _("您的提问已答复：%(title)s", title=title)
        said = [Words(_("对您的提问，答复如下：")), Words(inquiry.answer)]
    parts = (
        Heading(title),
        *said,
        Link(_("查看这个问题办到哪一步："), f"{site}/question/{inquiry.receipt}"),
        Words(_("这封邮件由系统自动发出，请勿回复。链接相当于您的回执，请不要转发。")),
    )
    return Letter(subject, parts, lang=lang)


def _received(inquiry: Inquiry) -> list[Part]:
    due = _(
        "您的提问已收到，编号第 %(number)s 号，%(day)s前答复；"
        "承办单位认为问题复杂的，会按规定延长，新的日期写在回执页上。",
        number=inquiry.number,
        day=day(inquiry.due_on),
    )
    provisional = _("当年的放假安排还没有公布，这个日期是暂定的。")
    return [Words(f"{due}{provisional}" if inquiry.is_due_provisional else due)]


def _referred(inquiry: Inquiry) -> list[Part]:
    last = inquiry.referrals[-1]
    told = _(
        "您写的内容属于%(nature)s，已转给%(unit)s。",
        nature=_(last.nature.label),
        unit=last.unit,
    )
    return [Words(told), Words(last.note), Words(what_follows(last.nature))]


def what_follows(nature: Nature) -> str:
    """What the sender of something handed on can expect, in the reader's language."""
    found = rule(nature.rule)
    words = _(found.sentence, **found.numbers)
    return _("%(rule)s（%(source)s）", rule=words, source=_(found.source))
