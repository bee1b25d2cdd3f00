"""A contact is shown once, to an officer, after the trace of it is committed and not before."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask, make_response
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from participation.accounts.models import User
from participation.audit.models import AuditEntry
from participation.comments import operations, queries, rules
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import ContactField
from participation.desk.doctor import running
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.web.access import current_actor
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of, session_of, sign_in, step_up
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

PHONE, REASON = "13800001111", "意见里的地点写得不清楚，需要打电话核实"


@pytest.fixture
def comment() -> Comment:
    return a_comment(a_consultation("open"), name="王小明", contact=PHONE)


@pytest.fixture
def officer(comment: Comment) -> User:
    return an_officer_of(comment.consultation)


def address(comment: Comment, kind: str = "contact") -> str:
    return (
        f"/desk/consultations/{comment.consultation.slug}/comments/{comment.number}/reveal/{kind}"
    )


def asked(client: FlaskClient, comment: Comment, kind: str = "contact") -> TestResponse:
    return client.post(address(comment, kind), data={"reason": REASON})


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(event="ContactRevealed").all()


def test_staff_pages_show_contacts_masked(
    client: FlaskClient, comment: Comment, officer: User
) -> None:
    page = sign_in(client, officer).get(address(comment).rpartition("/reveal/")[0]).text
    assert "138****1111" in page
    assert "王**" in page
    assert PHONE not in page
    assert "王小明" not in page


@pytest.mark.both_databases
def test_an_officer_is_shown_one_field_once_and_the_page_leaves_by_itself(
    client: FlaskClient, comment: Comment, officer: User
) -> None:
    desk = step_up(client, officer)
    assert PHONE not in desk.get(address(comment)).text
    assert desk.post(address(comment), data={"reason": "看看"}).status_code == 422
    assert entries() == []
    shown = asked(desk, comment)
    assert PHONE in shown.text
    assert "王小明" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Refresh"].startswith("60; url=/desk/consultations/")
    (entry,) = entries()
    assert entry.actor_id == officer.id
    assert entry.payload["field"] == "contact"
    assert entry.payload["reason"] == REASON
    assert PHONE not in desk.get(address(comment)).text


def test_nobody_else_is_shown_it(client: FlaskClient, comment: Comment, officer: User) -> None:
    place = comment.consultation.department
    for other in (
        a_user(Role.DRAFTER, place),
        a_user(Role.REVIEWER, place),
        a_user(Role.ADMINISTRATOR),
        a_user(Role.OFFICER, a_department("别处的局")),
        a_user(Role.CITIZEN),
    ):
        answer = asked(step_up(client, other), comment)
        assert answer.status_code in (302, 303, 403, 404)
        assert PHONE not in answer.text
    assert asked(step_up(client, officer), comment, "receipt").status_code == 404
    assert entries() == []


def test_without_a_fresh_second_factor_the_code_is_asked_for_first(
    client: FlaskClient, comment: Comment, officer: User
) -> None:
    answer = asked(sign_in(client, officer), comment)
    assert answer.location == f"/account/second-factor/verify?next={address(comment)}"
    desk = step_up(client, officer)
    with clock.fixed(NOON + rules_lasts()):
        assert asked(desk, comment).status_code == 303
    # Another person's proof in the same browser is worth nothing.
    stale = step_up(client, officer)
    other = session_of(an_officer_of(comment.consultation))
    with stale.session_transaction() as session:
        session["_user_id"] = other
    assert asked(stale, comment).status_code == 303
    assert entries() == []


def rules_lasts() -> Any:
    from participation.accounts.rules import STEP_UP_LASTS

    return STEP_UP_LASTS


def close_the_audit() -> None:
    """Make every write of the audit fail, as a database does whose disk or rights are gone."""
    statements = (
        ["CREATE TRIGGER shut BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(FAIL, 'shut'); END"]
        if db.engine.dialect.name == "sqlite"
        else [
            "CREATE FUNCTION shut() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'shut'; END $$",
            "CREATE TRIGGER shut BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION shut()",
        ]
    )
    with transaction() as session:
        for statement in statements:
            session.execute(text(statement))


@pytest.mark.both_databases
def test_where_the_audit_cannot_be_written_no_value_is_shown(
    client: FlaskClient, comment: Comment, officer: User
) -> None:
    desk = step_up(client, officer)
    close_the_audit()
    answer = asked(desk, comment)
    assert answer.status_code == 503
    assert PHONE not in answer.text
    assert entries() == []


def test_a_page_that_opens_before_the_audit_commits_is_found_out(
    app: Flask, client: FlaskClient, comment: Comment, officer: User
) -> None:
    """The broken twin: it shows the value first and enters the trace afterwards."""

    def opens_first(slug: str, number: int, kind: str) -> Any:
        found = queries.by_number(comment.consultation_id, number)
        page = make_response(opened(found, ContactField(kind)))
        try:
            with transaction():
                operations.note_reveal(current_actor(), slug, number, ContactField(kind), REASON)
        except Exception:
            logging.getLogger(__name__).exception("no trace")
        return page

    app.view_functions["comments.reveal"] = opens_first
    desk = step_up(client, officer)
    close_the_audit()
    with pytest.raises(AssertionError):
        answer = asked(desk, comment)
        assert answer.status_code == 503
        assert PHONE not in answer.text


def test_more_than_twenty_in_an_hour_are_told_in_log_board_and_doctor(
    client: FlaskClient, comment: Comment, officer: User, caplog: pytest.LogCaptureFixture
) -> None:
    actor, slug, number = actor_of(officer), comment.consultation.slug, comment.number
    administrator = a_user(Role.ADMINISTRATOR)

    def reveal() -> None:
        with transaction():
            operations.note_reveal(actor, slug, number, ContactField.CONTACT, REASON)

    with caplog.at_level(logging.WARNING):
        for _ in range(rules.MOST_REVEALS):
            reveal()
        assert not caplog.records
        assert not queries.many_reveals(NOON)
        assert running.reveals().state == "ok"
        reveal()
    assert "21 contacts within an hour" in caplog.text
    (found,) = queries.many_reveals(NOON)
    assert (found.actor_id, found.count) == (officer.id, rules.MOST_REVEALS + 1)
    assert running.reveals().state == "warn"
    assert "有人集中查看了联系方式" in sign_in(client, administrator).get("/desk").text
    assert "有人集中查看了联系方式" not in sign_in(client, officer).get("/desk").text
