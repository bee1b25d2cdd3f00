"""Who belongs to an organisation: invited by mail, joining, leaving, removed, handing over."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from participation.accounts.addresses import address_digest, read_address
from participation.accounts.models import User
from participation.accounts.operations.people import locked_user
from participation.accounts.queries import token_hash
from participation.kernel import clock, jobs
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.events import record
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.organisations import queries, rules
from participation.organisations.events import (
    InvitationRevoked,
    LeadHandedOver,
    MemberInvited,
    MemberJoined,
    MemberLeft,
    MemberRemoved,
)
from participation.organisations.models import Invitation, Membership, Organisation
from participation.organisations.operations.entering import enter, locked_organisation
from participation.organisations.operations.founding import dissolve
from participation.organisations.rules import Part

INVITE = "organisations.invite"


@dataclass(frozen=True)
class InvitationLetter:
    """A mail to be sent: to whom, in which language, from which organisation, with which token."""

    address: str
    language: str
    organisation: str
    token: str


def invite_member(actor: Actor, organisation_id: int, typed: str, language: str) -> Invitation:
    """Invite an address; Invalid (field `email`) for none. One asked again gets a new letter.

    Nobody is looked up: who invites does not learn whether the address has an account.
    """
    organisation, own = enter(actor, organisation_id)
    rules.may_manage(own.part).enforce()
    address = read_address(typed)
    if address is None:
        raise Invalid(N_("请填写一个邮箱地址，例如 name@example.cn。"), field="email")
    assert actor.id is not None
    now, digest = clock.now(), address_digest(address)
    invited = queries.invitations_of(organisation_id, now)
    for each in invited:
        if each.email_digest == digest:
            _end(each)
    rules.may_invite(
        queries.member_count(organisation_id),
        sum(each.ended_at is None for each in invited),
        queries.invited_by(actor.id, now - rules.DAY),
    ).enforce()
    key = secrets.token_hex(16)
    made = Invitation(
        key=key,
        organisation_id=organisation.id,
        invited_by_id=actor.id,
        email_sealed=vault().seal(address, f"organisation_invitation.email:{key}"),
        email_digest=digest,
        language=language,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    jobs.enqueue(INVITE, {"invitation_id": made.id})
    record(MemberInvited(actor=actor, organisation_id=organisation_id, invitation_id=made.id))
    return made


def write_invitation(invitation_id: int) -> InvitationLetter | None:
    """Make the token of an invitation's letter; None where none is to be sent.

    Done again after a failed sending it makes a new token; the one before is worth nothing.
    """
    found = db.session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if found is None or not rules.may_accept(
        found.created_at, is_open=found.ended_at is None, now=clock.now()
    ):
        return None
    if queries.other_letters(found, clock.now() - rules.DAY) >= rules.MOST_LETTERS_A_DAY:
        return None
    token = secrets.token_urlsafe(32)
    found.token_hash, found.written_at = token_hash(token), clock.now()
    db.session.flush()
    return InvitationLetter(invited_address(found), found.language, found.organisation.name, token)


def invited_address(invitation: Invitation) -> str:
    """The address of an invitation that can still be used, for its letter and for the lead."""
    sealed = invitation.email_sealed
    bound_to = f"organisation_invitation.email:{invitation.key}"
    return vault().open(sealed, bound_to) if sealed else ""


def revoke_invitation(actor: Actor, organisation_id: int, invitation_id: int) -> None:
    """Make an invitation worth nothing; one that is so already stays so."""
    _organisation, own = enter(actor, organisation_id)
    rules.may_manage(own.part).enforce()
    found = db.session.get(Invitation, invitation_id, populate_existing=True)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound(f"invitation {invitation_id}")
    if found.ended_at is None:
        _end(found)
        record(
            InvitationRevoked(
                actor=actor, organisation_id=organisation_id, invitation_id=invitation_id
            )
        )


def accept_invitation(actor: Actor, token: str) -> Organisation:
    """Join by a mailed link, with whichever account of the public one has.

    Who holds the link has opened the invited mailbox, which is what confirming an address would
    prove; colleagues often have their account under a private address or under none.
    """
    rules.may_draft_together(actor).enforce()
    known = queries.invitation_by_token(token)
    if known is None or actor.id is None:
        raise Refused(rules.INVITATION_DEAD)
    locked_user(actor.id)
    organisation = _still_there(known.organisation_id)
    found = db.session.get_one(Invitation, known.id, populate_existing=True)
    now = clock.now()
    rules.may_accept(found.created_at, is_open=found.ended_at is None, now=now).enforce()
    members = queries.members_of(organisation.id)
    # A member who opens the link leaves it to whom it is meant for.
    if all(each.user_id != actor.id for each in members):
        rules.may_join(queries.count_of(actor.id), len(members)).enforce()
        _end(found)
        db.session.add(
            Membership(
                organisation_id=organisation.id, user_id=actor.id, part=Part.MEMBER, joined_at=now
            )
        )
        db.session.flush()
        record(MemberJoined(actor=actor, organisation_id=organisation.id, user_id=actor.id))
    return organisation


def _still_there(organisation_id: int) -> Organisation:
    try:
        return locked_organisation(organisation_id)
    except NotFound as error:
        raise Refused(rules.INVITATION_DEAD) from error


def remove_member(actor: Actor, organisation_id: int, member_id: int) -> None:
    """Take a member out; what was written stays with the organisation."""
    _organisation, own = enter(actor, organisation_id)
    rules.may_manage(own.part).enforce()
    found = queries.member(organisation_id, member_id)
    rules.may_be_removed(found.part).enforce()
    db.session.delete(found)
    db.session.flush()
    record(MemberRemoved(actor=actor, organisation_id=organisation_id, user_id=found.user_id))


def hand_over(actor: Actor, organisation_id: int, member_id: int) -> None:
    """Make another member the lead, and oneself a member."""
    _organisation, own = enter(actor, organisation_id)
    rules.may_manage(own.part).enforce()
    found = queries.member(organisation_id, member_id)
    rules.may_be_lead(found.part).enforce()
    own.part = Part.MEMBER
    # One lead at most, at every moment.
    db.session.flush()
    _lead(actor, found)


def leave_organisation(actor: Actor, organisation_id: int) -> None:
    """Leave; the last one who leaves dissolves it."""
    organisation, own = enter(actor, organisation_id)
    others = queries.member_count(organisation_id) - 1
    rules.may_leave(own.part, others).enforce()
    if others:
        _gone(actor, own)
    else:
        dissolve(actor, organisation)


def let_go(user_id: int) -> None:
    """Take an account that takes part no more out of all its organisations.

    Where it led, the member of longest standing leads from now on; an organisation in which
    nobody is left is dissolved.
    """
    ids = select(Membership.organisation_id).where(Membership.user_id == user_id)
    for number in db.session.scalars(ids.order_by(Membership.organisation_id)).all():
        organisation = locked_organisation(number)
        own = queries.own_membership(number, user_id)
        was_lead = own.part is Part.LEAD
        _gone(SYSTEM, own)
        rest = queries.members_of(number)
        if not rest:
            dissolve(SYSTEM, organisation)
        elif was_lead:
            _lead(SYSTEM, _heir(rest))


def pass_on(user_id: int) -> None:
    """Let another member lead where the lead's account was stopped; alone it stays as it is."""
    led = select(Membership.organisation_id).where(
        Membership.user_id == user_id, Membership.part == Part.LEAD
    )
    for number in db.session.scalars(led.order_by(Membership.organisation_id)).all():
        locked_organisation(number)
        members = queries.members_of(number)
        rest = [each for each in members if each.user_id != user_id and each.user.is_active]
        if rest:
            queries.own_membership(number, user_id).part = Part.MEMBER
            db.session.flush()
            _lead(SYSTEM, rest[0])


def _heir(members: Sequence[Membership]) -> Membership:
    """The member of longest standing whose account can be used, else of longest standing."""
    return next((each for each in members if each.user.is_active), members[0])


def takes_part(user: User) -> bool:
    """Whether an account can be a member's: the public's own, not deleted."""
    return user.role is Role.CITIZEN and user.erased_at is None


def _gone(actor: Actor, own: Membership) -> None:
    number, user_id = own.organisation_id, own.user_id
    db.session.delete(own)
    db.session.flush()
    record(MemberLeft(actor=actor, organisation_id=number, user_id=user_id))


def _lead(actor: Actor, found: Membership) -> None:
    found.part = Part.LEAD
    db.session.flush()
    record(
        LeadHandedOver(actor=actor, organisation_id=found.organisation_id, user_id=found.user_id)
    )


def _end(invitation: Invitation) -> None:
    invitation.ended_at = clock.now()
    invitation.email_sealed = invitation.token_hash = None
    db.session.flush()
