"""The second pair of eyes: asking for the review, giving it, taking the matter back."""

from __future__ import annotations

from dataclasses import dataclass

from participation.consultations import queries, rules
from participation.consultations.events import (
    ConsultationApproved,
    ConsultationReturned,
    ReviewRequested,
)
from participation.consultations.models import Consultation, Review
from participation.consultations.rules import ReviewDecision, Status
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.rulebook.publication import SecrecyClass, check_secrecy


@dataclass(frozen=True)
class Findings:
    """What a reviewer found, question by question; None is an unanswered one."""

    is_free_of_state_secrets: bool | None = None
    is_free_of_work_secrets: bool | None = None
    is_free_of_sensitive_information: bool | None = None
    is_lawful: bool | None = None

    def contains(self) -> dict[SecrecyClass, bool | None]:
        """What the draft contains, by class of secrecy."""
        free = {
            SecrecyClass.STATE_SECRET: self.is_free_of_state_secrets,
            SecrecyClass.WORK_SECRET: self.is_free_of_work_secrets,
            SecrecyClass.SENSITIVE: self.is_free_of_sensitive_information,
        }
        return {kind: None if answer is None else not answer for kind, answer in free.items()}


def request_review(actor: Actor, slug: str) -> Consultation:
    """Ask another person for the review, once nothing is missing any more."""
    found = queries.lock_exclusive(slug)
    rules.may_submit_for_review(actor, found.status, found.department_id).enforce()
    now = clock.now()
    for lack in queries.missing_for_review(found, now):
        lack.verdict.enforce()
    _move(found, Status.IN_REVIEW)
    found.submitted_at = now
    db.session.flush()
    record(ReviewRequested(actor=actor, consultation_id=found.id))
    return found


def review(
    actor: Actor, slug: str, decision: ReviewDecision, findings: Findings, note: str = ""
) -> Review:
    """Approve a consultation, every question answered well, or return it with a note."""
    found = queries.lock_exclusive(slug)
    rules.may_review(actor, found.status, found.department_id, found.author_id).enforce()
    assert actor.id is not None
    note = plain(note)
    if len(note) > rules.LONGEST_NOTE:
        raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": rules.LONGEST_NOTE}, field="note")
    if decision is ReviewDecision.APPROVED:
        check_secrecy(findings.contains()).enforce()
        rules.check_legality(findings.is_lawful).enforce()
    elif not note:
        raise Invalid(N_("退回的，请写明要改什么。"), field="note")
    made = Review(
        consultation_id=found.id,
        reviewer_id=actor.id,
        decision=decision,
        is_free_of_state_secrets=findings.is_free_of_state_secrets,
        is_free_of_work_secrets=findings.is_free_of_work_secrets,
        is_free_of_sensitive_information=findings.is_free_of_sensitive_information,
        is_lawful=findings.is_lawful,
        note=note,
        reviewed_at=clock.now(),
    )
    approved = decision is ReviewDecision.APPROVED
    _move(found, Status.APPROVED if approved else Status.DRAFTING)
    db.session.add(made)
    db.session.flush()
    event = ConsultationApproved if approved else ConsultationReturned
    record(event(actor=actor, consultation_id=found.id))
    return made


def recall(actor: Actor, slug: str) -> Consultation:
    """Take a consultation back from review or approval, to change it; it is reviewed anew."""
    found = queries.lock_exclusive(slug)
    rules.may_recall(actor, found.status, found.department_id).enforce()
    _move(found, Status.DRAFTING)
    db.session.flush()
    record(ConsultationReturned(actor=actor, consultation_id=found.id))
    return found


def _move(consultation: Consultation, wanted: Status) -> None:
    rules.may_move(consultation.status, wanted).enforce()
    consultation.status = wanted
