"""Mails of organisations: the invitation with its link, and word to the lead of who joined."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from participation.accounts.addresses import address_of
from participation.kernel import jobs
from participation.kernel.db import db, transaction
from participation.kernel.letter import Heading, Letter, Link, Part, Words
from participation.kernel.mailer import Undeliverable, mailer
from participation.organisations import operations, queries, rules
from participation.organisations.operations import InvitationLetter
from participation.organisations.subscribers import JOINED
from participation.web.locale import LANGUAGES, TAGS

log = logging.getLogger(__name__)

# A mail is given up after four days (RFC 5321, 4.5.4.1); attempts are ten minutes apart at most.
ATTEMPTS = 4 * 24 * 6


@jobs.handler(operations.INVITE, outside=True, attempts=ATTEMPTS)
def send_invitation(payload: Mapping[str, Any]) -> None:
    """Write the invitation's token and send it; the token is in the mail and nowhere else."""
    with transaction(even_read_only=True):
        written = operations.write_invitation(payload["invitation_id"])
    if written is None:
        return
    with force_locale(LANGUAGES[written.language]):
        letter = _invitation(written)
    _post(written.address, letter)


@jobs.handler(JOINED, outside=True, attempts=ATTEMPTS)
def tell_lead(payload: Mapping[str, Any]) -> None:
    """Tell the lead, where there is a confirmed address, that somebody has joined."""
    members = queries.members_of(payload["organisation_id"])
    lead = next((each for each in members if each.part is rules.Part.LEAD), None)
    joined = next((each for each in members if each.user_id == payload["user_id"]), None)
    address = address_of(lead.user) if lead else ""
    if not address or joined is None:
        db.session.rollback()
        return
    name, number = joined.organisation.name, joined.organisation_id
    db.session.rollback()
    _post(address, _joined(name, number))


def _invitation(written: InvitationLetter) -> Letter:
    settings = current_app.config["SETTINGS"]
    asked = _(
        "有人邀请您加入“%(name)s”，和其他成员一起起草对公开征求意见的草案的意见，由负责人统一提交。",
        name=written.organisation,
    )
    days = rules.INVITED_FOR.days
    parts = (
        Heading(settings.platform_name),
        Words(asked),
        Link(
            _("查看邀请（%(days)s 天内有效，只能用一次）：", days=days),
            f"{settings.site}/organisations/join/{written.token}",
        ),
        Words(_("打开后先登录，没有账号的可以注册；加入以后，其他成员只看到您在本站的名字。")),
        Words(_("不认识这个单位、不想加入的，不用理会这封信。请不要把链接转给别人。")),
        Words(_("这封邮件由系统自动发出，请勿回复。")),
    )
    subject = _("邀请您一起起草意见：%(name)s", name=written.organisation)
    return Letter(subject, parts, lang=TAGS[written.language])


def _joined(name: str, number: int) -> Letter:
    """In both languages: nobody knows which one the lead reads."""
    settings = current_app.config["SETTINGS"]
    subjects: list[str] = []
    parts: list[Part] = [Heading(settings.platform_name)]
    for locale in LANGUAGES.values():
        with force_locale(locale):
            subjects.append(_("有新成员加入：%(name)s", name=name))
            parts += [
                Words(_("有一位新成员用您发出的邀请加入了“%(name)s”。", name=name)),
                Link(_("查看成员："), f"{settings.site}/organisations/{number}"),
                Words(_("如果不是您邀请的人，请在成员名单里移除。")),
                Words(_("这封邮件由系统自动发出，请勿回复。")),
            ]
    return Letter(" / ".join(subjects), tuple(parts))


def _post(address: str, letter: Letter) -> None:
    try:
        mailer().post(address, letter, identity=jobs.running_job())
    except Undeliverable as error:
        # Whoever mistyped an address invites again; nobody else is to hear of it.
        log.info("mail of an organisation cannot be delivered: %s", error)
