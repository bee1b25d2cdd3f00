"""Making points and answering each of them once, with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from participation.adoption import rules
from participation.adoption.events import PointCreated, PointDecided, PointEdited
from participation.adoption.models import OpinionPoint, PointMember
from participation.adoption.operations.members import take
from participation.adoption.operations.workplace import (
    Overtaken,
    changed,
    checked,
    locked_point,
    place_of,
    rewritten,
    workplace,
)
from participation.adoption.rules import Disposition
from participation.comments.masking import mask
from participation.comments.operations import assign_outcome
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_

UNTITLED = N_("请写出这一点说的是什么。")


def create_point(
    actor: Actor,
    slug: str,
    title: str,
    comment_ids: Sequence[int],
    clause_key: str | None = None,
) -> OpinionPoint:
    """Make a point of opinions of this consultation; those in another point move here."""
    consultation = workplace(actor, slug)
    return create_in(actor, consultation, title, comment_ids, clause_key)


def create_in(
    actor: Actor,
    consultation: Consultation,
    title: str,
    comment_ids: Sequence[int],
    clause_key: str | None,
) -> OpinionPoint:
    highest = select(func.max(OpinionPoint.number)).where(
        OpinionPoint.consultation_id == consultation.id
    )
    now = clock.now()
    point = OpinionPoint(
        consultation_id=consultation.id,
        number=(db.session.scalar(highest) or 0) + 1,
        title=_title(title),
        created_at=now,
        changed_at=now,
        member_count=0,
        **place_of(consultation.id, clause_key)._asdict(),
    )
    db.session.add(point)
    db.session.flush()
    added = take(actor, consultation, point, comment_ids)
    changed(consultation)
    record(
        PointCreated(
            actor=actor,
            consultation_id=consultation.id,
            point_id=point.id,
            number=point.number,
            members=added,
        )
    )
    return point


def edit_point(
    actor: Actor,
    point_id: int,
    title: str,
    clause_key: str | None = None,
    *,
    seen: int | None = None,
) -> OpinionPoint:
    """Say otherwise what a point is about, and on which clause.

    `seen` is the version that the writer had read; Overtaken where it is another by now, unless
    it says the same.
    """
    consultation, point = locked_point(actor, point_id)
    words = _title(title)
    if seen not in (None, point.version):
        if (point.title, point.clause_key) == (words, clause_key):
            return point
        raise Overtaken
    point.title = words
    for name, value in place_of(consultation.id, clause_key)._asdict().items():
        setattr(point, name, value)
    rewritten(actor, point)
    changed(consultation)
    db.session.flush()
    record(
        PointEdited(
            actor=actor, consultation_id=consultation.id, point_id=point.id, number=point.number
        )
    )
    return point


def decide_point(
    actor: Actor,
    point_id: int,
    disposition: Disposition | str,
    reason: str,
    changed_text: str = "",
    *,
    seen: int | None = None,
) -> OpinionPoint:
    """Give a point its disposition with the reason and, where the draft changes, the new text.

    `seen` is the version that the writer had read; Overtaken where it is another by now, unless
    it says the same.
    """
    consultation, point = locked_point(actor, point_id)
    if seen not in (None, point.version):
        answer = (point.disposition, point.reason, point.changed_text)
        if answer == (disposition, plain(reason), _wording(point, changed_text)):
            return point
        raise Overtaken
    return decide_in(actor, consultation, point, disposition, reason, changed_text)


def decide_in(
    actor: Actor,
    consultation: Consultation,
    point: OpinionPoint,
    disposition: Disposition | str,
    reason: str,
    changed_text: str,
) -> OpinionPoint:
    try:
        wanted = Disposition(disposition)
    except ValueError as error:
        raise Invalid(N_("请选择怎样处理。"), field="disposition") from error
    reason = plain(reason)
    verdict = rules.may_decide(wanted, reason)
    if not verdict:
        raise Invalid(verdict.reason, verdict.params, field="reason")
    point.disposition = wanted
    point.reason = checked(reason, rules.LONGEST_REASON, "reason")
    point.changed_text = _wording(point, changed_text)
    rewritten(actor, point)
    point.decided_at, point.decided_by_id = point.changed_at, actor.id
    changed(consultation)
    db.session.flush()
    number = point.number
    members = list(
        db.session.scalars(
            select(PointMember.comment_id)
            .where(PointMember.point_id == point.id)
            .order_by(PointMember.comment_id)
        )
    )
    assign_outcome(members, wanted.outcome)
    record(
        PointDecided(
            actor=actor,
            consultation_id=consultation.id,
            point_id=point.id,
            number=number,
            disposition=wanted.value,
        )
    )
    return point


def _wording(point: OpinionPoint, changed_text: str) -> str:
    wording = checked(changed_text, rules.LONGEST_CHANGE, "changed_text")
    # The form begins with the clause's words: sent back untouched, nothing was changed.
    return "" if wording == plain(point.clause_text) else wording


def _title(words: str) -> str:
    # It is published: what is personal in words taken over from an opinion is masked as there.
    return checked(mask(words).text, rules.LONGEST_TITLE, "title", UNTITLED)
