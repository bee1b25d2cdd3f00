"""Preparing questionnaires, and taking in answers: one for each ticket, within the window."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from participation.consultations import operations as consultations
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_exclusive, lock_shared
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_
from participation.surveys import answers as answering
from participation.surveys import queries, questions, rules
from participation.surveys.answers import GivenAnswer
from participation.surveys.events import (
    SurveyAnswered,
    SurveyCreated,
    SurveyEdited,
    SurveyRemoved,
)
from participation.surveys.models import Answer, Option, Question, Response, Survey
from participation.surveys.questions import QuestionFields, SurveyFields

__all__ = [
    "Answered",
    "GivenAnswer",
    "QuestionFields",
    "SurveyFields",
    "answer_survey",
    "create_survey",
    "edit_survey",
    "hash_of",
    "remove_survey",
]

SHORTEST_TICKET = 16


def create_survey(actor: Actor, slug: str, fields: SurveyFields) -> Survey:
    """Add a questionnaire to a consultation that is not yet open."""
    consultation = _prepared(actor, slug)
    fields = questions.checked(fields)
    made = Survey(consultation_id=consultation.id, created_at=clock.now())
    _fill(made, fields)
    db.session.add(made)
    db.session.flush()
    record(SurveyCreated(actor=actor, consultation_id=consultation.id, survey_id=made.id))
    return made


def edit_survey(actor: Actor, slug: str, survey_id: int, fields: SurveyFields) -> Survey:
    """Replace a questionnaire's words and questions before the window opens."""
    consultation = _prepared(actor, slug)
    found = queries.by_id(consultation.id, survey_id)
    _fill(found, questions.checked(fields))
    db.session.flush()
    record(SurveyEdited(actor=actor, consultation_id=consultation.id, survey_id=found.id))
    return found


def remove_survey(actor: Actor, slug: str, survey_id: int) -> None:
    """Take a questionnaire away before the window opens, when nobody can have answered."""
    consultation = _prepared(actor, slug)
    found = queries.by_id(consultation.id, survey_id)
    db.session.delete(found)
    db.session.flush()
    record(SurveyRemoved(actor=actor, consultation_id=consultation.id, survey_id=survey_id))


def _prepared(actor: Actor, slug: str) -> Consultation:
    """The consultation, locked and touched, where the actor may edit its questionnaires."""
    found = lock_exclusive(slug)
    rules.may_edit(actor, found.stage(clock.now()), found.department_id).enforce()
    consultations.touch(found)
    return found


def _fill(survey: Survey, fields: SurveyFields) -> None:
    survey.title, survey.note = fields.title, fields.note
    survey.questions = [_question(position, each) for position, each in enumerate(fields.questions)]


def _question(position: int, fields: QuestionFields) -> Question:
    return Question(
        position=position,
        kind=fields.kind,
        text=fields.text,
        is_required=fields.is_required,
        scale_low=fields.scale_low,
        scale_high=fields.scale_high,
        scale_low_word=fields.scale_low_word,
        scale_high_word=fields.scale_high_word,
        options=[Option(position=place, text=text) for place, text in enumerate(fields.options)],
    )


@dataclass(frozen=True)
class Answered:
    """A response that stands; `is_new` is false where the ticket had answered before."""

    response: Response
    is_new: bool


def answer_survey(
    slug: str, survey_id: int, ticket: str, answers: Mapping[int, GivenAnswer]
) -> Answered:
    """Take in a filled-in questionnaire; a ticket's first answer stands, and is given back.

    The window is judged under the consultation's shared lock, by the clock read there. The event
    names no actor: whoever signed in to answer must not be found by the record of what happened.
    """
    consultation = lock_shared(slug)
    survey = queries.by_id(consultation.id, survey_id)
    hashed = hash_of(survey.id, ticket)
    standing = queries.response_of(survey.id, hashed)
    if standing is not None:
        return Answered(standing, is_new=False)
    now = clock.now()
    rules.may_answer(consultation.stage(now)).enforce()
    rows = answering.checked(survey.questions, answers)
    response_id = _claim(survey.id, hashed)
    response = queries.response_of(survey.id, hashed)
    assert response is not None
    if response_id is None:
        return Answered(response, is_new=False)
    db.session.execute(
        insert(Answer), [{"response_id": response_id, **asdict(row)} for row in rows]
    )
    record(
        SurveyAnswered(
            actor=GUEST,
            consultation_id=consultation.id,
            survey_id=survey.id,
            response_id=response_id,
        )
    )
    return Answered(response, is_new=True)


def _claim(survey_id: int, ticket_hash: str) -> int | None:
    """The new response's id, or none where the same ticket was quicker on another host."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    found: int | None = db.session.scalar(
        dialect.insert(Response)
        .values(survey_id=survey_id, ticket_hash=ticket_hash, submitted_at=clock.now())
        .on_conflict_do_nothing(index_elements=[Response.survey_id, Response.ticket_hash])
        .returning(Response.id)
    )
    return found


def hash_of(survey_id: int, ticket: str) -> str:
    """What is kept of a ticket: it says nothing of the same ticket in another survey."""
    if len(ticket) < SHORTEST_TICKET:
        raise Invalid(N_("页面停留过久，请刷新后再填写。"))
    return hashlib.sha256(f"survey:{survey_id}:{ticket}".encode()).hexdigest()
