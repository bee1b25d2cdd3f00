"""Keeping the times in which nobody could take part, and giving them back to the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from participation.consultations import queries, rules
from participation.consultations.events import (
    DowntimeCancelled,
    DowntimePlanned,
    OutageExplained,
    OutageNoted,
)
from participation.consultations.models import Consultation, Outage, OutageNote
from participation.consultations.operations.publishing import extend_window
from participation.consultations.place import working_calendar, zone
from participation.consultations.queries import outages
from participation.consultations.rules import LONGEST_NOTE, Stage
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.rulebook.outages import (
    SHORTEST,
    Span,
    compensated_close,
    last_hours,
    must_answer,
    touches_end,
    without,
)

LONGEST_REASON = 300
EXTENSION_NOTE = "因平台停机维护（%(reason)s），维护期间不能提交意见，期限相应延长。"
"""The public note of an extension that planned downtime brings; public words are Chinese."""


def note_unavailable(from_at: datetime, until_at: datetime | None) -> list[Outage]:
    """Keep that nobody could take part from an instant on, until another or still now.

    What was announced before is not kept twice, nor what is left of it at its edges. One that
    goes on is kept once and ended by the call that knows its end.
    """
    ongoing, now = outages.ongoing_outage(), clock.now()
    if ongoing is not None:
        if until_at is None:
            return [ongoing]
        # The rest is kept anew below, without what was planned meanwhile.
        from_at = min(from_at, ongoing.from_at)
        db.session.delete(ongoing)
        db.session.flush()
    found = Span(from_at, until_at or now)
    planned = [outages.span_of(each, now) for each in outages.outages_within(found)]
    made = [
        Outage(
            from_at=each.from_at,
            until_at=None if until_at is None and each.until_at == now else each.until_at,
            noted_at=now,
        )
        for each in without(found, planned)
        if each.length > SHORTEST
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def note_touched_windows(span: Span) -> list[OutageNote]:
    """Note, for every window of whose end a span took too much, each outage that did so.

    Those of planned downtime are noted where it is announced.
    """
    found = []
    for each in outages.published_closing_near(span):
        consultation = queries.lock_exclusive(each.id)
        assert consultation.closes_at is not None
        near = outages.outages_within(last_hours(consultation.closes_at))
        now = clock.now()
        past = [each for each in near if each.from_at < now]
        if must_answer(consultation.closes_at, [outages.span_of(each, now) for each in past]):
            ended = [each for each in past if each.until_at is not None and each.until_at <= now]
            found += _note(consultation, ended)
    return found


def _note(consultation: Consultation, ended: Sequence[Outage]) -> list[OutageNote]:
    known = {each.outage_id for each in outages.notes_of(consultation.id)}
    made = []
    for each in ended:
        if each.id in known:
            continue
        assert each.until_at is not None
        note = OutageNote(consultation_id=consultation.id, outage=each, noted_at=clock.now())
        db.session.add(note)
        record(
            OutageNoted(
                consultation_id=consultation.id,
                from_at=each.from_at,
                until_at=each.until_at,
                planned=each.is_planned,
            )
        )
        made.append(note)
    db.session.flush()
    return made


def explain_outage(actor: Actor, slug: str, reason: str) -> None:
    """Put on record why the window is not extended after an outage; the words stay."""
    found = queries.lock_exclusive(slug)
    rules.may_explain_outage(actor, found.department_id).enforce()
    reason = plain(reason)
    if not any(sign.isalnum() for sign in reason):
        raise Invalid(N_("请写明不延长的理由。"), field="reason")
    if len(reason) > LONGEST_NOTE:
        raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": LONGEST_NOTE}, field="reason")
    waiting = [each for each in outages.notes_of(found.id) if each.answered_at is None]
    if not waiting:
        raise Refused(N_("没有需要说明的服务中断。"))
    for each in waiting:
        each.reason, each.answered_at, each.answered_by_id = reason, clock.now(), actor.id
    db.session.flush()
    record(OutageExplained(actor=actor, consultation_id=found.id))


def plan_downtime(
    actor: Actor, from_at: datetime, until_at: datetime, reason: str, *, extends: bool
) -> Outage:
    """Announce that nobody will be able to take part for a while."""
    rules.may_plan_downtime(actor).enforce()
    rules.check_downtime(from_at, until_at, clock.now()).enforce()
    reason = plain(reason)
    if not any(sign.isalnum() for sign in reason) or len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("请写明停机的原因，最多%(limit)s字。"), {"limit": LONGEST_REASON}, field="reason"
        )
    made = Outage(
        from_at=from_at,
        until_at=until_at,
        is_planned=True,
        extends=extends,
        reason=reason,
        noted_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record(DowntimePlanned(actor=actor, from_at=from_at, until_at=until_at, reason=reason))
    return made


def cancel_downtime(actor: Actor, outage_id: int) -> Outage:
    """Take announced downtime back before it begins; extended windows stay extended."""
    rules.may_plan_downtime(actor).enforce()
    found = db.session.get(Outage, outage_id)
    if found is None or not found.is_planned or found.cancelled_at:
        raise NotFound(str(outage_id))
    now = clock.now()
    if found.from_at <= now:
        raise Refused(N_("停机维护已经开始，不能取消。"))
    found.cancelled_at = now
    db.session.flush()
    record(DowntimeCancelled(actor=actor, reason=found.reason))
    return found


def settle_downtime(outage: Outage) -> list[tuple[Consultation, datetime]]:
    """Extend each window whose end announced downtime takes, where it was announced so.

    Without that order the windows are noted, and their departments are asked. Doing it twice does
    no more than once does. Returns the consultations with their closes before.
    """
    assert outage.until_at is not None
    span = Span(outage.from_at, outage.until_at)
    touched = []
    for each in outages.published_closing_near(span):
        found = queries.lock_exclusive(each.id)
        closes_at = found.closes_at
        assert closes_at is not None
        if found.stage(clock.now()) not in (Stage.OPEN, Stage.FORTHCOMING):
            continue
        if not touches_end(closes_at, span) or not _note(found, [outage]):
            continue
        if outage.extends:
            new = compensated_close(closes_at, [span], zone=zone(), calendar=working_calendar())
            extend_window(SYSTEM, found.slug, new, EXTENSION_NOTE % {"reason": outage.reason})
        touched.append((found, closes_at))
    return touched
