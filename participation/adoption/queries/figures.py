"""The figures of a result: as the counters keep them, counted anew, and whether both agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, type_coerce
from sqlalchemy.types import String

from participation.adoption.models import OpinionPoint, PointMember, PublicationHold
from participation.adoption.rules import Disposition, Figures, figures_agree
from participation.comments import queries as comments
from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.consultations.place import working_calendar, zone
from participation.kernel.db import db
from participation.kernel.verdict import Verdict, no
from participation.rulebook.days import close_after
from participation.rulebook.deadlines import Due, adoption_due


@dataclass(frozen=True)
class Refusal:
    """A publication that is refused until the figures add up; `what` is the kind of job."""

    consultation_id: int
    slug: str
    title: str
    department_id: int
    what: str
    verdict: Verdict
    since: datetime
    last_tried_at: datetime


def due_of(consultation: Consultation) -> Due:
    """When the result of a consultation is due, by the rules and the staff's calendar.

    `at` is 24:00 of the plain one-month day `on`: the promise is that day, also where the law
    would allow the next working day (`latest_on`).
    """
    assert consultation.closes_at is not None
    due = adoption_due(consultation.closes_at, zone=zone(), calendar=working_calendar())
    return replace(due, at=close_after(due.on, zone()))


def kept_figures(consultation_id: int) -> Figures:
    """The figures as the counters have them; two statements."""
    return _figures(comments.counts(consultation_id))


def counted_figures(consultation_id: int) -> Figures:
    """The figures counted anew from the opinions' rows; reads them all."""
    return _figures(comments.recount(consultation_id))


def _figures(counts: comments.Counts) -> Figures:
    return Figures(counts.received, counts.by_outcome, counts.by_channel, counts.by_kind)


def agreement(consultation_id: int) -> Verdict:
    """Whether counters, opinions and points say the same; counts everything anew."""
    in_points, strays = _in_points(consultation_id)
    return figures_agree(
        kept_figures(consultation_id), counted_figures(consultation_id), in_points, strays
    )


def _in_points(consultation_id: int) -> tuple[Mapping[Outcome, int], int]:
    """Members by their point's disposition, and how many have another outcome than it.

    A point's own count of members that is not the true one counts as stray, too.
    """
    wanted = case(
        (OpinionPoint.disposition.is_(None), Outcome.PENDING.value),
        else_=type_coerce(OpinionPoint.disposition, String),
    )
    found = db.session.execute(
        select(
            OpinionPoint.id,
            OpinionPoint.disposition,
            OpinionPoint.member_count,
            func.count(PointMember.comment_id),
            func.sum(
                case((type_coerce(Comment.outcome, String) != wanted, 1), else_=0),
            ),
        )
        .outerjoin(PointMember, PointMember.point_id == OpinionPoint.id)
        .outerjoin(Comment, Comment.id == PointMember.comment_id)
        .where(OpinionPoint.consultation_id == consultation_id)
        .group_by(OpinionPoint.id, OpinionPoint.disposition, OpinionPoint.member_count)
    )
    members: dict[Outcome, int] = {}
    strays = 0
    for _id, disposition, noted, count, others in found:
        outcome = Disposition(disposition).outcome if disposition else Outcome.PENDING
        members[outcome] = members.get(outcome, 0) + count
        strays += int(others or 0) + abs(noted - count)
    return members, strays


def refusals(consultation_id: int | None = None) -> list[Refusal]:
    """Publications that are refused because figures do not add up, the oldest first."""
    query = (
        select(PublicationHold, Consultation.slug, Consultation.title, Consultation.department_id)
        .join(Consultation, Consultation.id == PublicationHold.consultation_id)
        .order_by(PublicationHold.since, PublicationHold.consultation_id, PublicationHold.what)
    )
    if consultation_id is not None:
        query = query.where(PublicationHold.consultation_id == consultation_id)
    return [
        Refusal(
            hold.consultation_id,
            slug,
            title,
            department_id,
            hold.what,
            _verdict(hold.reason, hold.params),
            hold.since,
            hold.last_tried_at,
        )
        for hold, slug, title, department_id in db.session.execute(query)
    ]


def _verdict(reason: str, params: Mapping[str, Any]) -> Verdict:
    return no(reason, **params)


def holds_of(consultation_id: int) -> Sequence[PublicationHold]:
    """The refused publications of one consultation, as rows."""
    return db.session.scalars(
        select(PublicationHold).where(PublicationHold.consultation_id == consultation_id)
    ).all()
