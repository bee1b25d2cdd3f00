"""Taking a question in: without account, once for each key, with its due date from the start."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from participation.comments.contacts import digest, read_contact
from participation.comments.receipts import new_receipt
from participation.comments.rules import TOO_LONG
from participation.consultations.models import Consultation
from participation.consultations.place import working_calendar, zone
from participation.consultations.queries import clause_by_key, lock_shared
from participation.consultations.rules import PUBLIC_STAGES
from participation.inquiries import rules
from participation.inquiries.events import InquiryAsked
from participation.inquiries.models import Inquiry
from participation.inquiries.operations.series import lock_series, take_number
from participation.inquiries.queries import by_submission_key
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.rulebook.asking import inquiry_notice
from participation.rulebook.days import local
from participation.rulebook.deadlines import Difficulty, Due, reply_due
from participation.rulebook.recognising import Nature, recognise

_KEY = re.compile(r"[!-~]{1,80}")
BAD_MAIL = N_("请填写一个电子邮箱，例如 name@example.cn；也可以不填。")


@dataclass(frozen=True, kw_only=True)
class AskedQuestion:
    """What a person or a tool sends; `clause_key` None is the whole draft.

    `mail` is where the answer is sent, or empty. `as_question`: told that it looks like a petition
    or a disclosure request, the sender asks it all the same.
    """

    body: str
    submission_key: str
    clause_key: str | None = None
    mail: str = ""
    locale: str = "zh"
    as_question: bool = False


class Asked(NamedTuple):
    """The question as stored, and whether this act stored it."""

    inquiry: Inquiry
    is_new: bool


class Elsewhere(Invalid):
    """The words look like something that is handled elsewhere; nothing was stored."""

    def __init__(self, nature: Nature) -> None:
        self.nature = nature
        super().__init__(
            N_("您写的内容像是%(nature)s，不属于对草案的提问。请看下面的说明。"),
            {"nature": nature.label},
            "body",
        )


def ask_question(actor: Actor, slug: str, asked: AskedQuestion) -> Asked:
    """Take a question on a public draft; the same key gives the first one's receipt.

    Raises NotFound for what is not public, Refused once the result is sealed, Elsewhere for what
    looks like a petition or a disclosure request, Invalid for what cannot be taken.
    """
    if not _KEY.fullmatch(asked.submission_key):
        raise Invalid(
            N_("提交编号 submission_key 应为 1 至 80 个英文字母、数字或符号。"),
            field="submission_key",
        )
    consultation = lock_shared(slug)
    now = clock.now()
    stage = consultation.stage(now)
    if stage not in PUBLIC_STAGES:
        raise NotFound(slug)
    last = lock_series(consultation.id)
    if known := by_submission_key(consultation.id, asked.submission_key):
        return Asked(known, is_new=False)
    rules.may_ask(stage).enforce()
    tidy = _checked(asked)
    nature = recognise(tidy.body)
    if nature is not None and not tidy.as_question:
        raise Elsewhere(nature)
    made = _inquiry(actor, consultation, last + 1, tidy, now)
    made.recognised = nature
    take_number(consultation.id, made.number)
    db.session.add(made)
    db.session.flush()
    record(
        InquiryAsked(
            actor=actor, consultation_id=consultation.id, inquiry_id=made.id, number=made.number
        )
    )
    return Asked(made, is_new=True)


def due_for(received_at: datetime, difficulty: Difficulty) -> Due:
    """When a question of that class is to be answered, by the place's own working days."""
    received_on = local(received_at, zone()).date()
    return reply_due(received_on, difficulty, zone=zone(), calendar=working_calendar())


def set_due(inquiry: Inquiry, difficulty: Difficulty) -> None:
    """Count the due date anew for a class."""
    due = due_for(inquiry.received_at, difficulty)
    inquiry.due_on, inquiry.due_at, inquiry.is_due_provisional = due.on, due.at, due.provisional


def _checked(asked: AskedQuestion) -> AskedQuestion:
    tidy = replace(asked, body=plain(asked.body), mail=plain(asked.mail).strip())
    if not tidy.body:
        raise Invalid(N_("请写下您的问题。"), field="body")
    if len(tidy.body) > rules.LONGEST_QUESTION:
        params = {"most": rules.LONGEST_QUESTION, "count": len(tidy.body)}
        raise Invalid(TOO_LONG, params, "body")
    if not tidy.mail:
        return tidy
    mail = read_contact(tidy.mail)
    if mail is None or "@" not in mail:
        raise Invalid(BAD_MAIL, field="mail")
    return replace(tidy, mail=mail)


def _inquiry(
    actor: Actor, consultation: Consultation, number: int, asked: AskedQuestion, now: datetime
) -> Inquiry:
    receipt, notice = new_receipt(), inquiry_notice()
    made = Inquiry(
        consultation_id=consultation.id,
        number=number,
        receipt=receipt,
        submission_key=asked.submission_key,
        clause_id=_clause_id(consultation.id, asked.clause_key),
        body=asked.body,
        account_id=actor.id if actor.is_authenticated else None,
        notice_version=f"{notice.version}:{notice.fingerprint[:16]}",
        locale=asked.locale,
        received_at=now,
        state=rules.State.WAITING,
    )
    if asked.mail:
        made.mail_sealed = vault().seal(asked.mail, f"inquiry.mail:{receipt}")
        made.mail_digest = digest(asked.mail)
    # Until a person has classed it, the strictest date holds.
    set_due(made, Difficulty.SIMPLE)
    return made


def _clause_id(consultation_id: int, key: str | None) -> int | None:
    if not key:
        return None
    try:
        return clause_by_key(consultation_id, key).id
    except NotFound as error:
        raise Invalid(
            N_("草案里没有这一条。请回到草案重新选择，或者对整个草案提问。"), field="clause"
        ) from error
