"""What is done with opinions later, by itself: contacts and files are deleted when time is up."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from participation.comments import queries
from participation.comments.models import Comment
from participation.comments.operations import forget_contacts
from participation.comments.operations.reaching import SEND_CODES
from participation.comments.portable import opened
from participation.comments.receipts import grouped
from participation.comments.rules import ContactField
from participation.kernel import jobs
from participation.kernel.claims import drop_unclaimed
from participation.kernel.db import db
from participation.kernel.letter import Heading, Letter, Link, Part, Words
from participation.kernel.mailer import Undeliverable, mailer
from participation.web.locale import LANGUAGES, TAGS

log = logging.getLogger(__name__)


@jobs.handler("comments.forget_contacts")
def forget(payload: Mapping[str, Any]) -> None:
    """Delete the contacts of a consultation's authors."""
    forget_contacts(payload["consultation_id"])


class StillYoung(Exception):
    """Somebody may be about to claim the content; the job is tried again."""


@jobs.handler("comments.drop_content", outside=True)
def drop_content(payload: Mapping[str, Any]) -> None:
    """Remove the content of a file whose opinion is gone, unless another has the same one."""
    if not drop_unclaimed(payload["key"]):
        raise StillYoung


@jobs.handler(SEND_CODES, outside=True)
def send_codes(payload: Mapping[str, Any]) -> None:
    """Send the codes of a contact's opinions to it; to an unknown one or a telephone nothing."""
    comments = queries.of_contact(payload["digest"])
    address = opened(comments[0], ContactField.CONTACT) if comments else ""
    if "@" not in address:
        return
    locale = payload["locale"]
    with force_locale(LANGUAGES[locale]):
        letter = _codes(comments, TAGS[locale])
    identity = jobs.running_job()
    db.session.rollback()
    try:
        mailer().post(address, letter, identity=identity)
    except Undeliverable as error:
        log.info("codes cannot be delivered: %s", error)


def _codes(comments: Sequence[Comment], lang: str) -> Letter:
    site = current_app.config["SETTINGS"].site
    subject = _("您的意见回执码")
    parts: list[Part] = [
        Heading(subject),
        Words(
            _("有人在网站上要求把用这个邮箱提交的意见的回执码再发一次。不是您本人的，不必理会。")
        ),
    ]
    for each in comments:
        number = _("第 %(number)s 号", number=each.number)
        code = _("回执码 %(code)s", code=grouped(each.receipt))
        parts.append(Words(f"{each.consultation.title}\n{number}  {code}"))
        parts.append(Link(_("查看这条意见的办理情况："), f"{site}/receipt/{each.receipt}"))
    parts.append(Words(_("这封邮件由系统自动发出，请勿回复。链接相当于您的回执，请不要转发。")))
    return Letter(subject, tuple(parts), lang)
