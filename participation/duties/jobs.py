"""What the worker does about duties: plans reminders, makes each once, sends its letters."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import force_locale

from participation.accounts.addresses import address_of
from participation.accounts.models import User
from participation.consultations.models import Consultation
from participation.duties import letters, operations
from participation.duties.models import Reminder
from participation.duties.operations import LETTER, REMIND
from participation.duties.rules import DutyKind
from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from participation.kernel.mailer import Undeliverable, mailer
from participation.web.locale import LANGUAGES

log = logging.getLogger(__name__)

PLAN_SECONDS = 600.0
# A mail is given up after four days (RFC 5321, 4.5.4.1); attempts are ten minutes apart at most.
ATTEMPTS = 4 * 24 * 6


@jobs.every(PLAN_SECONDS)
def plan() -> None:
    """Plan what is not planned yet; most rounds find nothing and write nothing."""
    is_any = bool(operations.unplanned(clock.now()))
    db.session.rollback()
    if is_any:
        with transaction():
            operations.plan(clock.now())


@jobs.handler(REMIND)
def remind(payload: Mapping[str, Any]) -> None:
    """Make one reminder, where it is still due: rows only, with the job itself or not at all."""
    operations.remind(
        payload["consultation_id"],
        DutyKind(payload["kind"]),
        date.fromisoformat(payload["day"]),
        payload["step"],
    )


@jobs.handler(LETTER, outside=True, attempts=ATTEMPTS)
def send(payload: Mapping[str, Any]) -> None:
    """Send one letter of a reminder; none to who has left, none when the work is done by now.

    Sent again after a crash it has the same Message-ID.
    """
    reminder = db.session.get_one(Reminder, payload["reminder_id"])
    user = db.session.get(User, payload["user_id"])
    address = address_of(user) if user is not None and user.is_active else ""
    now = clock.now()
    owed = operations.owed_now(reminder.consultation_id, reminder.kind, reminder.due_on, now)
    if not address or not owed:
        db.session.rollback()
        return
    found = db.session.get_one(Consultation, reminder.consultation_id)
    with force_locale(LANGUAGES["zh"]):
        letter = letters.of_duty(found, owed, now)
    identity = f"{jobs.running_job()}:{reminder.id}"
    db.session.rollback()
    try:
        mailer().post(address, letter, identity=identity)
    except Undeliverable as error:
        log.info("reminder %s cannot be delivered: %s", payload["reminder_id"], error)
