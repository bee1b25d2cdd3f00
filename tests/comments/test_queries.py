"""Lists are bounded, in order, by their index and the same at any size; only the released show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from participation.comments import operations, queries
from participation.comments.models import Comment
from participation.comments.rules import Channel, Outcome, RespondentKind, Stance, Visibility
from participation.consultations.models import Consultation
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound
from participation.kernel.paging import parse_cursor
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _u: object, statement: str, parameters: Any, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def many(consultation: Consultation, count: int, **fields: object) -> None:
    """Released opinions, put in as rows: what is read is tested here, not how they came."""
    first = int(db.session.scalar(text("SELECT coalesce(max(number), 0) FROM comment")) or 0) + 1
    rows = [
        {
            "consultation_id": consultation.id,
            "number": number,
            "receipt": f"R{consultation.id}-{number}",
            "submission_key": f"k{number}",
            "stance": Stance.OPPOSE,
            "body": "太贵了。",
            "words_digest": str(number),
            "shown_body": "太贵了。",
            "respondent_kind": RespondentKind.PERSON,
            "channel": Channel.WEB,
            "received_at": NOON + timedelta(seconds=number // 3),
            "visibility": Visibility.RELEASED,
            "published_at": NOON + timedelta(seconds=number // 3),
            "outcome": Outcome.PENDING,
            **fields,
        }
        for number in range(first, first + count)
    ]
    with transaction() as session:
        session.execute(insert(Comment), rows)


def test_a_receipt_is_found_however_it_is_typed_and_only_if_it_is_one() -> None:
    comment = a_comment(a_consultation("open"))
    typed = " ".join(comment.receipt.lower())
    assert queries.by_receipt(typed).id == comment.id
    for code in ("", "0" * 16, "nonsense", comment.receipt[:-1]):
        with pytest.raises(NotFound):
            queries.by_receipt(code)


@pytest.mark.both_databases
def test_the_public_list_is_walked_once_through_each_newest_first() -> None:
    consultation, other = a_consultation("open"), a_consultation("open")
    many(consultation, 120)
    many(other, 60)
    ids: list[int] = []
    after, pages = None, 0
    while True:
        page = queries.released(consultation.id, after)
        ids += [row.id for row in page.items]
        pages += 1
        if page.next is None:
            break
        after = parse_cursor(page.next)
    assert pages == 3
    assert len(set(ids)) == len(ids) == 120
    assert ids == sorted(ids, reverse=True)


def test_a_page_of_long_opinions_is_shorter() -> None:
    consultation = a_consultation("open")
    many(consultation, 60, shown_body="长" * 5000)
    page = queries.released(consultation.id)
    assert len(page.items) == 6
    assert page.next
    rest = queries.released(consultation.id, parse_cursor(page.next))
    assert rest.items[0].id == page.items[-1].id - 1


def test_no_row_shown_to_the_public_names_the_receipt_or_the_sender() -> None:
    assert not {"receipt", "name", "contact", "account_id"} & set(queries.ReleasedRow._fields)


@pytest.mark.both_databases
def test_lists_take_one_statement_and_figures_two_at_any_size() -> None:
    consultation = a_consultation("open")
    taken, consultation_id = [], consultation.id
    for count in (5, 200):
        many(consultation, count)
        with statements() as seen:
            queries.released(consultation_id)
            queries.queue(consultation_id, Visibility.RELEASED)
            queries.counts(consultation_id)
        taken.append(len(seen))
    assert taken == [4, 4]


def test_the_check_of_plans_can_fail() -> None:
    text_only = "SELECT id FROM comment WHERE body = 'x' ORDER BY received_at"
    assert "ix_comment_public" not in _plan(text_only, ())


@pytest.mark.both_databases
def test_the_lists_go_by_their_index_on_skewed_data() -> None:
    small, large = a_consultation("open"), a_consultation("open")
    many(small, 30)
    many(large, 6000)
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    after = parse_cursor(queries.released(large.id).next)
    for consultation_id, place in ((small.id, None), (large.id, None), (large.id, after)):
        with statements() as seen:
            queries.released(consultation_id, place)
        plan = _plan(*seen[-1])
        assert "ix_comment_public" in plan, plan
        # PostgreSQL may well put thirty rows in order by hand.
        assert "TEMP B-TREE" not in plan, plan
        assert consultation_id == small.id or "Sort" not in plan, plan
        with statements() as seen:
            queries.queue(consultation_id, Visibility.RELEASED, place)
        assert "ix_comment_queue" in _plan(*seen[-1])


def _plan(statement: str, parameters: Any) -> str:
    explain = "EXPLAIN " if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    connection = db.session.connection()
    rows = connection.exec_driver_sql(explain + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def test_the_queue_lists_by_decision_clause_and_channel() -> None:
    consultation = a_consultation("open")
    waiting = [a_comment(consultation), a_comment(consultation, channel=Channel.API)]
    a_comment(consultation, released=True)
    a_comment(consultation, withheld=WithholdingReason.INSULT)
    gone = a_comment(consultation, withdrawn=True)

    def ids(*args: object, **kwargs: object) -> list[int]:
        return [row.id for row in queries.queue(consultation.id, *args, **kwargs).items]

    assert ids() == [comment.id for comment in waiting]
    assert ids(channel=Channel.API) == [waiting[1].id]
    assert len(ids(Visibility.RELEASED)) == len(ids(Visibility.WITHHELD)) == 1
    assert ids(None, outcome=Outcome.WITHDRAWN) == [gone.id]
    assert queries.waiting(consultation.id) == 2
    assert queries.waiting(consultation.id, channel=Channel.API) == 1


def test_the_same_words_are_grouped_whatever_their_width_and_spacing() -> None:
    consultation = a_consultation("open")
    a_comment(consultation, body="反对收费 100 元。")
    a_comment(consultation, body="反对收费１００元。")
    a_comment(consultation, body="反对收费100元。", withdrawn=True)
    a_comment(consultation, body="赞成。")
    (group,) = queries.same_words(consultation.id)
    assert (group.members, group.first_number) == (2, 1)
    assert queries.same_words(consultation.id, ["none"]) == []


def test_an_account_sees_its_own_opinions_only() -> None:
    consultation = a_consultation("open")
    one, other = actor_of(a_user("citizen")), actor_of(a_user("citizen"))
    own = a_comment(consultation, actor=one, channel=Channel.ACCOUNT)
    a_comment(consultation, actor=other, channel=Channel.ACCOUNT)
    a_comment(consultation)
    assert one.id
    assert [row.receipt for row in queries.mine(one.id).items] == [own.receipt]


def test_a_lost_counter_is_noticed_by_counting_anew() -> None:
    consultation = a_consultation("open")
    a_comment(consultation)
    with transaction() as session:
        session.execute(text("UPDATE comment_tally SET count = 2 WHERE dimension = 'outcome'"))
    assert queries.counts(consultation.id) != queries.recount(consultation.id)


def test_figures_name_every_value_with_its_zero() -> None:
    counted = queries.counts(a_consultation("open").id)
    assert counted.received == 0
    assert set(counted.by_outcome) == set(Outcome)
    assert set(counted.by_channel) == set(Channel)
    assert counted == queries.recount(counted.received)
    assert operations.assign_outcome([], Outcome.ADOPTED) == 0
