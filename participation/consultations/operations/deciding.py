"""What became of a matter in the end: issued or given up, told to the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from participation.consultations import queries, rules
from participation.consultations.events import DecisionRecorded
from participation.consultations.kinds import DecisionOutcome
from participation.consultations.models import Decision
from participation.consultations.operations.publishing import touch
from participation.consultations.place import zone
from participation.consultations.rules import LONGEST_PART
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.rulebook.days import last_day_of, local


@dataclass(frozen=True)
class DecisionFields:
    """The outcome with its day; what was issued has a title, what was given up a reason."""

    outcome: DecisionOutcome
    decided_on: date
    title: str = ""
    number: str = ""
    effective_on: date | None = None
    link: str = ""
    note: str = ""


def record_decision(actor: Actor, slug: str, fields: DecisionFields) -> Decision:
    """Put on record what was decided; a second time corrects the first."""
    found = queries.lock_exclusive(slug)
    now = clock.now()
    rules.may_decide(actor, found.stage(now), found.department_id).enforce()
    assert actor.id is not None
    assert found.closes_at is not None
    verdict = rules.check_decision(
        fields.decided_on, last_day_of(found.closes_at, zone()), local(now, zone()).date()
    )
    if not verdict:
        raise Invalid(verdict.reason, verdict.params, field="decided_on")
    made = Decision(
        consultation_id=found.id,
        effective_on=fields.effective_on,
        recorded_at=now,
        recorded_by_id=actor.id,
        **_texts(fields),
    )
    _check(fields.outcome, made)
    found.decided_on, found.outcome = fields.decided_on, fields.outcome
    touch(found)
    made = db.session.merge(made)
    db.session.flush()
    record(DecisionRecorded(actor=actor, consultation_id=found.id, outcome=fields.outcome.value))
    return made


def _texts(fields: DecisionFields) -> dict[str, str]:
    texts = {
        "title": " ".join(plain(fields.title).split()),
        "number": " ".join(plain(fields.number).split()),
        "link": plain(fields.link),
        "note": plain(fields.note),
    }
    for name, text in texts.items():
        if len(text) > LONGEST_PART[name]:
            raise Invalid(
                N_("最多%(limit)s字，请删减。"), {"limit": LONGEST_PART[name]}, field=name
            )
    return texts


def _check(outcome: DecisionOutcome, made: Decision) -> None:
    if outcome is DecisionOutcome.ISSUED and not made.title:
        raise Invalid(N_("请填写印发文件的标题。"), field="title")
    if outcome is DecisionOutcome.DROPPED and not made.note:
        raise Invalid(N_("不再制定的，请向公众说明理由。"), field="note")
    if made.link and not made.link.startswith(("https://", "http://")):
        raise Invalid(N_("请填写以 https:// 或者 http:// 开头的完整网址。"), field="link")
