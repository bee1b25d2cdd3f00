"""Putting a consultation before the public, keeping it open longer, and closing its books."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from participation.consultations import queries, rules
from participation.consultations.events import (
    ConsultationPublished,
    ConsultationSealed,
    WindowExtended,
)
from participation.consultations.models import Consultation, WindowExtension
from participation.consultations.operations.answering import settle_by_extension
from participation.consultations.rules import Status
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, Refused
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.rulebook.publication import check_public
from participation.rulebook.windows import check_extension


def publish(
    actor: Actor, slug: str, *, at_once: bool = False, closes_at: datetime | None = None
) -> Consultation:
    """Publish what was approved; the window counts from this very moment (rule W10).

    It opens at the planned instant, or now (`at_once`, nothing planned, or planned within the
    last minutes). A later close than the approved one may be given, never an earlier one.
    """
    found = queries.lock_exclusive(slug)
    rules.may_publish(actor, found.status, found.department_id).enforce()
    check_public(found.publication_attribute, found.attribute_reason).enforce()
    now = clock.now()
    planned = None if at_once else found.planned_opens_at
    rules.may_open(planned, now).enforce()
    opens_at = rules.opening(planned, now)
    _set_close(found, closes_at)
    finding = queries.window_finding(found, opens_at)
    if finding is None:
        raise Refused(N_("还没有截止时间。"))
    finding.verdict.enforce()
    rules.may_move(found.status, Status.PUBLISHED).enforce()
    assert found.closes_at is not None
    found.status, found.opens_at, found.published_at = Status.PUBLISHED, opens_at, now
    touch(found)
    db.session.flush()
    record(
        ConsultationPublished(
            actor=actor, consultation_id=found.id, opens_at=opens_at, closes_at=found.closes_at
        )
    )
    return found


def _set_close(consultation: Consultation, closes_at: datetime | None) -> None:
    if closes_at is None:
        return
    if consultation.closes_at is not None and closes_at < consultation.closes_at:
        raise Invalid(
            N_("截止时间不能早于审核时的%(closes_at)s。"),
            {"closes_at": consultation.closes_at},
            field="closes_on",
        )
    consultation.closes_at = closes_at


def extend_window(actor: Actor, slug: str, new_closes_at: datetime, note: str) -> WindowExtension:
    """Keep a published window open longer, with a note the public reads; never shorter."""
    found = queries.lock_exclusive(slug)
    now = clock.now()
    rules.may_extend(actor, found.stage(now), found.department_id).enforce()
    assert found.closes_at is not None
    note = plain(note)
    if len(note) > rules.LONGEST_NOTE:
        raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": rules.LONGEST_NOTE}, field="note")
    check_extension(found.closes_at, new_closes_at, note=note, now=now).enforce()
    made = WindowExtension(
        consultation_id=found.id,
        old_closes_at=found.closes_at,
        new_closes_at=new_closes_at,
        note=note,
        extended_by_id=actor.id,
        extended_at=now,
    )
    found.closes_at = new_closes_at
    touch(found)
    db.session.add(made)
    db.session.flush()
    settle_by_extension(made)
    record(
        WindowExtended(
            actor=actor,
            consultation_id=found.id,
            old_closes_at=made.old_closes_at,
            new_closes_at=made.new_closes_at,
        )
    )
    return made


def mark_closed(consultation: Consultation, at: datetime) -> None:
    """Note that the close was told: no clock opens the matter again."""
    consultation.closed_at = at
    touch(consultation)


def mark_sealed(consultation: Consultation, version: int, at: datetime) -> None:
    """Note that a version of the adoption summary was sealed; the first one ends the matter."""
    if consultation.sealed_at is None:
        consultation.sealed_at = at
    touch(consultation)
    db.session.flush()
    record(ConsultationSealed(consultation_id=consultation.id, version=version))


def touch(consultation: Consultation) -> None:
    """Say that something a reader can see has changed, on a consultation locked exclusively."""
    consultation.revision += 1


def touch_id(consultation_id: int) -> None:
    """The same as one UPDATE, for those who do not hold the consultation's exclusive lock."""
    db.session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(revision=Consultation.revision + 1)
    )
