"""Setting up a consultation and changing it until its review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from participation.accounts.models import Department
from participation.consultations import queries, rules
from participation.consultations.events import ConsultationCreated, ConsultationEdited
from participation.consultations.kinds import TagKind
from participation.consultations.models import Consultation, ConsultationTag
from participation.consultations.place import zone
from participation.consultations.rules import Identity
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_, Verdict
from participation.rulebook.matters import Matter
from participation.rulebook.publication import PublicationAttribute
from participation.rulebook.subjects import Audience, Topic
from participation.rulebook.windows import check_window

ONE_LINE = ("title", "affects")
TAGGED = {"topics": TagKind.TOPIC, "audiences": TagKind.AUDIENCE}
"""The fields that are kept as tags."""


@dataclass(frozen=True)
class ConsultationFields:
    """What a drafter fills in; all but title and matter may wait until the review."""

    title: str
    matter: Matter
    touches_market: bool = False
    contact_unit: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    contact_address: str = ""
    legal_basis: str = ""
    summary: str = ""
    explanation: str = ""
    affects: str = ""
    plain_summary: str = ""
    topics: frozenset[Topic] = frozenset()
    audiences: frozenset[Audience] = frozenset()
    decision_due_on: date | None = None
    planned_opens_at: datetime | None = None
    closes_at: datetime | None = None
    short_window_reason: str = ""
    publication_attribute: PublicationAttribute | None = None
    attribute_reason: str = ""
    identity: Identity = Identity.OPTIONAL

    def tidied(self) -> ConsultationFields:
        """The same with every text in its normal form, the title on one line."""
        texts: dict[str, Any] = {
            each.name: plain(value)
            for each in fields_of(self)
            if type(value := getattr(self, each.name)) is str
        }
        for name in ONE_LINE:
            texts[name] = " ".join(texts[name].split())
        return replace(self, **texts)


def create_consultation(
    actor: Actor, fields: ConsultationFields, department_id: int | None = None
) -> Consultation:
    """Set up a consultation for a department (the actor's own unless told) and number it."""
    rules.may_create(actor).enforce()
    assert actor.id is not None
    department = actor.department_id if department_id is None else department_id
    assert department is not None
    rules.may_create_for(actor, department).enforce()
    fields = _checked(fields)
    now = clock.now()
    made = Consultation(
        slug=_next_slug(now), department_id=department, author_id=actor.id, created_at=now
    )
    _fill(made, fields)
    db.session.add(made)
    db.session.flush()
    _tag(made.id, fields)
    record(ConsultationCreated(actor=actor, consultation_id=made.id))
    return made


def edit_consultation(actor: Actor, slug: str, fields: ConsultationFields) -> Consultation:
    """Change what was filled in, before the review begins."""
    found = queries.lock_exclusive(slug)
    rules.may_edit(actor, found.status, found.department_id).enforce()
    fields = _checked(fields)
    _fill(found, fields)
    _tag(found.id, fields)
    db.session.flush()
    record(ConsultationEdited(actor=actor, consultation_id=found.id))
    return found


def _fill(consultation: Consultation, fields: ConsultationFields) -> None:
    for each in fields_of(fields):
        if each.name not in TAGGED:
            setattr(consultation, each.name, getattr(fields, each.name))


def _tag(consultation_id: int, fields: ConsultationFields) -> None:
    db.session.execute(
        delete(ConsultationTag).where(ConsultationTag.consultation_id == consultation_id)
    )
    db.session.add_all(
        ConsultationTag(consultation_id=consultation_id, kind=kind, value=each.value)
        for name, kind in TAGGED.items()
        for each in sorted(getattr(fields, name))
    )


def _checked(fields: ConsultationFields) -> ConsultationFields:
    """The fields tidied; raise Invalid naming the one that cannot be taken."""
    fields = fields.tidied()
    if not fields.title:
        raise Invalid(N_("请填写标题。"), field="title")
    for name, limit in rules.LONGEST.items():
        if len(getattr(fields, name)) > limit:
            raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": limit}, field=name)
    now = clock.now()
    _demand(rules.may_open(fields.planned_opens_at, now), "opens_on")
    if fields.closes_at is not None:
        _demand(rules.may_close(fields.closes_at, now), "closes_on")
        opens_at = rules.opening(fields.planned_opens_at, now)
        # A short window is the review's matter (its reason may come); senseless dates are not.
        finding = check_window(
            fields.matter, opens_at, fields.closes_at, short_reason="-1-", zone=zone()
        )
        _demand(finding.verdict, "closes_on")
    return fields


def _demand(verdict: Verdict, field: str) -> None:
    if not verdict:
        raise Invalid(verdict.reason, verdict.params, field=field)


def _next_slug(now: datetime) -> str:
    """The year's next number, such as 2026-0012."""
    year = now.astimezone(zone()).year
    # Two hosts must not take the same number: the oldest department's row is where they queue.
    db.session.execute(
        select(Department.id).order_by(Department.id).limit(1).with_for_update(key_share=True)
    )
    used = select(Consultation.slug).where(Consultation.slug.startswith(f"{year}-"))
    last = db.session.scalar(
        used.order_by(func.length(Consultation.slug).desc(), Consultation.slug.desc()).limit(1)
    )
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:04d}"
