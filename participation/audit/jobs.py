"""What the worker does for the audit: entries into the log, heads over it, one mailed every day."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from participation.audit import operations, queries
from participation.audit.leaves import public_key
from participation.consultations.place import zone
from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from participation.kernel.mailer import mailer

log = logging.getLogger(__name__)

MAIL = "audit.mail_head"
AT = time(6, 30)
"""When the day's head is mailed, in the platform's zone."""


@jobs.every(10)
def keep_log() -> None:
    """Put new entries into the log, and sign a head where one is due."""
    waits = queries.has_unsequenced()
    db.session.rollback()
    if waits:
        with transaction():
            operations.sequence()
    with_head = queries.newest_head()
    is_signed = with_head is not None and with_head.size == queries.size()
    db.session.rollback()
    if not is_signed:
        with transaction():
            operations.sign()


@jobs.every(3600)
def schedule_mail() -> None:
    """See to it that the day's head is mailed; several workers send one."""
    if not current_app.config["SETTINGS"].audit_mail:
        return
    today = clock.now().astimezone(zone()).date()
    with transaction():
        jobs.enqueue(
            MAIL,
            {},
            run_at=datetime.combine(today, AT, zone()),
            unique_key=f"{MAIL}:{today}",
        )


@jobs.handler(MAIL, outside=True)
def mail_head(payload: Mapping[str, Any]) -> None:
    """Mail the newest head to whoever keeps them outside of the house."""
    with transaction():
        while operations.sequence() == operations.BATCH:
            pass
        operations.sign(at_once=True)
    head = queries.newest_head()
    to = current_app.config["SETTINGS"].audit_mail
    if head is None or not to:
        return
    subject = _("操作记录的签名：%(size)s 条", size=head.size)
    text = "\n".join(
        [
            head.note,
            _("请保存这封邮件。核对时把它存成文件，在服务器上运行："),
            f"  flask --app app audit check --head FILE --key '{public_key()}'",
            _("记录有一条被改动或者删除，核对都会指出来。"),
        ]
    )
    db.session.rollback()
    mailer().send(to, subject, text)
