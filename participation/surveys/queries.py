"""Reading surveys: their questions, who has answered, and what the answers come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from participation.consultations.models import Consultation
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.surveys.models import Answer, Question, Response, Survey
from participation.surveys.rules import QuestionKind


@dataclass(frozen=True)
class OptionResult:
    """One choice, or one value of a scale, and how often it was chosen."""

    text: str
    votes: int
    share: float | None
    """Percent of the question's base, one decimal; None where nobody answered."""


@dataclass(frozen=True)
class QuestionResult:
    """What the answers to one question come to.

    `base` is the number of people who answered this question; every share is of them, for
    multiple choice too, so that those shares may add up to more than 100.
    """

    id: int
    text: str
    kind: QuestionKind
    base: int
    options: tuple[OptionResult, ...]
    mean: float | None
    texts_count: int


def _whole() -> Any:
    return joinedload(Survey.questions).joinedload(Question.options)


def of_consultation(consultation_id: int) -> Sequence[Survey]:
    """The surveys of a consultation with their questions, the oldest first; one statement."""
    found = db.session.scalars(
        select(Survey)
        .where(Survey.consultation_id == consultation_id)
        .options(_whole())
        .order_by(Survey.id)
    )
    return found.unique().all()


def by_id(consultation_id: int, survey_id: int) -> Survey:
    """A survey of a consultation with its questions; raise NotFound for another's."""
    rows = db.session.scalars(
        select(Survey)
        .where(Survey.id == survey_id, Survey.consultation_id == consultation_id)
        .options(_whole())
    )
    found = rows.unique().one_or_none()
    if found is None:
        raise NotFound(str(survey_id))
    return found


def response_of(survey_id: int, ticket_hash: str) -> Response | None:
    """The response that a ticket has already given."""
    return db.session.scalars(
        select(Response).where(Response.survey_id == survey_id, Response.ticket_hash == ticket_hash)
    ).one_or_none()


class Answered(NamedTuple):
    """A questionnaire that was filled in, and when."""

    survey_id: int
    title: str
    slug: str
    consultation: str
    submitted_at: datetime


def latest_ids(most: int = 500) -> Sequence[int]:
    """The ids of the latest surveys."""
    return db.session.scalars(select(Survey.id).order_by(Survey.id.desc()).limit(most)).all()


def answered(ticket_hashes: Iterable[str]) -> list[Answered]:
    """What the tickets of these hashes have answered, the latest first; at most fifty."""
    query = (
        select(
            Survey.id, Survey.title, Consultation.slug, Consultation.title, Response.submitted_at
        )
        .join(Survey, Survey.id == Response.survey_id)
        .join(Consultation, Consultation.id == Survey.consultation_id)
        .where(Response.ticket_hash.in_(list(ticket_hashes)))
        .order_by(Response.submitted_at.desc(), Response.id.desc())
        .limit(PAGE)
    )
    return [Answered(*row) for row in db.session.execute(query)]


def response_counts(survey_ids: Iterable[int]) -> dict[int, int]:
    """How many have answered each of these surveys; zeros included."""
    wanted = list(survey_ids)
    rows = db.session.execute(
        select(Response.survey_id, func.count())
        .where(Response.survey_id.in_(wanted))
        .group_by(Response.survey_id)
    )
    return dict.fromkeys(wanted, 0) | dict(rows.all())


def results(survey: Survey) -> list[QuestionResult]:
    """The results of a survey, question by question; two statements."""
    return _results([survey])[survey.id]


def _results(surveys: Sequence[Survey]) -> dict[int, list[QuestionResult]]:
    ids = [question.id for survey in surveys for question in survey.questions]
    votes: dict[tuple[int, int | None, int | None], int] = {}
    for question_id, option_id, value, count in db.session.execute(
        select(Answer.question_id, Answer.option_id, Answer.value, func.count())
        .where(Answer.question_id.in_(ids))
        .group_by(Answer.question_id, Answer.option_id, Answer.value)
    ):
        votes[question_id, option_id, value] = count
    answered = db.session.execute(
        select(Answer.question_id, func.count(Answer.response_id.distinct()))
        .where(Answer.question_id.in_(ids))
        .group_by(Answer.question_id)
    )
    bases = dict(answered.all())
    return {
        survey.id: [_result(each, votes, bases.get(each.id, 0)) for each in survey.questions]
        for survey in surveys
    }


def _result(
    question: Question, votes: dict[tuple[int, int | None, int | None], int], base: int
) -> QuestionResult:
    counted: list[tuple[str, int]] = []
    mean = None
    if question.kind is QuestionKind.SCALE:
        values = scale_values(question)
        counts = [votes.get((question.id, None, value), 0) for value in values]
        counted = [
            (scale_label(question, value), count)
            for value, count in zip(values, counts, strict=True)
        ]
        if base:
            total = sum(value * count for value, count in zip(values, counts, strict=True))
            mean = round(total / base, 2)
    elif question.kind is not QuestionKind.TEXT:
        counted = [
            (option.text, votes.get((question.id, option.id, None), 0))
            for option in question.options
        ]
    return QuestionResult(
        id=question.id,
        text=question.text,
        kind=question.kind,
        base=base,
        options=tuple(OptionResult(text, count, _share(count, base)) for text, count in counted),
        mean=mean,
        texts_count=base if question.kind is QuestionKind.TEXT else 0,
    )


def _share(count: int, base: int) -> float | None:
    return round(100 * count / base, 1) if base else None


def scale_values(question: Question) -> range:
    """The values of a scale question from its low to its high end."""
    assert question.scale_low is not None
    assert question.scale_high is not None
    return range(question.scale_low, question.scale_high + 1)


def scale_label(question: Question, value: int) -> str:
    """A value of a scale with the word of its end: `1（很不满意）`."""
    word = {
        question.scale_low: question.scale_low_word,
        question.scale_high: question.scale_high_word,
    }.get(value, "")
    return f"{value}（{word}）" if word else str(value)


class TextAnswer(NamedTuple):
    """What somebody wrote, as received; for staff only, since it is not masked."""

    id: int
    text: str
    submitted_at: datetime


def texts_of(question_id: int, after: Cursor | None = None, size: int = PAGE) -> Page[TextAnswer]:
    """A page of the texts answered to a question, the latest first: for staff only."""
    statement = (
        select(Answer.id, Answer.text, Response.submitted_at)
        .join(Response, Response.id == Answer.response_id)
        .where(Answer.question_id == question_id, Answer.text.is_not(None))
    )
    place = tuple_(Response.submitted_at, Answer.id)
    if after is not None:
        statement = statement.where(place < tuple_(after.at, after.id))
    rows = db.session.execute(
        statement.order_by(Response.submitted_at.desc(), Answer.id.desc()).limit(size + 1)
    )
    found = [TextAnswer(row.id, row.text or "", row.submitted_at) for row in rows]
    return page_of(found, lambda row: Cursor(row.submitted_at, row.id), size)


def summary_of(consultation_id: int) -> list[dict[str, Any]]:
    """The surveys of a consultation and their results as plain values, ready for JSON.

    Each: `id, title, responses, questions: [{text, kind, base, options: [{text, votes, share}],
    mean, texts_count}]`. Six statements, however many answers. To be shown after the close only.
    """
    surveys = of_consultation(consultation_id)
    if not surveys:
        return []
    counts = response_counts(survey.id for survey in surveys)
    found = _results(surveys)
    return [
        {
            "id": survey.id,
            "title": survey.title,
            "responses": counts[survey.id],
            "questions": [_plain(each) for each in found[survey.id]],
        }
        for survey in surveys
    ]


def _plain(result: QuestionResult) -> dict[str, Any]:
    return {
        "text": result.text,
        "kind": result.kind.value,
        "base": result.base,
        "options": [
            {"text": option.text, "votes": option.votes, "share": option.share}
            for option in result.options
        ],
        "mean": result.mean,
        "texts_count": result.texts_count,
    }
