"""Every list is read along its keyset index, on skewed data, by both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from participation.adoption import queries as adoption
from participation.adoption.queries.points import live_points
from participation.audit import queries as audit
from participation.comments import queries as comments
from participation.comments.models import Comment
from participation.comments.rules import Outcome, Visibility
from participation.consultations import queries as consultations
from participation.consultations.models import Clause, Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.paging import Cursor
from participation.rulebook.moderation import WithholdingReason
from participation.search import operations as search
from participation.search.models import SearchEntry
from participation.search.queries import Asked, find
from participation.search.rules import Kind, Order
from tests.backends.watching import analyse, multiply, statements
from tests.bench.filling import fill, fill_points
from tests.conftest import NOON
from tests.drills.harness import size
from tests.factories.accounts import a_user
from tests.factories.consultations import a_consultation

FEW = 50
MANY = size(3_000, 100_000)


@pytest.mark.both_databases
def test_every_list_is_read_along_its_index_behind_a_much_larger_draft(context: Flask) -> None:
    with clock.fixed(NOON):
        author, reviewer = a_user(Role.DRAFTER), a_user(Role.REVIEWER)
        few, many = (a_consultation("open", author=author, reviewer=reviewer) for _ in range(2))
        citizen, busy = a_user(Role.CITIZEN), a_user(Role.CITIZEN)
    for found, total, account in ((few, FEW, citizen), (many, MANY, busy)):
        fill(found, total, account_id=account.id)
        fill_points(found, total // 5)
    multiply(few.id, 1_000)
    withhold_some()
    analyse()
    faults = []
    for name, wanted, read in [*lists(few, None), *lists(many, deep(many))]:
        db.session.rollback()
        with statements() as seen, clock.fixed(NOON):
            read()
        plan = plan_of(*next(each for each in seen if "LIMIT" in each[0].upper()))
        if wanted not in plan or SCAN.search(plan):
            faults.append(f"{name}:\n{plan}")
    assert not faults, "\n".join(faults)


@pytest.mark.both_databases
def test_what_stands_beside_clauses_is_found_by_their_own_indexes(context: Flask) -> None:
    with clock.fixed(NOON):
        made = a_consultation("open")
    fill(made, MANY)
    analyse()
    clauses = [clause_of(made).id + place for place in range(3)]
    place = deep(made)
    for read in (
        lambda: comments.released(made.id, place, clause_ids=clauses),
        lambda: comments.beside(clauses),
    ):
        db.session.rollback()
        with statements() as seen:
            read()
        # Three looks into the index; whether the few found are then joined by key or by hash is
        # the database's affair as long as the table is small.
        assert plan_of(*seen[-1]).count("ix_comment_clause_public") >= 2


@pytest.mark.both_databases
def test_hits_are_joined_with_what_they_are_by_key(context: Flask) -> None:
    with clock.fixed(NOON):
        made = a_consultation("open")
    fill(made, MANY)
    multiply(made.id, 1_000)
    newest = select(Comment.id).order_by(Comment.id.desc()).limit(1_500)
    with transaction() as session:
        search.enter_opinions(session.scalars(newest).all())
        word = session.scalars(
            select(SearchEntry.text).where(SearchEntry.kind == "comment")
        ).first()
    analyse()
    for order in Order:
        db.session.rollback()
        with statements() as seen:
            answer = find(Asked(str(word)[:2], Kind.COMMENT, order), NOON)
        assert len(answer.hits) > 5
        shown = [each for each in seen if "JOIN comment" in each[0]]
        assert len(shown) == 1
        plan = plan_of(*shown[0])
        assert not SCAN.search(plan), plan
        assert not re.search(r"(?:SCAN|Seq Scan on) search_entry", plan), plan


def withhold_some() -> None:
    """Withhold every fifth opinion: of a list with nothing in it any index will do."""
    with transaction() as session:
        session.execute(
            update(Comment)
            .where(Comment.number % 5 == 0)
            .values(
                visibility=Visibility.WITHHELD,
                reason_code=WithholdingReason.UNRELATED,
                moderated_at=Comment.received_at,
                published_at=None,
            )
        )


# A whole table of opinions, points or entries read from end to end.
SCAN = re.compile(r"(?:SCAN|Seq Scan on) (?:comment|opinion_point|audit_entry|consultation)\b")


def lists(one: Consultation, after: Cursor | None) -> list[tuple[str, str, Callable[[], Any]]]:
    """Every list that grows, from a place on: its name, its index, and how it is read."""
    own = db.session.scalar(select(Comment.account_id).where(Comment.consultation_id == one.id))
    article = clause_of(one).id
    consultation_id, closes = one.id, Cursor(one.closes_at or NOON, one.id)
    queue, listed = partial(comments.queue, consultation_id), consultations.listed
    waiting, withheld, closing = "ix_comment_queue", "ix_comment_outcome", "ix_consultation_status"
    points = "opinion_point_"
    return [
        ("shown", "ix_comment_public", lambda: comments.released(consultation_id, after)),
        (
            "shown on a clause",
            "ix_comment_clause_public",
            lambda: comments.released(consultation_id, after, clause_ids=[article]),
        ),
        ("waiting", waiting, lambda: queue(Visibility.WAITING, after)),
        # By the queue's index, or where few are withheld by the index of these alone.
        ("withheld", "ix_comment_", lambda: queue(Visibility.WITHHELD, after)),
        ("withdrawn", withheld, lambda: queue(None, after, outcome=Outcome.WITHDRAWN)),
        ("in no point", withheld, lambda: adoption.unsorted(consultation_id, after)),
        ("points", points, lambda: adoption.points(consultation_id)),
        ("points shown", points, lambda: live_points(consultation_id)),
        ("own", "ix_comment_account", lambda: comments.mine(own or 0, after)),
        ("history", "ix_audit_entry", lambda: audit.history(consultation_id)),
        ("open", closing, lambda: listed(Stage.OPEN, NOON, closes if after else None)),
        ("closed", closing, lambda: listed(Stage.CLOSED, NOON, closes if after else None)),
        ("all stages", closing, lambda: listed(None, NOON, closes if after else None)),
    ]


def clause_of(one: Consultation) -> Clause:
    """The draft's first article."""
    draft = consultations.current_draft(one.id)
    assert draft
    key = next(row.key for row in consultations.clauses_of(draft.id) if row.kind == "article")
    return consultations.clause_by_key(one.id, key)


def deep(one: Consultation) -> Cursor:
    """A place in the middle of its opinions."""
    row = db.session.execute(
        select(Comment.received_at, Comment.id).where(
            Comment.consultation_id == one.id, Comment.number == MANY // 2
        )
    ).one()
    return Cursor(row.received_at, row.id)


def plan_of(statement: str, parameters: Any) -> str:
    """How the database reads a statement, as text."""
    how = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(how + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)
