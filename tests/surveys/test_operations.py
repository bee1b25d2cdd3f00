"""Preparing and answering questionnaires: what is stored, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.events import subscribe
from participation.surveys import operations, queries
from participation.surveys.events import SurveyAnswered
from participation.surveys.models import Answer, Option, Question, Response, Survey
from participation.surveys.operations import GivenAnswer, QuestionFields, SurveyFields
from participation.surveys.rules import MOST_OPTIONS, MOST_QUESTIONS, QuestionKind
from tests.factories.accounts import a_user, actor_of
from tests.factories.consultations import a_consultation
from tests.factories.surveys import (
    FOUR_KINDS,
    SINGLE,
    TEXT,
    a_response,
    a_survey,
    a_ticket,
    some_answers,
)

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def _count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_survey_keeps_its_questions_in_order() -> None:
    survey = a_survey(a_consultation("drafting"))
    assert [each.kind for each in survey.questions] == list(QuestionKind)
    assert [each.text for each in survey.questions[1].options] == list(
        FOUR_KINDS.questions[1].options
    )


def test_the_largest_survey_saves_and_is_changed() -> None:
    consultation = a_consultation("drafting")
    options = tuple(f"选项{number}，写得长一些也无妨" for number in range(MOST_OPTIONS))
    questions = [
        QuestionFields(QuestionKind.MULTIPLE, f"第{number}题", options=options)
        for number in range(MOST_QUESTIONS)
    ]
    survey = a_survey(consultation, SurveyFields("大问卷", questions=questions))
    assert (_count(Question), _count(Option)) == (MOST_QUESTIONS, MOST_QUESTIONS * MOST_OPTIONS)
    author = actor_of(consultation.author)
    with transaction():
        operations.edit_survey(author, consultation.slug, survey.id, FOUR_KINDS)
    assert (_count(Question), _count(Option)) == (4, 7)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (SurveyFields("", questions=(SINGLE,)), "title"),
        (SurveyFields("x" * 201, questions=(SINGLE,)), "title"),
        (SurveyFields("问卷"), ""),
        (SurveyFields("问卷", questions=(TEXT,) * 61), ""),
        (SurveyFields("问卷", questions=(replace(SINGLE, text=" "),)), "question_0_text"),
        (SurveyFields("问卷", questions=(replace(SINGLE, text="题" * 501),)), "question_0_text"),
        (SurveyFields("问卷", questions=(replace(SINGLE, options=("一",)),)), "question_0_options"),
        (
            SurveyFields("问卷", questions=(TEXT, replace(SINGLE, options=("是", " 是 ", "否")))),
            "question_1_options",
        ),
        (
            SurveyFields("问卷", questions=(QuestionFields(QuestionKind.SCALE, "量表"),)),
            "question_0_scale_high",
        ),
    ],
)
def test_a_questionnaire_that_cannot_be_answered_is_refused_at_its_field(
    fields: SurveyFields, field: str
) -> None:
    consultation = a_consultation("drafting")
    with pytest.raises(Invalid) as refused:
        a_survey(consultation, fields)
    assert refused.value.field == field
    assert _count(Survey) == 0


def test_questions_stand_still_once_the_window_has_opened() -> None:
    consultation = a_consultation("open")
    survey = a_survey(consultation)
    drafter = actor_of(consultation.author)
    for act in (
        lambda: operations.create_survey(drafter, consultation.slug, FOUR_KINDS),
        lambda: operations.edit_survey(drafter, consultation.slug, survey.id, FOUR_KINDS),
        lambda: operations.remove_survey(drafter, consultation.slug, survey.id),
    ):
        with pytest.raises(Refused, match="不能再修改"), transaction():
            act()
    assert _count(Survey) == 1


def test_another_department_prepares_no_survey_here() -> None:
    consultation = a_consultation("drafting")
    reviewer = actor_of(a_user(Role.REVIEWER))
    with pytest.raises(Refused), transaction():
        operations.create_survey(reviewer, consultation.slug, FOUR_KINDS)


def test_a_survey_is_removed_with_its_questions_before_the_window() -> None:
    consultation = a_consultation("forthcoming")
    survey = a_survey(consultation)
    with transaction():
        operations.remove_survey(actor_of(consultation.author), consultation.slug, survey.id)
    assert (_count(Survey), _count(Question), _count(Option)) == (0, 0, 0)


def test_a_response_stores_one_row_for_each_tick() -> None:
    consultation = a_consultation("open")
    survey = a_survey(consultation)
    a_response(consultation, survey)
    rows = db.session.execute(select(Answer.option_id, Answer.value, Answer.text)).all()
    assert len(rows) == 5
    assert [row.text for row in rows if row.text] == ["路灯早点修好。"]
    assert [row.value for row in rows if row.value is not None] == [4]


def test_the_second_answer_of_a_ticket_leaves_the_first_standing() -> None:
    consultation = a_consultation("open")
    survey = a_survey(consultation)
    ticket = a_ticket()
    first = a_response(consultation, survey, ticket=ticket, single=0)
    second = a_response(consultation, survey, ticket=ticket, single=1)
    assert second.id == first.id
    assert _count(Response) == 1
    assert [each.votes for each in queries.results(survey)[0].options] == [1, 0, 0]


def test_a_ticket_answers_each_survey_once() -> None:
    consultation = a_consultation("open")
    ticket = a_ticket()
    for survey in (a_survey(consultation), a_survey(consultation)):
        a_response(consultation, survey, ticket=ticket)
    hashes = db.session.scalars(select(Response.ticket_hash)).all()
    assert len(set(hashes)) == 2


def test_a_resent_answer_gets_the_first_one_back_even_after_the_close() -> None:
    consultation = a_consultation("open")
    survey = a_survey(consultation)
    ticket = a_ticket()
    a_response(consultation, survey, ticket=ticket)
    late = consultation.closes_at + timedelta(seconds=1)
    assert a_response(consultation, survey, ticket=ticket, at=late).submitted_at < late


@pytest.mark.parametrize(
    ("offset", "accepted"),
    [(timedelta(microseconds=-1), True), (timedelta(0), False), (timedelta(days=1), False)],
)
def test_an_answer_is_taken_until_the_close_and_not_at_it(
    offset: timedelta, accepted: bool
) -> None:
    consultation = a_consultation("open")
    survey = a_survey(consultation)
    at = consultation.closes_at + offset
    if accepted:
        a_response(consultation, survey, at=at)
    else:
        with pytest.raises(Refused, match="已经截止"):
            a_response(consultation, survey, at=at)
    assert _count(Response) == int(accepted)


def test_an_answer_before_the_opening_is_refused() -> None:
    consultation = a_consultation("forthcoming")
    survey = a_survey(consultation)
    with pytest.raises(Refused, match="尚未开始"):
        a_response(consultation, survey, at=clock.now())


def _bent(survey: Survey, name: str) -> dict[int, GivenAnswer]:
    single, multiple, scale, text = survey.questions
    wrong = {
        "missing": {single.id: GivenAnswer()},
        "two of one": {single.id: GivenAnswer(options=tuple(each.id for each in single.options))},
        "another's option": {single.id: GivenAnswer(options=(multiple.options[0].id,))},
        "off the scale": {scale.id: GivenAnswer(value=6)},
        "too long": {text.id: GivenAnswer(text="长" * 2001)},
        "unknown question": {text.id + 99: GivenAnswer(text="?")},
    }
    return {**some_answers(survey), **wrong[name]}


@pytest.mark.parametrize(
    "name",
    ["missing", "two of one", "another's option", "off the scale", "too long", "unknown question"],
)
def test_an_answer_that_does_not_fit_its_question_is_refused_and_nothing_is_kept(name: str) -> None:
    consultation = a_consultation("open")
    survey = a_survey(consultation)
    slug, answers = consultation.slug, _bent(survey, name)
    with pytest.raises(Invalid), transaction():
        operations.answer_survey(slug, survey.id, a_ticket(), answers)
    assert _count(Response) == 0


def test_a_survey_of_another_consultation_is_not_found() -> None:
    survey = a_survey(a_consultation("open"))
    other = a_consultation("open")
    with pytest.raises(NotFound), transaction():
        operations.answer_survey(other.slug, survey.id, a_ticket(), some_answers(survey))


def test_the_record_of_an_answer_names_nobody() -> None:
    heard: list[SurveyAnswered] = []
    subscribe(SurveyAnswered)(heard.append)
    consultation = a_consultation("open")
    a_response(consultation, a_survey(consultation))
    assert [event.actor.id for event in heard] == [None]


def test_a_change_of_the_survey_changes_what_readers_see() -> None:
    consultation = a_consultation("forthcoming")
    before = consultation.revision
    a_survey(consultation)
    db.session.refresh(consultation)
    assert consultation.revision > before
