"""Reading a result: few statements whatever the number, pages that meet, words that are masked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from participation.adoption import queries
from participation.adoption.rules import Disposition
from participation.comments.models import Comment
from participation.comments.rules import Stance
from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.paging import parse_cursor
from tests.conftest import NOON
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context")


@contextmanager
def _statements() -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def _crowd(found: Consultation, count: int) -> list[Comment]:
    """Many opinions like the first one, copied as rows with their counters."""
    first = a_comment(found, released=True)
    names = [each.name for each in Comment.__table__.columns if each.name != "id"]
    with transaction() as session:
        row = dict(
            session.execute(text("SELECT * FROM comment WHERE id = :id"), {"id": first.id})
            .mappings()
            .one()
        )
        copies = [
            {**row, "number": number, "receipt": f"R{number:015d}", "submission_key": f"k{number}"}
            for number in range(2, count + 1)
        ]
        if copies:
            places = ", ".join(f":{name}" for name in names)
            session.execute(
                text(f"INSERT INTO comment ({', '.join(names)}) VALUES ({places})"), copies
            )
        session.execute(
            text("UPDATE comment_series SET received = :n, released = :n"), {"n": count}
        )
        session.execute(text("UPDATE comment_tally SET count = :n WHERE count > 0"), {"n": count})
    return list(db.session.query(Comment).order_by(Comment.number))


def _close(found: Consultation) -> Any:
    assert found.closes_at is not None
    return found.closes_at


@pytest.mark.both_databases
def test_the_public_result_takes_four_statements_at_most_whatever_the_number() -> None:
    seen = []
    for count in (5, 500):
        with transaction() as session:
            for table in ("point_member", "opinion_point", "sealed_member", "sealed_point"):
                session.execute(text(f"DELETE FROM {table}"))
            for table in ("adoption_summary", "bulletin", "comment", "comment_series"):
                session.execute(text(f"DELETE FROM {table}"))
            session.execute(text("DELETE FROM comment_tally"))
            session.execute(text("DELETE FROM clause_tally"))
            session.execute(text("DELETE FROM job"))
        with clock.fixed(NOON):
            found = a_consultation("open")
            comments = _crowd(found, count)
            half = count // 2
            a_point(found, comments[:half], "adopted")
            a_point(found, comments[half : count - 1], None)
        run_worker(_close(found))
        db.session.refresh(found)
        with _statements() as live:
            result = queries.public_result(found, _close(found))
        assert (result.sealed, result.received, len(result.points)) == (False, count, 2)
        due = queries.due_of(found).at
        run_worker(due)
        db.session.refresh(found)
        with _statements() as sealed:
            result = queries.public_result(found, due)
        assert (result.sealed, result.received, len(result.points)) == (True, count, 2)
        seen.append((len(live), len(sealed)))
    assert seen[0] == seen[1]
    assert max(seen[0]) <= 4


def test_points_come_in_pages_of_fifty_live_and_sealed() -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        comments = _crowd(found, 60)
        for each in comments:
            a_point(found, [each], "explained")
        a_point(found, [], "adopted", title="没有意见的一点")
    for sealed in (False, True):
        first = queries.public_result(found, _close(found))
        assert [each.number for each in first.points] == list(range(1, 51))
        assert first.next_point == 50
        second = queries.public_result(found, _close(found), after_point=50)
        assert [each.number for each in second.points] == list(range(51, 61))
        assert second.next_point is None
        assert first.sealed is sealed
        run_worker(_close(found))
        db.session.refresh(found)


@pytest.mark.both_databases
def test_a_point_names_fifty_opinions_and_quotes_three_masked_ones() -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        hidden = a_comment(found, body="没有公开的文字")
        shown = [
            a_comment(found, body=f"第{number}条，电话13812345678", released=True)
            for number in range(60)
        ]
        a_point(found, [hidden, *shown], "adopted")
    (point,) = queries.public_result(found, _close(found)).points
    assert point.members == 61
    assert point.comments == list(range(1, 51))
    assert point.excerpt_numbers == [2, 3, 4]
    assert all("13812345678" not in each and "第" in each for each in point.excerpts)


def test_a_withheld_clause_keeps_its_words_from_the_result() -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        draft = current_draft(found.id)
        assert draft is not None
        article = next(row for row in clauses_of(draft.id) if row.label == "第四条")
        with transaction() as session:
            session.execute(
                text("UPDATE clause SET is_withheld = true WHERE id = :id"), {"id": article.id}
            )
        a_point(found, [a_comment(found)], clause_key=article.key)
    (point,) = queries.public_result(found, _close(found)).points
    assert "村民会议" not in point.clause_text
    assert point.clause_label == "第四条"


def test_the_unsorted_pile_is_paged_and_narrowed() -> None:
    with clock.fixed(NOON):
        found = a_consultation("closed")
        comments = _crowd(found, 120)
        draft = current_draft(found.id)
        assert draft is not None
        article = next(row for row in clauses_of(draft.id) if row.label == "第三条")
        with transaction() as session:
            session.execute(
                text(
                    "UPDATE comment SET clause_id = :clause, stance = 'oppose' WHERE number > 100"
                ),
                {"clause": article.id},
            )
        a_point(found, comments[:10], None)
    numbers: list[int] = []
    word: str | None = ""
    while word is not None:
        page = queries.unsorted(found.id, parse_cursor(word))
        assert len(page.items) <= 50
        numbers += [row.number for row in page.items]
        word = page.next
    assert numbers == list(range(11, 121))
    assert queries.working(found).unsorted == 110
    narrowed = queries.unsorted(found.id, clause_id=article.id, stance=Stance.OPPOSE)
    assert [row.number for row in narrowed.items] == list(range(101, 121))
    assert queries.unsorted(found.id, clause_id=article.id, stance=Stance.SUPPORT).items == []
    (choice,) = queries.clause_choices(found.id)
    assert (choice.key, choice.opinions) == (article.key, 20)


def test_points_are_listed_by_what_was_decided() -> None:
    with clock.fixed(NOON):
        found = a_consultation("closed")
        a_point(found, [a_comment(found)], "adopted")
        a_point(found, [a_comment(found)], None)
    assert [row.number for row in queries.points(found.id)[0]] == [1, 2]
    assert [row.number for row in queries.points(found.id, undecided=True)[0]] == [2]
    decided = queries.points(found.id, disposition=Disposition.ADOPTED)[0]
    assert [row.number for row in decided] == [1]
    assert queries.points(found.id, 2) == ([], None)


def test_a_repetition_is_told_the_answer_of_its_original() -> None:
    from participation.comments import operations as comment_operations
    from participation.kernel.actor import SYSTEM

    with clock.fixed(NOON):
        found = a_consultation("closed")
        original, copy, alone = (a_comment(found) for _ in range(3))
        a_point(found, [original], "adopted")
        with transaction():
            comment_operations.mark_duplicate(SYSTEM, copy.id, original.id)
        a_point(found, [alone], None)
    for _ in range(2):
        told = queries.point_of(db.session.get_one(Comment, copy.id), NOON)
        assert told is not None
        assert told.disposition == "adopted"
        open_point = queries.point_of(db.session.get_one(Comment, alone.id), NOON)
        assert open_point is not None
        assert open_point.disposition is None
        run_worker(NOON)
        db.session.expire_all()


def test_the_lists_walk_their_indexes() -> None:
    with clock.fixed(NOON):
        found = a_consultation("closed")
        comments = _crowd(found, 400)
        a_point(found, comments[:300], None)
    wanted = found.id
    with _statements() as said:
        queries.unsorted(wanted)
        queries.live_points(wanted)
    assert len(said) == 2
    plans = [_plan(statement, wanted) for statement in said]
    assert "SEARCH comment USING INDEX ix_comment_outcome" in plans[0]
    assert "ORDER BY" not in plans[0]
    assert "SEARCH opinion_point" in plans[1]
    assert (
        "SEARCH point_member USING COVERING INDEX ix_point_member_point_id_comment_id" in plans[1]
    )
    for table in ("comment", "point_member", "opinion_point"):
        assert f"SCAN {table}" not in "".join(plans)


def _plan(statement: str, value: int) -> str:
    values = (value,) * statement.count("?")
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in rows)


def test_the_state_of_the_work_is_told_in_figures() -> None:
    with clock.fixed(NOON):
        found = a_consultation("closed")
        first, second, _third = (a_comment(found) for _ in range(3))
        a_point(found, [first], "adopted")
        a_point(found, [second], None)
    work = queries.working(found)
    assert (work.point_count, work.undecided, work.unsorted, work.figures.pending) == (2, 1, 1, 2)
    assert work.adds_up
    assert work.versions == []
    assert not work.has_unpublished_changes
    assert queries.point_choices(found.id)[0][0] == 2
    assert timedelta(0) < queries.due_of(found).at - _close(found) < timedelta(days=40)
