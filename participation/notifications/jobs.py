"""Sending the mails: the text is made when it is sent, the job holds ids only."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.comments.story import footers
from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.mailer import Undeliverable, mailer
from participation.notifications.subscribers import mail_address, once_key
from participation.web.locale import LANGUAGES

log = logging.getLogger(__name__)

BATCH = 500
# A mail is given up after four days (RFC 5321, 4.5.4.1); attempts are ten minutes apart at most.
ATTEMPTS = 4 * 24 * 6


@jobs.handler("notifications.result")
def tell_authors(payload: Mapping[str, Any]) -> None:
    """Enqueue one mail for each author with an address, a batch at a time."""
    consultation_id, version = payload["consultation_id"], payload["version"]
    batch = db.session.scalars(
        select(Comment)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.contact_sealed.is_not(None),
            Comment.outcome != Outcome.WITHDRAWN,
            Comment.id > payload["after"],
        )
        .order_by(Comment.id)
        .limit(BATCH)
    ).all()
    for comment in batch:
        if address := mail_address(comment):
            jobs.enqueue(
                "notifications.mail",
                {"what": "result", "comment_id": comment.id},
                unique_key=once_key(consultation_id, version, address),
            )
    if len(batch) == BATCH:
        jobs.enqueue("notifications.result", {**payload, "after": batch[-1].id})


@jobs.handler("notifications.mail", outside=True, attempts=ATTEMPTS)
def send_mail(payload: Mapping[str, Any]) -> None:
    """Send one mail, in the language the author wrote in.

    An address that the server refuses for good is let be. A crash after the server took the mail
    and before the job is noted as done sends it again: with the same Message-ID, by which mail
    servers and readers know it for the same one.
    """
    comment = db.session.scalars(
        select(Comment)
        .where(Comment.id == payload["comment_id"])
        .options(joinedload(Comment.consultation))
    ).one()
    address = mail_address(comment)
    if address is None:
        return
    with force_locale(LANGUAGES.get(comment.locale, LANGUAGES["zh"])):
        subject, text = _words(payload["what"], comment)
    identity = f"{jobs.running_job()}:{comment.receipt}"
    db.session.rollback()
    try:
        mailer().send(address, subject, text, identity=identity)
    except Undeliverable as error:
        # A mistyped address is no fault of the platform: the receipt page says the same.
        log.info("mail for opinion %s cannot be delivered: %s", payload["comment_id"], error)


def _words(what: str, comment: Comment) -> tuple[str, str]:
    site = current_app.config["SETTINGS"].site
    receipt = f"{site}/receipt/{comment.receipt}"
    title = comment.consultation.title
    subjects = {
        "received": _("意见回执：%(title)s", title=title),
        "withheld": _("您的意见没有公开显示：%(title)s", title=title),
        "result": _("采纳情况已公布：%(title)s", title=title),
    }
    if what == "received":
        said = _("您的意见已收到，编号第 %(number)s 号。", number=comment.number)
    elif what == "withheld":
        reason = _(comment.reason_code.explanation) if comment.reason_code else ""
        said = _("您的第 %(number)s 号意见没有公开显示。原因：", number=comment.number) + reason
    else:
        said = _("您提过意见的这件事项，采纳情况已经公布。您的意见怎样处理，可凭回执查看。")
    lines = [
        title,
        "",
        said,
        "",
        _("查看这条意见的办理情况："),
        receipt,
        "",
        _("这封邮件由系统自动发出，请勿回复。链接相当于您的回执，请不要转发。"),
    ]
    for footer in footers:
        if foot := footer(comment):
            lines += ["", _("公开记录的签名记录头，请留存，可用来核对记录有没有被改动："), foot]
    return subjects[what], "\n".join(lines)
