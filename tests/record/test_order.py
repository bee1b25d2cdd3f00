"""Everybody adds to one log at the same moment: its leaves stand in one order without a gap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, select

from participation.comments import operations as comments
from participation.kernel import clock
from participation.kernel.actor import GUEST, SYSTEM
from participation.kernel.db import db, transaction
from participation.record import queries
from participation.record.checking import faults_of
from participation.record.jobs.heads import sign_due
from participation.record.operations import log
from participation.surveys import operations as surveys
from tests.conftest import NOON
from tests.factories.comments import some_words
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_survey, a_ticket, some_answers

ROUNDS = 8
SENDERS = 3


def busily(app: Flask) -> tuple[int, list[BaseException]]:
    """Opinions, responses, releases and heads at once; the consultation and what failed."""
    with app.app_context():
        found = a_consultation("open")
        survey = a_survey(found)
        slug, survey_id, answers = found.slug, survey.id, some_answers(survey)
        consultation_id = found.id
        db.session.remove()
    failures: list[BaseException] = []

    def send() -> None:
        with transaction():
            comments.submit_comment(GUEST, slug, some_words())

    def answer() -> None:
        with transaction():
            surveys.answer_survey(slug, survey_id, a_ticket(), answers)

    def release() -> None:
        with transaction():
            comments.release(SYSTEM, slug)

    def again_and_again(act: Callable[[], object]) -> None:
        for turn in range(ROUNDS):
            with app.app_context(), clock.fixed(NOON + timedelta(minutes=turn)):
                try:
                    act()
                except BaseException as error:
                    failures.append(error)
                finally:
                    db.session.remove()

    acts = [*[send] * SENDERS, answer, answer, release, sign_due]
    threads = [threading.Thread(target=again_and_again, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return consultation_id, failures


@pytest.mark.both_databases
def test_the_leaves_of_all_at_once_stand_in_one_order(app: Flask) -> None:
    consultation_id, failures = busily(app)
    assert failures == []
    with app.app_context():
        assert faults_of(consultation_id) == []
        kept = queries.log_of(consultation_id)
        assert kept is not None
        assert kept.size > 1 + ROUNDS * (SENDERS + 2)
        assert kept.surveys == 2 * ROUNDS
        assert queries.heads(consultation_id)


@pytest.mark.both_databases
def test_a_log_that_is_not_locked_is_found_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    """On PostgreSQL two would add at the same place; SQLite has one writer whatever one asks."""
    unlocked = (
        select(*log._LOCKED.selected_columns)
        .where(log.LOG.c.consultation_id == bindparam("of"))
        .order_by(log.LOG.c.size)
    )
    monkeypatch.setattr(log, "_LOCKED", unlocked)
    consultation_id, failures = busily(app)
    with app.app_context():
        spoiled = bool(failures) or bool(faults_of(consultation_id))
    assert spoiled is (database_kind == "postgresql")
