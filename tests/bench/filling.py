"""Fills a consultation with many opinions at once, as if they had come, been shown and counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from typing import Any

from sqlalchemy import delete, func, insert, select

from participation.adoption.models import OpinionPoint, PointMember
from participation.audit.models import AuditEntry
from participation.comments.models import Comment
from participation.comments.operations.series import (
    add_to_released,
    add_to_tallies,
    lock_series,
    take_number,
)
from participation.comments.receipts import new_receipt
from participation.comments.rules import (
    Channel,
    Dimension,
    Outcome,
    RespondentKind,
    Stance,
    Standing,
    Visibility,
)
from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft
from participation.kernel.db import db, transaction
from participation.record.models import RecordLeaf, RecordLog, RecordNode, RecordOpening
from participation.record.operations import begin_log

BODY = "建议把桥头的灯开到晚上十一点，第{number}根灯杆的灯坏了，下雨天老人和孩子过桥很不方便。"
CHUNK = 5_000
WAITING_OF = 10
"""One opinion of so many waits for the moderator, the others are shown."""


def fill(
    consultation: Consultation,
    total: int,
    *,
    body: str = BODY,
    outcome: Outcome = Outcome.PENDING,
    account_id: int | None = None,
    is_logged: bool = True,
) -> None:
    """Give a consultation `total` opinions, one a second from its opening on, most of them shown.

    Every third is on the draft's first article. The counters are those of the rows. Not
    `is_logged`, it is done in half the time: no word of them in the audit and the record.
    """
    assert consultation.opens_at is not None
    draft = current_draft(consultation.id)
    assert draft is not None
    article = next(row.id for row in clauses_of(draft.id) if row.kind == "article")
    with transaction():
        lock_series(consultation.id)
        made = _rows(consultation, total, article, body, outcome, account_id)
        counted: Counter[tuple[Dimension, str]] = Counter()
        shown: Counter[int | None] = Counter()
        while chunk := list(islice(made, CHUNK)):
            # By the table: the mapper leaves None out, and makes a statement of every change of it.
            db.session.execute(insert(Comment.__table__), chunk)
            if is_logged:
                db.session.execute(insert(AuditEntry.__table__), [_entry(row) for row in chunk])
            for row in chunk:
                counted.update((each, str(row[each.value])) for each in Dimension)
                shown[row["clause_id"]] += row["published_at"] is not None
        take_number(consultation.id, total)
        add_to_tallies(consultation.id, counted)
        add_to_released(consultation.id, shown)
    db.session.expire_all()
    if is_logged:
        begin_record(consultation.id)


def begin_record(consultation_id: int) -> None:
    """Let the log tell the rows as they now stand, as if it had been kept all along."""
    with transaction() as session:
        for table in (RecordOpening, RecordNode, RecordLeaf, RecordLog):
            session.execute(delete(table).where(table.consultation_id == consultation_id))
        begin_log(consultation_id)
    db.session.expire_all()


def fill_points(consultation: Consultation, total: int) -> None:
    """Put the first `total` opinions of a consultation into points of their own, undecided."""
    now = consultation.opens_at
    members = list(
        db.session.scalars(
            select(Comment.id)
            .where(Comment.consultation_id == consultation.id)
            .order_by(Comment.number)
            .limit(total)
        )
    )
    consultation_id = consultation.id
    with transaction():
        db.session.execute(
            insert(OpinionPoint),
            [
                {
                    "consultation_id": consultation_id,
                    "number": number,
                    "title": f"桥头照明要点 {number}",
                    "member_count": 1,
                    "created_at": now,
                    "changed_at": now,
                }
                for number in range(1, total + 1)
            ],
        )
        points = db.session.scalars(
            select(OpinionPoint.id)
            .where(OpinionPoint.consultation_id == consultation_id)
            .order_by(OpinionPoint.number)
        )
        pairs = zip(members, points, strict=True)
        db.session.execute(
            insert(PointMember),
            [{"comment_id": member, "point_id": point} for member, point in pairs],
        )
    db.session.expire_all()


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": row["received_at"],
        "actor_role": "guest",
        "actor_name": "",
        "event": "CommentSubmitted",
        "consultation_id": row["consultation_id"],
        "payload": {"number": row["number"], "channel": "web"},
    }


def _rows(
    consultation: Consultation,
    total: int,
    article: int,
    body: str,
    outcome: Outcome,
    account_id: int | None,
) -> Iterator[dict[str, Any]]:
    assert consultation.opens_at is not None
    first_id = (db.session.scalar(select(func.max(Comment.id))) or 0) + 1
    stances, kinds = list(Stance), list(RespondentKind)
    for number, comment_id in zip(range(1, total + 1), count(first_id), strict=False):
        words = body.format(number=number)
        received_at = consultation.opens_at + timedelta(seconds=number)
        is_shown = number % WAITING_OF != 0
        yield {
            "consultation_id": consultation.id,
            "number": number,
            "receipt": new_receipt(),
            "submission_key": f"fill-{comment_id}",
            "clause_id": article if number % 3 == 0 else None,
            "stance": stances[number % len(stances)],
            "body": words,
            "proposed_text": "",
            "words_digest": hashlib.sha256(words.encode()).hexdigest(),
            "respondent_kind": kinds[number % len(kinds)],
            "channel": Channel.WEB,
            "standing": Standing.UNNAMED,
            "account_id": account_id,
            "received_at": received_at,
            "visibility": Visibility.RELEASED if is_shown else Visibility.WAITING,
            "published_at": received_at + timedelta(seconds=1) if is_shown else None,
            "shown_body": words if is_shown else "",
            "shown_proposed_text": "",
            "outcome": outcome,
        }
