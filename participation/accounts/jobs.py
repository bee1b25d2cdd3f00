"""Mails about accounts: the link somebody asked for, and word of what has changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from participation.accounts import operations
from participation.accounts.addresses import address_of
from participation.accounts.models import User
from participation.accounts.operations.links import MAIL_LINK, Letter, Says
from participation.accounts.subscribers import CHANGES, TELL
from participation.kernel import jobs
from participation.kernel.db import db, transaction
from participation.kernel.mailer import Undeliverable, mailer
from participation.web.locale import LANGUAGES

log = logging.getLogger(__name__)

# A link lives a day at most: later than that there is nothing to try for (ten minutes apart).
ATTEMPTS = 24 * 6


@jobs.handler(MAIL_LINK, outside=True, attempts=ATTEMPTS)
def mail_link(payload: Mapping[str, Any]) -> None:
    """Find out what the mail says and send it; the token is in the mail and nowhere else."""
    with transaction(even_read_only=True):
        letter = operations.write_letter(payload["link"])
    if letter is None:
        return
    with force_locale(LANGUAGES.get(letter.language, LANGUAGES["zh"])):
        subject, text = _words(letter)
    _send(letter.address, subject, text)


@jobs.handler(TELL, outside=True, attempts=ATTEMPTS)
def tell_owner(payload: Mapping[str, Any]) -> None:
    """Tell the owner of an account what has changed, in both languages: it may not be theirs."""
    user = db.session.get(User, payload["user_id"])
    address = address_of(user) if user else ""
    db.session.rollback()
    if not address:
        return
    subjects, texts = [], []
    for locale in LANGUAGES.values():
        with force_locale(locale):
            subjects.append(_("您的账号有变动"))
            texts.append(_change(payload["what"]))
    _send(address, " / ".join(subjects), "\n\n---\n\n".join(texts))


def _change(what: str) -> str:
    site = current_app.config["SETTINGS"].site
    lines = [
        _(CHANGES[what]),
        "",
        _("如果是您本人做的，不用理会这封信。如果不是，请马上重设密码："),
        f"{site}/account/forgotten",
        "",
        _("这封邮件由系统自动发出，请勿回复。"),
    ]
    return "\n".join(lines)


def _words(letter: Letter) -> tuple[str, str]:
    settings = current_app.config["SETTINGS"]
    paths = {
        Says.REGISTER: f"/account/register/{letter.token}",
        Says.RESET: f"/account/reset/{letter.token}",
        Says.ADDRESS: f"/account/address/{letter.token}",
        Says.HAS_ACCOUNT: "/account/sign-in",
    }
    subjects = {
        Says.REGISTER: _("请确认邮箱，完成注册"),
        Says.RESET: _("重设密码"),
        Says.ADDRESS: _("请确认新邮箱"),
        Says.HAS_ACCOUNT: _("这个邮箱已有账号"),
    }
    said = {
        Says.REGISTER: _("有人用这个邮箱在本站注册。如果是您，请在 24 小时内打开下面的链接："),
        Says.RESET: _("有人要重设这个账号的密码。如果是您，请在 1 小时内打开下面的链接："),
        Says.ADDRESS: _("有人要把这个邮箱用于本站的账号。如果是您，请先登录，再在 24 小时内打开："),
        Says.HAS_ACCOUNT: _(
            "有人用这个邮箱在本站注册或者换邮箱，但它已经有账号。"
            "如果是您，请直接登录；忘记密码的，在登录页重设："
        ),
    }
    lines = [
        settings.platform_name,
        "",
        said[letter.says],
        "",
        settings.site + paths[letter.says],
        "",
        _("如果不是您，不用理会这封信，什么都不会改变。请不要把链接转给别人。"),
        _("这封邮件由系统自动发出，请勿回复。"),
    ]
    return subjects[letter.says], "\n".join(lines)


def _send(address: str, subject: str, text: str) -> None:
    try:
        mailer().send(address, subject, text, identity=jobs.running_job())
    except Undeliverable as error:
        # Whoever mistyped an address asks again; nobody else is to hear of it.
        log.info("mail about an account cannot be delivered: %s", error)
