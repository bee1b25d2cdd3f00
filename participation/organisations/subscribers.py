"""Reactions of organisations: whose account ends leaves, and takes its data along before that."""

from __future__ import annotations

from participation.accounts.events import AccountErased, UserChanged, UserDeactivated
from participation.accounts.models import User
from participation.accounts.portable import tellers
from participation.kernel import erasures, jobs
from participation.kernel.db import db
from participation.kernel.events import subscribe
from participation.organisations import operations
from participation.organisations.events import MemberJoined
from participation.organisations.portable import held_on

JOINED = "organisations.joined"

# What a person takes along of an account holds its memberships and what it wrote last.
tellers.append(held_on)
# A restored backup may know an organisation that was dissolved since.
erasures.replayers[operations.LEDGER] = operations.replay_organisation


@subscribe(AccountErased)
def unlink(event: AccountErased) -> None:
    """A deleted account leaves everywhere; what it wrote stays, and is nobody's."""
    operations.let_go(event.user_id)
    operations.unlink_account(event.user_id)


@subscribe(UserChanged)
def leave_as_staff(event: UserChanged) -> None:
    """Whoever becomes staff leaves: no draft of the public is for them to see."""
    if not operations.takes_part(db.session.get_one(User, event.user_id)):
        operations.let_go(event.user_id)


@subscribe(UserDeactivated)
def find_lead(event: UserDeactivated) -> None:
    """Nobody waits for a lead whose account was stopped."""
    operations.pass_on(event.user_id)


@subscribe(MemberJoined)
def tell_lead(event: MemberJoined) -> None:
    """The lead hears by mail who joined: the link may have been passed on."""
    jobs.enqueue(JOINED, {"organisation_id": event.organisation_id, "user_id": event.user_id})
