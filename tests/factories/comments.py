"""Opinions on consultations, sent, entered and moderated by the real operations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from participation.accounts.models import User
from participation.comments import operations
from participation.comments.models import Comment
from participation.comments.operations import EnteredComment, SubmittedComment
from participation.comments.rules import Channel, Stance
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import GUEST, SYSTEM, Actor, Role
from participation.kernel.db import transaction
from participation.rulebook.moderation import WithholdingReason
from tests.factories.accounts import a_user, actor_of

_numbers = count(1)
BODY = "建议把路灯开到晚上十一点，第%s盏灯坏了很久没人修。"


def some_words(**changes: Any) -> SubmittedComment:
    """What a person sends; every call has its own submission key."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "body": BODY % number,
        "stance": Stance.SUGGEST,
        "submission_key": f"key-{number}",
    }
    return SubmittedComment(**{**given, **changes})


def a_comment(
    consultation: Consultation,
    *,
    actor: Actor = GUEST,
    at: datetime | None = None,
    released: bool = False,
    withheld: WithholdingReason | None = None,
    withdrawn: bool = False,
    **fields: Any,
) -> Comment:
    """An opinion sent one day after the opening (or `at`), then moderated or withdrawn as asked.

    `fields` are those of `SubmittedComment`.
    """
    assert consultation.opens_at is not None
    slug = consultation.slug
    at = at or consultation.opens_at + timedelta(days=1)
    with clock.fixed(at):
        with transaction():
            made = operations.submit_comment(actor, slug, some_words(**fields)).comment
        if released:
            with transaction():
                operations.release(SYSTEM, slug, [made.id])
        if withheld is not None:
            with transaction():
                operations.withhold(SYSTEM, slug, made.id, withheld)
        if withdrawn:
            with transaction():
                operations.withdraw(made.receipt)
    return made


def an_entered_comment(
    consultation: Consultation, *, said_on: date | None = None, **fields: Any
) -> Comment:
    """An opinion that an officer entered at the present instant, by telephone unless said else."""
    assert consultation.opens_at is not None
    given = some_words(**{"channel": Channel.PHONE, **fields})
    day = said_on or (consultation.opens_at + timedelta(days=1)).date()
    with transaction():
        entered = EnteredComment(**vars(given), said_on=day)
        return operations.enter_comment(SYSTEM, consultation.slug, entered).comment


def an_officer_of(consultation: Consultation) -> User:
    """A new officer of the consultation's department."""
    return a_user(Role.OFFICER, consultation.department)


def an_officer(consultation: Consultation) -> Actor:
    """The same as the value that rules decide on."""
    return actor_of(an_officer_of(consultation))
