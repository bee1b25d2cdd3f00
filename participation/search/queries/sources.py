"""What is public and can be found: the texts as they are entered in the index, from their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from participation.adoption.models import AdoptionSummary, OpinionPoint, SealedPoint
from participation.adoption.queries import latest_summary
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.consultations.queries import (
    ClauseRow,
    current_draft,
    interpretations_of,
    public_clauses,
    wording,
)
from participation.consultations.rules import PUBLIC_STAGES, Stage
from participation.inquiries.models import Inquiry
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.text import excerpt
from participation.search.rules import Kind

LONGEST_TITLE = 200


class Source(NamedTuple):
    """A public text to be entered: where it comes from, where it is shown, what it says.

    `also`: words by which it is found and which are not shown with it.
    """

    kind: Kind
    consultation_id: int
    source_id: int
    place: str
    at: datetime
    title: str
    text: str
    also: str = ""


def notice_of(consultation: Consultation) -> list[Source]:
    """A public consultation and the clauses of its draft that are not withheld."""
    at = consultation.published_at
    if consultation.stage(clock.now()) not in PUBLIC_STAGES or at is None:
        return []
    parts = ("plain_summary", "affects", "summary", "explanation", "legal_basis")
    text = "\n".join(filter(None, (getattr(consultation, part) for part in parts)))
    number = consultation.id
    own = Source(Kind.CONSULTATION, number, number, "", at, consultation.title, text)
    draft = current_draft(number)
    clauses = list(_clauses(number, at, public_clauses(draft.id))) if draft else []
    return [*clauses, own]


def _clauses(consultation_id: int, at: datetime, rows: list[ClauseRow]) -> Iterator[Source]:
    """An article is one text with all that stands below it; what is in none stands for itself."""
    words = wording(rows)
    article: dict[int | None, int] = {}
    labels: dict[int, list[str]] = {}
    for row in rows:
        above = row.id if row.kind == "article" else article.get(row.parent_id)
        if above is not None:
            article[row.id] = above
            labels.setdefault(above, []).append(row.label)
    for row in rows:
        text = words[row.id]
        if row.is_withheld or article.get(row.id, row.id) != row.id or not (text or row.label):
            continue
        title, also = row.label[:LONGEST_TITLE], " ".join(labels.get(row.id, ()))
        yield Source(Kind.CLAUSE, consultation_id, row.id, row.key, at, title, text, also)


def opinions(ids: Iterable[int]) -> list[Source]:
    """Those of these opinions that are publicly shown, as they are shown, in the order of ids."""
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.consultation_id,
            Comment.number,
            Comment.published_at,
            Comment.shown_body,
            Comment.shown_proposed_text,
        )
        .where(Comment.id.in_(list(ids)), Comment.published_at.is_not(None))
        .order_by(Comment.published_at, Comment.id)
    )
    return [
        Source(
            Kind.COMMENT,
            row.consultation_id,
            row.id,
            str(row.number),
            row.published_at,
            "",
            "\n".join(filter(None, (row.shown_body, row.shown_proposed_text))),
        )
        for row in rows
    ]


def answers_of(consultation: Consultation, point_id: int | None = None) -> list[Source]:
    """The points of a result as the public reads them: the sealed ones, before them the live ones.

    `point_id`: of the live ones this one only.
    """
    stage = consultation.stage(clock.now())
    if stage is Stage.SEALED and point_id is None:
        return list(_sealed(consultation))
    if stage is not Stage.CLOSED:
        return []
    wanted = select(OpinionPoint).where(
        OpinionPoint.consultation_id == consultation.id, OpinionPoint.member_count > 0
    )
    if point_id is not None:
        wanted = wanted.where(OpinionPoint.id == point_id)
    return [
        _answer(
            consultation.id,
            point.number,
            point.changed_at,
            point.title,
            [point.clause_label, point.reason, point.changed_text]
            if point.disposition
            else [point.clause_label],
        )
        for point in db.session.scalars(wanted.order_by(OpinionPoint.number))
    ]


def _sealed(consultation: Consultation) -> Iterator[Source]:
    summary = latest_summary(consultation.id)
    if summary is None:
        return
    contents = db.session.scalars(
        select(SealedPoint.content)
        .where(SealedPoint.summary_id == summary.id)
        .order_by(SealedPoint.number)
    )
    for each in contents:
        parts = [each["clause_label"], each["reason"], each["changed_text"]]
        number, title = each["number"], each["title"]
        yield _answer(consultation.id, number, summary.published_at, title, parts)
    yield _result(consultation, summary)


def _answer(
    consultation_id: int, number: int, at: datetime, title: str, parts: Sequence[str]
) -> Source:
    text = "\n".join(filter(None, parts))
    return Source(Kind.ANSWER, consultation_id, number, str(number), at, title, text)


def _result(consultation: Consultation, summary: AdoptionSummary) -> Source:
    text = "\n".join(filter(None, (summary.note, consultation.summary)))
    return Source(
        Kind.RESULT,
        consultation.id,
        consultation.id,
        str(summary.version),
        summary.published_at,
        consultation.title,
        text,
    )


def questions(consultation_id: int | None = None, inquiry_id: int | None = None) -> list[Source]:
    """Questions with their public answers: of a consultation, or this one alone."""
    rows = db.session.execute(
        select(
            Inquiry.id,
            Inquiry.consultation_id,
            Inquiry.number,
            Inquiry.published_at,
            Inquiry.shown_body,
            Inquiry.answer,
        )
        .where(
            Inquiry.published_at.is_not(None),
            or_(Inquiry.consultation_id == consultation_id, Inquiry.id == inquiry_id),
        )
        .order_by(Inquiry.published_at, Inquiry.id)
    )
    return [
        Source(
            Kind.QUESTION,
            row.consultation_id,
            row.id,
            str(row.number),
            row.published_at,
            excerpt(row.shown_body, LONGEST_TITLE),
            f"{row.shown_body}\n{row.answer}",
        )
        for row in rows
    ]


def interpretations(
    consultation: Consultation, interpretation_id: int | None = None
) -> list[Source]:
    """The explanations that are public with a consultation, or this one of them alone."""
    since = consultation.published_at
    if consultation.stage(clock.now()) not in PUBLIC_STAGES or since is None:
        return []
    shown = sorted(
        (
            (max(each.published_at, since), each)
            for each in interpretations_of(consultation.id)
            if each.published_at and interpretation_id in (None, each.id)
        ),
        key=lambda found: (found[0], found[1].position),
    )
    return [
        Source(
            Kind.INTERPRETATION,
            consultation.id,
            each.id,
            each.clause_key or "",
            at,
            each.title,
            "\n".join(filter(None, (each.body, each.picture_words))),
        )
        for at, each in shown
    ]
