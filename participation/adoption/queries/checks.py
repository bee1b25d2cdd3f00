"""What the answers of a matter lack, and what was kept all the same, with whose note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from participation.accounts.models import User
from participation.adoption.checking import Answer, Finding, findings, sharing
from participation.adoption.models import KeptAnswer, OpinionPoint
from participation.kernel.db import db


@dataclass(frozen=True)
class Kept:
    """That an answer stands in spite of a warning: why, by whom, when."""

    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Warned:
    """A warning on a point's answer; `shared_with`: numbers of points with the same reason."""

    point_id: int
    number: int
    title: str
    finding: Finding
    shared_with: Sequence[int]
    kept: Kept | None


def warnings_of(consultation_id: int, number: int | None = None) -> list[Warned]:
    """The warnings on the answers of a matter, or on one of them, by number; two statements.

    A note holds for the answer it was written on: a new answer is warned of anew.
    """
    answered = select(
        OpinionPoint.id,
        OpinionPoint.number,
        OpinionPoint.title,
        OpinionPoint.clause_key,
        OpinionPoint.disposition,
        OpinionPoint.reason,
        OpinionPoint.changed_text,
        OpinionPoint.member_count,
    ).where(
        OpinionPoint.consultation_id == consultation_id,
        OpinionPoint.disposition.is_not(None),
        # What nobody is in is not published.
        OpinionPoint.member_count > 0,
    )
    if number is not None:
        one = select(OpinionPoint.reason).where(
            OpinionPoint.consultation_id == consultation_id, OpinionPoint.number == number
        )
        answered = answered.where(OpinionPoint.reason == one.scalar_subquery())
    rows = db.session.execute(answered.order_by(OpinionPoint.number)).all()
    answers = {
        row.number: Answer(
            row.number,
            row.clause_key,
            row.disposition,
            row.reason,
            row.member_count,
            is_changed=bool(row.changed_text),
        )
        for row in rows
    }
    alike: dict[str, list[Answer]] = defaultdict(list)
    for each in answers.values():
        alike[each.reason].append(each)
    kept = _kept(consultation_id)
    return [
        Warned(
            row.id,
            row.number,
            row.title,
            finding,
            sharing(answer, alike[answer.reason]) if finding is Finding.SHARED_REASON else (),
            kept.get((row.id, finding)),
        )
        for row in rows
        if number in (None, row.number)
        for answer in (answers[row.number],)
        for finding in findings(answer, alike[answer.reason])
    ]


def _kept(consultation_id: int) -> dict[tuple[int, Finding], Kept]:
    rows = db.session.execute(
        select(
            KeptAnswer.point_id,
            KeptAnswer.finding,
            KeptAnswer.note,
            User.display_name,
            KeptAnswer.kept_at,
        )
        .join(
            OpinionPoint,
            and_(
                OpinionPoint.id == KeptAnswer.point_id,
                OpinionPoint.decided_at == KeptAnswer.decided_at,
            ),
        )
        .outerjoin(User, User.id == KeptAnswer.kept_by_id)
        .where(OpinionPoint.consultation_id == consultation_id)
        .order_by(KeptAnswer.id)
    )
    return {
        (point_id, finding): Kept(note, name or "", at)
        for point_id, finding, note, name, at in rows
    }
