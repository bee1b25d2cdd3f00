"""Fifty clicks at once on one form are one act, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, UniqueConstraint, select, text

from participation.accounts.models import User
from participation.comments.models import Comment, CommentSeries
from participation.comments.operations import submit
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import Base, db
from tests.conftest import NOON
from tests.drills.harness import size
from tests.drills.table import report, report_control
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_survey, some_answers

pytestmark = [pytest.mark.both_databases, pytest.mark.drill]

CLICKS = 50
ROUNDS = size(1, 50)
FORM = {
    "stance": "oppose",
    "body": "路灯整夜亮着，睡不好。",
    "respondent_kind": "person",
    "submission_key": "the-same-form",
}
CLEAR = ("state_secrets", "work_secrets", "sensitive_information")
APPROVED = {f"is_free_of_{each}": "yes" for each in CLEAR}
APPROVED |= {"is_lawful": "yes", "decision": "approved"}


@dataclass(frozen=True)
class Act:
    """A form to be clicked on: who is signed in, and how often what is to be told of it."""

    consultation_id: int
    path: str
    form: dict[str, Any]
    user: User | None
    told: dict[str, str]


def comment() -> Act:
    """An opinion."""
    found = a_consultation("open")
    told = {"event": "CommentSubmitted", "leaf": "comment", "table": "comment"}
    return Act(found.id, f"/consultations/{found.slug}/comment", FORM, None, told)


def survey() -> Act:
    """A questionnaire, filled in by one account in fifty browsers."""
    found = a_consultation("open")
    asked = a_survey(found)
    form = {
        f"answer_{number}": given.text or given.value or [str(each) for each in given.options]
        for number, given in some_answers(asked).items()
    }
    told = {"event": "SurveyAnswered", "leaf": "survey", "table": "survey_response"}
    path = f"/consultations/{found.slug}/surveys/{asked.id}"
    return Act(found.id, path, form, a_user(Role.CITIZEN), told)


def approve() -> Act:
    """A review that approves."""
    reviewer = a_user(Role.REVIEWER, a_department())
    found = a_consultation("in_review", reviewer=reviewer)
    path = f"/desk/consultations/{found.slug}/review"
    return Act(
        found.id, path, APPROVED, reviewer, {"event": "ConsultationApproved", "table": "review"}
    )


def publish() -> Act:
    """A publication that opens the window at once."""
    author = a_user(Role.DRAFTER, a_department())
    found = a_consultation("approved", author=author)
    path = f"/desk/consultations/{found.slug}/publish"
    form = {"opens": "now", "closes_on": "2026-07-31"}
    told = {"event": "ConsultationPublished", "leaf": "open"}
    return Act(found.id, path, form, author, told)


def click_together(app: Flask, act: Act) -> list[str]:
    """Send the same form from fifty browsers at one moment; where each was led, or its status."""
    barrier, places = threading.Barrier(CLICKS), [""] * CLICKS
    browsers = [app.test_client() for _ in range(CLICKS)]
    if act.user:
        browsers = [sign_in(each, act.user) for each in browsers]
    db.session.rollback()

    def click(number: int) -> None:
        barrier.wait()
        # Whoever is told that the server is far behind tries again a little later.
        while (answer := browsers[number].post(act.path, data=act.form)).status_code == 503:
            time.sleep(0.2)
        places[number] = answer.location or str(answer.status_code)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return places


def check(consultation_id: int, places: list[str]) -> None:
    """One row, one number, and everybody holds its receipt."""
    rows = db.session.execute(
        select(Comment.receipt, Comment.number).where(Comment.consultation_id == consultation_id)
    ).all()
    assert len(rows) == 1, f"{len(rows)} rows"
    assert rows[0].number == 1
    assert set(places) == {f"/receipt/{rows[0].receipt}"}
    series = db.session.get_one(CommentSeries, consultation_id)
    assert series.received == 1


@pytest.mark.parametrize("prepare", [comment, survey, approve, publish])
def test_fifty_clicks_at_once_are_one_act(
    context: Flask, prepare: Callable[[], Act], database_kind: str
) -> None:
    with clock.shifted(NOON - clock.machine()):
        for _ in range(ROUNDS):
            act = prepare()
            places = click_together(context, act)
            db.session.rollback()
            found = {what: _told(act.consultation_id, what, of) for what, of in act.told.items()}
            assert found == dict.fromkeys(act.told, 1)
            # Whoever was not first is led to the same place or told, never left with an error.
            assert not [each for each in places if each.startswith("5")]
            if prepare is comment:
                check(act.consultation_id, places)
    report(
        f"R7 double submission, {database_kind}: {prepare.__name__}",
        "200 (CI: 4) × 50 at once over four acts: exactly 1 each",
        f"{ROUNDS} × {CLICKS}: 1 each",
    )


def _told(consultation_id: int, what: str, name: str) -> int:
    statement = {
        "event": "SELECT count(*) FROM audit_entry WHERE consultation_id = :id AND event = :name",
        "leaf": "SELECT count(*) FROM record_leaf WHERE consultation_id = :id AND kind = :name",
        "table": f"SELECT count(*) FROM {name} WHERE consultation_id = :id",
    }[what]
    if name == "survey_response":
        statement = (
            "SELECT count(*) FROM survey_response r JOIN survey s ON s.id = r.survey_id"
            " WHERE s.consultation_id = :id"
        )
    counted: int = db.session.scalar(text(statement), {"id": consultation_id, "name": name})
    return counted


def test_without_key_and_lookup_the_same_check_fails(
    context: Flask, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    _drop_the_key()
    monkeypatch.setattr(submit, "by_submission_key", lambda *_: None)
    with clock.shifted(NOON - clock.machine()):
        act = comment()
        places = click_together(context, act)
        db.session.rollback()
        with pytest.raises(AssertionError, match="50 rows"):
            check(act.consultation_id, places)
    report_control("R7", f"without the unique key, {database_kind}", "50 rows")


def _drop_the_key() -> None:
    """Make the table anew without the unique key, as if it had never been thought of."""
    engine: Any = db.engine
    name = "uq_comment_consultation_id_submission_key"
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE comment DROP CONSTRAINT {name}"))
            return
        copy = MetaData()
        for table in Base.metadata.tables.values():
            table.to_metadata(copy)
        keys = [
            each
            for each in copy.tables["comment"].constraints
            if isinstance(each, UniqueConstraint)
            and each.columns.contains_column(copy.tables["comment"].c.submission_key)
        ]
        copy.tables["comment"].constraints -= set(keys)
        copy.tables["comment"].drop(connection)
        copy.tables["comment"].create(connection)
