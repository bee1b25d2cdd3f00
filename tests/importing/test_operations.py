"""Imports: tried, entered through the one way in, stopped, killed, gone on with, never doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.accounts.models import User
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import Channel, ContactField, Standing, Visibility
from participation.consultations.models import Consultation
from participation.importing import operations, queries
from participation.importing.models import Import, ImportedRow
from participation.importing.operations import running
from participation.importing.operations.interpreting import Interpreter
from participation.importing.rules import BATCH, KEPT_UNFINISHED, Field, ImportState, Note
from participation.kernel import clock, jobs
from participation.kernel.actor import Actor, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.jobs import Job
from participation.kernel.storage import storage
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.comments import an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.importing import a_csv, a_row, an_import, run_to_end, work

pytestmark = pytest.mark.usefixtures("context", "at_noon")
MANY = BATCH + 5


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


@pytest.fixture
def user(consultation: Consultation) -> User:
    return an_officer_of(consultation)


@pytest.fixture
def officer(user: User) -> Actor:
    return actor_of(user)


def comments_in(consultation: Consultation) -> list[Comment]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Comment)
            .where(Comment.consultation_id == consultation.id)
            .order_by(Comment.number)
        )
    )


def rows(count: int = MANY) -> bytes:
    return a_csv([a_row(number) for number in range(1, count + 1)])


@pytest.mark.both_databases
def test_a_table_becomes_opinions_like_any_that_is_entered(
    consultation: Consultation, officer: Actor
) -> None:
    given = [
        a_row(1, contact="13800000000", channel="电话", clause="第2条"),
        a_row(2, channel="", day="", clause="全文"),
        a_row(2, channel="", day="", clause="全文"),
    ]
    found = an_import(officer, consultation, a_csv(given))
    assert (found.state, found.ready, found.refused) == (ImportState.CHECKED, 3, 0)
    assert comments_in(consultation) == []
    run_to_end(officer, consultation, found)
    first, second, third = comments_in(consultation)
    assert (first.number, first.channel, first.standing) == (1, Channel.PHONE, Standing.ENTERED)
    assert (first.entered_by_id, first.visibility) == (officer.id, Visibility.WAITING)
    assert opened(first, ContactField.CONTACT) == "13800000000"
    assert first.clause is not None
    assert first.clause.label == "第二条"
    assert (second.channel, str(second.said_on)) == (Channel.LETTER, "2026-05-28")
    assert second.clause_id is None
    # Two people with the same words in one table are two opinions.
    assert second.body == third.body
    assert second.receipt != third.receipt
    source = queries.source_of(third.id)
    assert source is not None
    assert (source.file_name, source.row) == ("登记表.csv", 4)
    assert found.state is ImportState.DONE
    assert found.rows_key is None


def test_the_trial_tells_errors_by_row_and_what_is_taken_otherwise(
    consultation: Consultation, officer: Actor
) -> None:
    given = [
        a_row(1, body="字" * 5001),
        a_row(2, body="　"),
        a_row(3, channel="飞鸽"),
        a_row(4, day="昨天"),
        a_row(5, day="2020-01-01"),
        a_row(6, clause="第九十九条"),
        a_row(7, contact="住桥头"),
        a_row(8, name="长" * 61),
        a_row(9),
    ]
    found = an_import(officer, consultation, a_csv(given))
    errors, warnings = (queries.notes_of(found.id, kind) for kind in Note)
    assert [(each.row, each.field) for each in errors] == [
        (2, "body"), (3, "body"), (4, "channel"), (5, "day"), (6, "day"), (9, "name"),
    ]  # fmt: skip
    assert errors[2].params == {"word": "飞鸽"}
    assert [(each.row, each.field) for each in warnings] == [(7, "clause"), (8, "contact")]
    assert (found.ready, found.warned, found.refused) == (3, 2, 6)
    assert not any("住桥头" in str(each.params) for each in warnings)
    run_to_end(officer, consultation, found)
    assert [each.clause_id is None for each in comments_in(consultation)] == [True, False, False]
    assert (found.ready, found.refused) == (3, 6)


@pytest.mark.both_databases
def test_the_same_table_again_adds_nothing_and_a_longer_one_adds_what_is_new(
    consultation: Consultation, officer: Actor
) -> None:
    given = [a_row(1), a_row(2), a_row(2)]
    run_to_end(officer, consultation, an_import(officer, consultation, a_csv(given)))
    for again in ("skip", "enter"):
        same = an_import(officer, consultation, a_csv(given), again=again)
        assert (same.ready, same.known) == (0, 3)
        run_to_end(officer, consultation, same)
    assert len(comments_in(consultation)) == 3
    longer = a_csv([a_row(2), a_row(2), a_row(2), a_row(3), a_row(1)], "gb18030")
    run_to_end(officer, consultation, an_import(officer, consultation, longer))
    assert len(comments_in(consultation)) == 5
    other = a_csv([a_row(1), a_row(9)])
    run_to_end(officer, consultation, an_import(officer, consultation, other, again="enter"))
    assert len(comments_in(consultation)) == 7


def test_an_import_stops_between_pieces_and_goes_on_from_there(
    consultation: Consultation, officer: Actor
) -> None:
    found = an_import(officer, consultation, rows())
    with transaction():
        operations.start_import(officer, consultation.slug, found.id)
    with transaction():
        operations.go_on(found.id, 0)
    with transaction():
        operations.stop_import(officer, consultation.slug, found.id)
    work(found)
    assert (found.state, found.place) == (ImportState.STOPPED, BATCH)
    # The first row of the first piece holds the heads.
    assert len(comments_in(consultation)) == BATCH - 1
    run_to_end(officer, consultation, found)
    assert found.state is ImportState.DONE
    assert [each.body for each in comments_in(consultation)] == [
        a_row(number)[5] for number in range(1, MANY + 1)
    ]


class Killed(Exception):
    """The process is gone before its transaction is committed."""


def killed_and_woken(consultation: Consultation, officer: Actor, piece: Callable[..., Any]) -> int:
    """Kill the second piece in its middle, run it twice, let two workers see each job; how many."""
    found = an_import(officer, consultation, rows())
    with transaction():
        operations.start_import(officer, consultation.slug, found.id)
    with transaction():
        piece(found.id, 0)
    with pytest.raises(Killed), transaction():
        piece(found.id, 1)
        raise Killed
    for block in (0, 1, 1):
        with transaction():
            piece(found.id, block)
    work(found)
    assert found.state is ImportState.DONE
    return len(comments_in(consultation))


@pytest.mark.both_databases
def test_whoever_kills_an_import_loses_no_row_and_doubles_none(
    consultation: Consultation, officer: Actor
) -> None:
    assert killed_and_woken(consultation, officer, operations.go_on) == MANY
    assert db.session.scalar(select(func.count()).select_from(ImportedRow)) == MANY


def test_an_import_that_forgets_its_place_is_found_out(
    consultation: Consultation, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: it begins anew wherever it is sent, and knows no row again."""
    offsets = {0: (0, 0)}

    def forgetful(import_id: int, block: int) -> None:
        found = queries.locked(import_id)
        if found.state is not ImportState.RUNNING:
            return
        found.block, (found.offset, found.place) = block, offsets[block]
        operations.go_on(import_id, block)
        offsets[found.block] = (found.offset, found.place)

    monkeypatch.setattr(running, "_known", lambda *_given: set())
    keys = iter(range(10_000))
    monkeypatch.setattr(Interpreter, "key_of", lambda *_given: f"forgotten-{next(keys)}")
    assert killed_and_woken(consultation, officer, forgetful) > MANY


def test_who_lost_the_right_imports_no_more_and_another_may_go_on(
    consultation: Consultation, officer: Actor, user: User
) -> None:
    found = an_import(officer, consultation, rows())
    with transaction():
        operations.start_import(officer, consultation.slug, found.id)
        user.is_active = False
    work(found)
    assert (found.state, found.trouble) == (ImportState.STOPPED, running.GONE)
    assert comments_in(consultation) == []
    colleague = actor_of(an_officer_of(consultation))
    run_to_end(colleague, consultation, found)
    assert {each.entered_by_id for each in comments_in(consultation)} == {colleague.id}


def test_a_piece_that_fails_is_told_and_tried_again(
    consultation: Consultation, officer: Actor
) -> None:
    found = an_import(officer, consultation, rows())
    assert found.rows_key is not None
    content = storage().get(found.rows_key)
    storage().delete(found.rows_key)
    with transaction():
        operations.start_import(officer, consultation.slug, found.id)
    jobs.run_due()
    db.session.expire_all()
    assert (found.state, found.trouble) == (ImportState.RUNNING, running.FAILED)
    storage().put(content)
    with clock.fixed(NOON + timedelta(minutes=15)):
        work(found)
    assert (found.state, found.trouble) == (ImportState.DONE, "")
    assert len(comments_in(consultation)) == MANY


def test_a_table_that_nobody_imports_is_let_go(consultation: Consultation, officer: Actor) -> None:
    waiting = an_import(officer, consultation, rows(2))
    other = an_import(officer, consultation, rows(3))
    key = waiting.rows_key
    assert key is not None
    with transaction():
        operations.drop_import(officer, consultation.slug, other.id)
    with clock.fixed(NOON + KEPT_UNFINISHED):
        work(waiting)
    assert {waiting.state, other.state} == {ImportState.DROPPED}
    dropped = db.session.scalars(select(Job.payload).where(Job.kind == "comments.drop_content"))
    assert key in {payload["key"] for payload in dropped}


def test_only_who_may_enter_may_import_and_only_in_time(consultation: Consultation) -> None:
    elsewhere = actor_of(a_user(Role.OFFICER, a_department("云溪县水利局")))
    with pytest.raises(Refused):
        an_import(elsewhere, consultation, rows(1))
    early = a_consultation("forthcoming", title="还没开始")
    with pytest.raises(Refused, match="尚未开始"):
        an_import(actor_of(an_officer_of(early)), early, rows(1))


def test_a_mapping_that_makes_no_sense_is_refused(
    consultation: Consultation, officer: Actor
) -> None:
    for mapping in ({Field.NAME: 1}, {Field.BODY: 5, Field.NAME: 5}, {Field.BODY: 9}):
        with pytest.raises(Invalid):
            an_import(officer, consultation, rows(1), mapping=mapping)
    found = an_import(officer, consultation, rows(1))
    run_to_end(officer, consultation, found)
    for act in (operations.start_import, operations.stop_import, operations.drop_import):
        with pytest.raises(Refused), transaction():
            act(officer, consultation.slug, found.id)
    other = a_consultation("open", title="另一件事")
    stranger = actor_of(an_officer_of(other))
    with pytest.raises(NotFound), transaction():
        operations.start_import(stranger, other.slug, found.id)
    assert db.session.get(Import, found.id) is not None
