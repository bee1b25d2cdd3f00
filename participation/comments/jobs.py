"""What is done with opinions later, by itself: contacts and files are deleted when time is up."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from participation.comments import queries
from participation.comments.models import Comment, CommentSupport
from participation.comments.operations import forget_contacts, support_token
from participation.comments.operations.reaching import SEND_CODES
from participation.comments.operations.supporting import SUPPORT_LETTER
from participation.comments.portable import opened
from participation.comments.receipts import grouped
from participation.comments.rules import ContactField
from participation.comments.story import HeldCode, holders
from participation.kernel import jobs
from participation.kernel.claims import drop_unclaimed
from participation.kernel.db import db, transaction
from participation.kernel.letter import Heading, Letter, Link, Part, Words
from participation.kernel.mailer import Undeliverable, mailer
from participation.kernel.vault import vault
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
    """Send the codes that belong to a contact to it; to an unknown one or a telephone nothing."""
    comments = queries.of_contact(payload["digest"])
    others = [each for held_by in holders for each in held_by(payload["digest"])]
    address = others[0].contact if others else ""
    if comments:
        address = opened(comments[0], ContactField.CONTACT)
    if "@" not in address:
        return
    locale = payload["locale"]
    with force_locale(LANGUAGES[locale]):
        letter = _codes(comments, others, TAGS[locale])
    _post(address, letter)


@jobs.handler(SUPPORT_LETTER, outside=True)
def send_support(payload: Mapping[str, Any]) -> None:
    """Send the link by which an address supports an opinion; the address is then forgotten."""
    found = db.session.get(CommentSupport, payload["support_id"])
    if found is None or found.contact_sealed is None:
        return
    address = vault().open(found.contact_sealed, f"support.contact:{found.nonce}")
    locale = found.locale
    with force_locale(LANGUAGES[locale]):
        letter = _support(found, TAGS[locale])
    _post(address, letter)
    with transaction() as session:
        kept = session.get(CommentSupport, payload["support_id"])
        if kept is not None:
            kept.contact_sealed = None


def _support(support: CommentSupport, lang: str) -> Letter:
    site, comment = current_app.config["SETTINGS"].site, support.comment
    subject = _("附议：%(title)s", title=comment.consultation.title)
    said = _(
        "有人用这个邮箱要求附议第 %(number)s 号意见。"
        "是您本人的，请打开链接按一下；不是的，不必理会。",
        number=comment.number,
    )
    link = Link(_("附议或者取消附议："), f"{site}/support/{support_token(support)}")
    foot = Words(_("这封邮件由系统自动发出，请勿回复。链接只给您用，请不要转发。"))
    return Letter(subject, (Heading(comment.consultation.title), Words(said), link, foot), lang)


def _post(address: str, letter: Letter) -> None:
    identity = jobs.running_job()
    db.session.rollback()
    try:
        mailer().post(address, letter, identity=identity)
    except Undeliverable as error:
        log.info("mail of %s cannot be delivered: %s", identity, error)


def _codes(comments: Sequence[Comment], others: Sequence[HeldCode], lang: str) -> Letter:
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
    for held in others:
        number = _(held.words, number=held.number)
        code = _("回执码 %(code)s", code=grouped(held.receipt))
        parts.append(Words(f"{held.title}\n{number}  {code}"))
        parts.append(Link(_(held.link_words), f"{site}/{held.path}/{held.receipt}"))
    parts.append(Words(_("这封邮件由系统自动发出，请勿回复。链接相当于您的回执，请不要转发。")))
    return Letter(subject, tuple(parts), lang)
