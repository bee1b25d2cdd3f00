"""Entering an organisation: who acts is a member, and two who act there do so one by one."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from participation.accounts.models import User
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.organisations import rules
from participation.organisations.models import Membership, Organisation
from participation.organisations.queries import own_membership


class Entered(NamedTuple):
    """A locked organisation, and the actor's place in it."""

    organisation: Organisation
    own: Membership


def enter(actor: Actor, organisation_id: int) -> Entered:
    """Lock an organisation for one of its members; NotFound for everybody else.

    The account is held first, as whoever erases it does: else the two would wait for each other.
    """
    rules.may_draft_together(actor).enforce()
    held = select(User.id).where(User.id == actor.id, User.erased_at.is_(None))
    if db.session.scalar(held.with_for_update(read=True, key_share=True)) is None:
        raise NotFound(f"organisation {organisation_id}")
    organisation = locked_organisation(organisation_id)
    return Entered(organisation, own_membership(organisation_id, actor.id))


def locked_organisation(organisation_id: int) -> Organisation:
    """The row, for change, as it is now; NotFound where there is none, or it was dissolved."""
    found = db.session.scalar(
        select(Organisation)
        .where(Organisation.id == organisation_id, Organisation.dissolved_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(f"organisation {organisation_id}")
    return found
