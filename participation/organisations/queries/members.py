"""Reading organisations: one's own, their members, invitations that can still be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from participation.accounts.queries import token_hash
from participation.comments.rules import RespondentKind
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.organisations.models import Invitation, JointDraft, Membership, Organisation
from participation.organisations.rules import INVITED_FOR, Part


class OwnRow(NamedTuple):
    """An organisation as one of its members finds it: `drafts` wait to be sent."""

    id: int
    name: str
    kind: RespondentKind
    part: Part
    members: int
    drafts: int


def mine(user_id: int) -> list[OwnRow]:
    """The organisations of an account, the latest joined first; one statement."""
    members = (
        select(func.count())
        .where(Membership.organisation_id == Organisation.id)
        .correlate(Organisation)
        .scalar_subquery()
    )
    drafts = (
        select(func.count())
        .where(JointDraft.organisation_id == Organisation.id, JointDraft.sending_id.is_(None))
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Organisation.id, Organisation.name, Organisation.kind, Membership.part, members, drafts
        )
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.joined_at.desc(), Membership.id.desc())
    )
    return [OwnRow(*row) for row in rows]


def count_of(user_id: int) -> int:
    """To how many organisations an account belongs."""
    return _count(Membership.user_id == user_id)


def own_membership(organisation_id: int, user_id: int | None) -> Membership:
    """An account's place in an organisation; NotFound for whoever is no member."""
    found = db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.user_id == user_id)
        .options(joinedload(Membership.organisation))
    ).one_or_none()
    if found is None:
        raise NotFound(f"organisation {organisation_id}")
    return found


def member(organisation_id: int, member_id: int) -> Membership:
    """A member of an organisation by the membership's number; NotFound."""
    found = db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.id == member_id)
        .options(joinedload(Membership.user))
    ).one_or_none()
    if found is None:
        raise NotFound(f"member {member_id}")
    return found


def members_of(organisation_id: int) -> Sequence[Membership]:
    """The lead, then the members in the order of joining; one statement."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id)
        .options(joinedload(Membership.user))
        .order_by(Membership.part != Part.LEAD, Membership.joined_at, Membership.id)
    ).all()


def member_count(organisation_id: int) -> int:
    """How many members an organisation has."""
    return _count(Membership.organisation_id == organisation_id)


def names_of(organisation_id: int) -> dict[int, str]:
    """The shown names of the members by account: whoever left is named no more."""
    return {each.user_id: each.user.display_name for each in members_of(organisation_id)}


def invitations_of(organisation_id: int, now: datetime) -> Sequence[Invitation]:
    """The invitations that can still be used, the latest first."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, usable(now))
        .order_by(Invitation.id.desc())
    ).all()


def usable(now: datetime) -> ColumnElement[bool]:
    """The SQL twin of `rules.may_accept`."""
    return Invitation.ended_at.is_(None) & (Invitation.created_at > now - INVITED_FOR)


def invitations_due(now: datetime) -> ColumnElement[bool]:
    """Invitations that can be used no more by their age, however they ended."""
    return Invitation.created_at <= now - INVITED_FOR


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation of a mailed link."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.token_hash == token_hash(token))
        .options(joinedload(Invitation.organisation))
    ).one_or_none()


def invited_by(user_id: int, since: datetime) -> int:
    """How many invitations an account has sent since an instant."""
    return _invitations(Invitation.invited_by_id == user_id, Invitation.created_at > since)


def other_letters(invitation: Invitation, since: datetime) -> int:
    """How many other letters went to its address since an instant, from whichever organisation."""
    return _invitations(
        Invitation.email_digest == invitation.email_digest,
        Invitation.written_at > since,
        Invitation.id != invitation.id,
    )


def _count(where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Membership).where(where)) or 0


def _invitations(*where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Invitation).where(*where)) or 0
