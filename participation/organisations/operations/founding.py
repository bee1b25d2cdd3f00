"""Founding an organisation, its name, its end."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import delete, select, update

from participation.accounts.operations.people import locked_user
from participation.comments.rules import RespondentKind
from participation.kernel import clock, erasures
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.organisations import rules
from participation.organisations.events import (
    OrganisationDissolved,
    OrganisationFounded,
    OrganisationRenamed,
)
from participation.organisations.models import (
    Invitation,
    JointDraft,
    JointOpinion,
    Membership,
    Organisation,
)
from participation.organisations.operations.entering import enter
from participation.organisations.queries import count_of
from participation.organisations.rules import Part

LEDGER = "organisation"


def found_organisation(actor: Actor, name: str, kind: RespondentKind) -> Organisation:
    """Found an organisation and lead it; Invalid (field `name`) for a name that is none."""
    rules.may_draft_together(actor).enforce()
    assert actor.id is not None
    # Two who found at once from one account are counted one after the other.
    locked_user(actor.id)
    rules.may_found(count_of(actor.id)).enforce()
    now = clock.now()
    made = Organisation(name=_checked(name, kind), kind=kind, created_at=now)
    db.session.add(made)
    db.session.flush()
    db.session.add(
        Membership(organisation_id=made.id, user_id=actor.id, part=Part.LEAD, joined_at=now)
    )
    db.session.flush()
    record(OrganisationFounded(actor=actor, organisation_id=made.id))
    return made


def rename_organisation(
    actor: Actor, organisation_id: int, name: str, kind: RespondentKind
) -> Organisation:
    """Change name and kind, with which the next sending is sent."""
    organisation, own = enter(actor, organisation_id)
    rules.may_manage(own.part).enforce()
    checked = _checked(name, kind)
    if (organisation.name, organisation.kind) != (checked, kind):
        organisation.name, organisation.kind = checked, kind
        db.session.flush()
        record(OrganisationRenamed(actor=actor, organisation_id=organisation_id))
    return organisation


def dissolve_organisation(actor: Actor, organisation_id: int) -> None:
    """End an organisation at its lead's wish; what was not sent is destroyed."""
    organisation, own = enter(actor, organisation_id)
    rules.may_manage(own.part).enforce()
    dissolve(actor, organisation)


def dissolve(actor: Actor, organisation: Organisation) -> None:
    """End a locked organisation: its words, members and invitations go, what was sent stays."""
    number = organisation.id
    drafts = select(JointDraft.id).where(JointDraft.organisation_id == number)
    unsent = db.session.scalars(drafts.where(JointDraft.sending_id.is_(None))).all()
    destroy(JointOpinion, JointOpinion.draft_id.in_(drafts))
    for table in (JointDraft, Invitation, Membership):
        destroy(table, table.organisation_id == number)
    organisation.name, organisation.dissolved_at = "", clock.now()
    db.session.flush()
    erasures.note(LEDGER, digest=_digest(organisation), number=number)
    record(OrganisationDissolved(actor=actor, organisation_id=number, drafts=len(unsent)))


def replay_organisation(entry: erasures.Entry) -> bool | None:
    """Dissolve again after a restore; None where it is not there, False where it was done."""
    found = db.session.get(Organisation, entry.number, with_for_update=True, populate_existing=True)
    if found is None or _digest(found) != entry.digest:
        return None
    if found.dissolved_at is not None:
        return False
    dissolve(SYSTEM, found)
    return True


def unlink_account(user_id: int) -> None:
    """Take an erased account's number from what stays: drafts that were sent, words, letters."""
    for column in (
        JointDraft.submitted_by_id,
        JointOpinion.written_by_id,
        Invitation.invited_by_id,
    ):
        done: Any = update(column.class_).where(column == user_id).values({column.key: None})
        db.session.execute(done.execution_options(synchronize_session=False))


def _digest(organisation: Organisation) -> str:
    """What tells this one from another of the same number: when it was founded."""
    born = organisation.created_at.isoformat(timespec="microseconds")
    return hashlib.sha256(f"organisation:{organisation.id}:{born}".encode()).hexdigest()


def _checked(name: str, kind: RespondentKind) -> str:
    tidy = " ".join(plain(name).split())
    finding = rules.name_finding(tidy)
    if not finding:
        raise Invalid(finding.reason, finding.params, "name")
    if kind not in rules.KINDS:
        raise Invalid(N_("请选择单位的类别。"), field="kind")
    return tidy


def destroy(table: Any, where: Any) -> None:
    """Delete the rows that a condition names."""
    db.session.execute(delete(table).where(where).execution_options(synchronize_session=False))
