"""Organisations with members and joint drafts, made by the real operations."""

from __future__ import annotations

from itertools import count
from typing import Any

from participation.accounts.models import User
from participation.comments.operations import SubmittedComment
from participation.comments.rules import RespondentKind
from participation.consultations.models import Consultation
from participation.kernel import jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.organisations import operations, queries
from participation.organisations.models import JointOpinion, Organisation
from participation.organisations.operations import GivenSending
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import some_words

NAME = "云溪县物业管理协会"
_numbers = count(1)


def a_citizen(**more: Any) -> User:
    """Somebody with an account of the public."""
    return a_user(Role.CITIZEN, **more)


def an_organisation(
    lead: User, *others: User, name: str = NAME, kind: RespondentKind = RespondentKind.ASSOCIATION
) -> Organisation:
    """An organisation of this lead, the others having joined in their order."""
    with transaction():
        made = operations.found_organisation(actor_of(lead), name, kind)
    for each in others:
        joined(made.id, lead, each)
    return made


def a_token(organisation_id: int, lead: User, address: str = "") -> str:
    """The token of a new invitation, as its letter holds it; its job is done by that."""
    address = address or f"member-{next(_numbers)}@example.cn"
    with transaction():
        made = operations.invite_member(actor_of(lead), organisation_id, address, "zh")
        letter = operations.write_invitation(made.id)
        db.session.query(jobs.Job).filter_by(kind=operations.INVITE).delete()
    assert letter is not None
    return letter.token


def joined(organisation_id: int, lead: User, member: User) -> None:
    """Let somebody join by an invitation."""
    token = a_token(organisation_id, lead)
    with transaction():
        operations.accept_invitation(actor_of(member), token)


def an_opinion(
    organisation_id: int,
    writer: User,
    consultation: Consultation,
    *,
    seen: int = 0,
    **fields: Any,
) -> JointOpinion:
    """An opinion saved to the joint draft; `fields` are those of `SubmittedComment`."""
    written: SubmittedComment = some_words(**fields)
    with transaction():
        return operations.save_opinion(
            actor_of(writer), organisation_id, consultation.slug, written, seen
        )


def looked_over(organisation_id: int, consultation: Consultation, **more: Any) -> GivenSending:
    """What the lead's page sends along for the draft as it is now."""
    draft = queries.unsent_draft(organisation_id, consultation.id)
    assert draft is not None
    state = queries.state_of(queries.opinions_of(draft.id))
    return GivenSending(key=draft.submission_key, state=state, **more)
