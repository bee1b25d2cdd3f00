"""What lies on whose desk: the one next act, by when, in few statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from participation.accounts.models import User
from participation.adoption.rules import Disposition
from participation.comments.models import CommentTally
from participation.consultations import operations
from participation.consultations.models import Consultation
from participation.consultations.rules import ReviewDecision, Stage
from participation.desk.board import Board, board_of
from participation.desk.queries import waiting_matters
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.rulebook.publication import PublicationAttribute
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

ROLES = (Role.DRAFTER, Role.REVIEWER, Role.OFFICER, Role.ADMINISTRATOR)


def _board(role: Role | User) -> Board:
    user = role if isinstance(role, User) else a_user(role)
    with clock.fixed(NOON):
        return board_of(actor_of(user), NOON)


def _tasks(role: Role | User) -> list[tuple[str, str]]:
    return [
        (each.task.words % each.task.params, each.task.endpoint)
        for each in _board(role).tasks
        if each.task
    ]


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("stage", "role", "wanted"),
    [
        ("drafting", Role.DRAFTER, [("核对后送审", "consultations.manage")]),
        ("drafting", Role.REVIEWER, []),
        ("in_review", Role.REVIEWER, [("审核", "consultations.review")]),
        ("in_review", Role.DRAFTER, []),
        ("approved", Role.DRAFTER, [("发布", "consultations.publish")]),
        ("approved", Role.OFFICER, [("发布", "consultations.publish")]),
        ("forthcoming", Role.OFFICER, []),
        ("open", Role.OFFICER, []),
        ("closed", Role.DRAFTER, []),
        ("open", Role.ADMINISTRATOR, []),
    ],
)
def test_each_role_meets_its_own_next_act(
    context: Flask, stage: str, role: Role, wanted: list[tuple[str, str]]
) -> None:
    a_consultation(stage)
    assert _tasks(role) == wanted


def test_a_matter_with_something_missing_is_to_be_continued(context: Flask) -> None:
    a_consultation("drafting", contact_phone="")
    assert _tasks(Role.DRAFTER) == [("继续起草", "consultations.manage")]


def test_nobody_is_asked_to_publish_what_may_not_be_public(context: Flask) -> None:
    a_consultation(
        "approved",
        publication_attribute=PublicationAttribute.WITHHELD,
        attribute_reason="涉及国家秘密",
    )
    assert _tasks(Role.OFFICER) == []
    [matter] = _board(Role.OFFICER).others[Stage.PREPARING]
    assert "不予公开" in matter.waiting_words


def test_a_reviewer_is_not_asked_to_review_the_own_draft(context: Flask) -> None:
    reviewer = a_user(Role.REVIEWER)
    made = a_consultation("in_review")
    with transaction():
        made.author_id = reviewer.id
    assert _tasks(reviewer) == []
    assert waiting_matters(actor_of(reviewer), NOON) == 0


def test_an_officer_is_told_how_many_opinions_wait_to_be_looked_at(context: Flask) -> None:
    made = a_consultation("open")
    a_comment(made)
    a_comment(made)
    a_comment(made, released=True)
    a_comment(made, withdrawn=True)
    assert _tasks(Role.OFFICER) == [("审看 2 条意见", "comments.queue")]


def test_after_the_close_the_officer_answers_until_nothing_is_pending(context: Flask) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    first, second = a_comment(made, released=True), a_comment(made, released=True)
    assert _tasks(Role.OFFICER) == [("答复 2 份意见", "adoption.desk")]
    with clock.fixed(NOON):
        a_point(made, [first, second], Disposition.ADOPTED)
    [matter] = _board(Role.OFFICER).others[Stage.CLOSED]
    assert matter.task is None
    assert not matter.is_overdue


def test_an_unanswered_opinion_is_overdue_after_the_due_day_and_not_before(
    context: Flask,
) -> None:
    made = a_consultation("closed")
    a_comment(made, released=True)
    assert made.closes_at is not None
    officer = actor_of(a_user(Role.OFFICER))
    due = board_of(officer, NOON).tasks[0].due
    assert due is not None
    last_moment = clock.datetime(due.on.year, due.on.month, due.on.day, 15, 59, tzinfo=clock.UTC)
    assert not board_of(officer, last_moment).tasks[0].is_overdue
    assert board_of(officer, last_moment + timedelta(minutes=1)).tasks[0].is_overdue


def test_what_was_sealed_with_opinions_unanswered_stays_on_the_desk(context: Flask) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=90))
    a_comment(made, released=True)
    run_worker(NOON)
    db.session.refresh(made)
    assert made.stage(NOON) is Stage.SEALED
    [matter] = _board(Role.OFFICER).tasks
    assert matter.task is not None
    assert matter.task.endpoint == "adoption.desk"
    assert matter.is_overdue


def test_overdue_matters_come_first_then_the_nearest(context: Flask) -> None:
    late = a_consultation("closed", opens_at=NOON - timedelta(days=80), title="逾期的")
    near = a_consultation("open", opens_at=NOON - timedelta(days=25), title="快截止的")
    far = a_consultation("open", title="还早的")
    for each in (far, near, late):
        a_comment(each)
    titles = [each.consultation.title for each in _board(Role.OFFICER).tasks]
    assert titles == ["逾期的", "快截止的", "还早的"]


def test_a_quiet_window_is_told_at_half_time_and_not_once_somebody_wrote(context: Flask) -> None:
    a_consultation("open", opens_at=NOON - timedelta(days=20), title="没人说话的")
    heard = a_consultation("open", opens_at=NOON - timedelta(days=20), title="有人说话的")
    a_consultation("open", opens_at=NOON - timedelta(days=2), title="刚开始的")
    a_comment(heard, released=True)
    found = _board(Role.DRAFTER).others[Stage.OPEN]
    quiet = [each.consultation.title for each in found if each.is_quiet]
    assert quiet == ["没人说话的"]


def test_what_a_reviewer_sent_back_is_told_so(context: Flask) -> None:
    from participation.consultations.operations import Findings

    made = a_consultation("in_review")
    reviewer = actor_of(a_user(Role.REVIEWER))
    with clock.fixed(NOON), transaction():
        nothing = Findings(None, None, None, None)
        operations.review(reviewer, made.slug, ReviewDecision.RETURNED, nothing, "第三条不清楚")
    [matter] = _board(Role.DRAFTER).tasks
    assert matter.state == "returned"


def test_a_window_that_ends_today_is_told_so(context: Flask) -> None:
    made = a_consultation("open")
    assert made.closes_at is not None
    officer = actor_of(a_user(Role.OFFICER))
    [matter] = board_of(officer, made.closes_at - timedelta(hours=3)).others[Stage.OPEN]
    assert matter.state == "closing_today"


def test_nobody_sees_another_departments_matters_but_administrators(context: Flask) -> None:
    a_consultation("open")
    stranger = a_user(Role.OFFICER, a_department("云溪县水利局"))
    assert _board(stranger).is_empty
    assert not _board(Role.ADMINISTRATOR).is_empty


def test_a_refused_publication_is_on_the_departments_desk_alone(context: Flask) -> None:
    made = a_consultation("closed")
    a_comment(made, released=True)
    with transaction() as session:
        session.execute(
            update(CommentTally).where(CommentTally.dimension == "outcome").values(count=9)
        )
    run_worker(NOON)
    assert {each.what for each in _board(Role.OFFICER).refusals} >= {"adoption.close"}
    assert _board(Role.ADMINISTRATOR).refusals
    assert _board(a_user(Role.OFFICER, a_department("云溪县水利局"))).refusals == []


def _one_of_everything() -> None:
    for stage in ("drafting", "in_review", "approved", "forthcoming"):
        a_consultation(stage)
    heard = a_consultation("open")
    a_comment(heard)
    a_consultation("open")
    closed = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    a_comment(closed, released=True)
    sealed = a_consultation("closed", opens_at=NOON - timedelta(days=90))
    a_comment(sealed, released=True)
    run_worker(NOON)


@pytest.mark.both_databases
def test_the_number_in_the_navigation_is_the_number_of_acts(context: Flask) -> None:
    _one_of_everything()
    for role in ROLES:
        user = a_user(role)
        wanted = len(_board(user).tasks)
        assert waiting_matters(actor_of(user), NOON) == wanted, role
    assert len(_board(Role.OFFICER).tasks) == 4


def test_two_hundred_matters_take_as_many_statements_as_one(context: Flask) -> None:
    _one_of_everything()
    officer = actor_of(a_user(Role.OFFICER))

    def look() -> tuple[int, int]:
        db.session.rollback()
        db.session.expunge_all()
        with _statements() as seen:
            board = board_of(officer, NOON)
            listed = len(board.tasks) + sum(len(each) for each in board.others.values())
        return len([each for each in seen if each.startswith("SELECT")]), listed

    few, listed_before = look()
    _copies(210)
    many, listed = look()
    assert many <= few <= 10
    assert listed_before < 10
    assert 200 <= listed <= 211
    assert board_of(officer, NOON).is_cut


def _copies(count: int) -> None:
    """Many unfinished matters at once, as rows; the operations would take a minute."""
    model = db.session.query(Consultation).filter_by(status="published", sealed_at=None).first()
    assert model is not None
    columns = [
        each.key for each in Consultation.__table__.columns if each.key not in ("id", "slug")
    ]
    with transaction() as session:
        for number in range(count):
            values = {name: getattr(model, name) for name in columns}
            session.add(Consultation(slug=f"2026-{5000 + number}", **values))
