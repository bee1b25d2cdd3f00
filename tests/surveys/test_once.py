"""One ticket, one response: fifty at once, and the same with the promise taken out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.surveys import operations, queries
from participation.surveys.models import Response
from participation.surveys.operations import GivenAnswer
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_survey, a_ticket, some_answers

PARALLEL = 50
Answers = dict[int, GivenAnswer]
Act = Callable[[str, int, str, Answers, threading.Barrier], None]


def _rightly(
    slug: str, survey_id: int, ticket: str, answers: Answers, _ready: threading.Barrier
) -> None:
    with transaction():
        operations.answer_survey(slug, survey_id, ticket, answers)


def _brokenly(
    slug: str, survey_id: int, ticket: str, answers: Answers, ready: threading.Barrier
) -> None:
    """Look first, write afterwards, with nothing in the database that would refuse the second."""
    hashed = operations.hash_of(survey_id, ticket)
    unanswered = queries.response_of(survey_id, hashed) is None
    db.session.rollback()
    ready.wait(timeout=60)
    if unanswered:
        with transaction():
            operations.answer_survey(slug, survey_id, f"{ticket}:{uuid4()}", answers)


def _race(app: Flask, act: Act) -> int:
    """How many responses fifty sendings of one filled-in questionnaire leave."""
    with app.app_context():
        consultation = a_consultation("open")
        survey = a_survey(consultation)
        slug, survey_id, answers = consultation.slug, survey.id, some_answers(survey)
        at = consultation.opens_at + timedelta(days=1)
        db.session.remove()
    ticket, start = a_ticket(), threading.Barrier(PARALLEL)
    failures: list[BaseException] = []

    def send() -> None:
        with app.app_context(), clock.fixed(at):
            start.wait(timeout=60)
            try:
                act(slug, survey_id, ticket, answers, start)
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(PARALLEL)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Response)) or 0


@pytest.mark.both_databases
def test_fifty_answers_with_one_ticket_are_one_response(app: Flask) -> None:
    assert _race(app, _rightly) == 1


@pytest.mark.both_databases
def test_without_the_unique_ticket_the_race_is_lost(app: Flask) -> None:
    assert _race(app, _brokenly) == PARALLEL
