"""Several opinions in one sending: all or none, one receipt, once however often it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.comments import operations, queries
from participation.comments.models import Comment, CommentSeries, Sending
from participation.comments.operations import sending
from participation.comments.rules import MOST_AT_ONCE
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import GUEST
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from participation.record.checking import faults_of
from tests.conftest import NOON
from tests.factories.comments import a_comment, some_words
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def the_day_after() -> Iterator[None]:
    with clock.fixed(NOON + timedelta(days=1)):
        yield


def send(found: Consultation, *sent: operations.SubmittedComment, key: str = "") -> operations.Sent:
    with transaction():
        return operations.submit_sending(GUEST, found.slug, key or uuid.uuid4().hex, sent)


def counted(found: Consultation) -> tuple[int, int, int]:
    """Opinions, numbers given away, sendings."""
    db.session.rollback()
    rows = select(func.count()).select_from(Comment).where(Comment.consultation_id == found.id)
    given = db.session.scalar(
        select(CommentSeries.received).where(CommentSeries.consultation_id == found.id)
    )
    sendings = db.session.scalar(select(func.count()).select_from(Sending))
    return db.session.scalar(rows) or 0, given or 0, sendings or 0


def test_all_are_stored_in_their_order_with_one_receipt(context: Flask) -> None:
    found = a_consultation("open")
    a_comment(found)
    sent = [some_words(body=f"第 {place} 条意见") for place in range(3)]
    made = send(found, *sent).sending
    kept = queries.comments_of(made.id)
    assert [(each.number, each.body) for each in kept] == [
        (number + 2, each.body) for number, each in enumerate(sent)
    ]
    assert queries.sending_by_code(made.code).id == made.id
    assert len({made.code, *(each.receipt for each in kept)}) == 4
    assert faults_of(found.id) == []


def test_one_that_cannot_be_taken_stops_all_and_says_which(context: Flask) -> None:
    found = a_consultation("open")
    with pytest.raises(Invalid) as told:
        send(found, some_words(), some_words(body=" "), some_words())
    assert told.value.field == "item-1"
    assert counted(found) == (0, 0, 0)


def test_the_same_key_is_the_same_sending_even_after_the_close(context: Flask) -> None:
    found = a_consultation("open")
    words = [some_words(), some_words()]
    first = send(found, *words, key="k")
    assert found.closes_at is not None
    with clock.fixed(found.closes_at + timedelta(days=1)):
        again = send(found, *words, key="k")
        with pytest.raises(Refused):
            send(found, *words, key="other")
    assert (again.sending.code, again.is_new) == (first.sending.code, False)
    assert counted(found) == (2, 2, 1)


def test_one_sent_alone_before_is_not_stored_again(context: Flask) -> None:
    found = a_consultation("open")
    words = some_words()
    with transaction():
        alone = operations.submit_comment(GUEST, found.slug, words).comment
    made = send(found, words, some_words()).sending
    assert [each.number for each in queries.comments_of(made.id)] == [alone.number, 2]
    assert counted(found) == (2, 2, 1)


def test_no_more_than_the_limit_go_at_once(context: Flask) -> None:
    found = a_consultation("open")
    with pytest.raises(Invalid, match=str(MOST_AT_ONCE)):
        send(found, *(some_words() for _ in range(MOST_AT_ONCE + 1)))
    with pytest.raises(Invalid):
        send(found)
    assert counted(found) == (0, 0, 0)


def at_once(app: Flask, act: Callable[[], Any], times: int = 6) -> list[Any]:
    """The same act by several threads, each with its own session."""

    def one(_place: int) -> Any:
        with app.app_context(), clock.fixed(NOON + timedelta(days=1)):
            try:
                return act()
            except Exception as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_sent_six_times_at_once_it_is_stored_once(context: Flask) -> None:
    found = a_consultation("open")
    slug, words = found.slug, [some_words() for _ in range(3)]

    def act() -> str:
        with transaction():
            return operations.submit_sending(GUEST, slug, "same", words).sending.code

    codes = at_once(context, act)
    assert len(set(codes)) == 1
    assert counted(found) == (3, 3, 1)


def test_a_platform_that_forgets_the_keys_is_found(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: neither the sending's key nor those of its opinions are looked for."""
    found = a_consultation("open")
    words = [some_words(), some_words()]
    send(found, *words, key="same")
    monkeypatch.setattr(sending, "sending_by_key", lambda *_: None)
    monkeypatch.setattr(sending, "by_submission_key", lambda *_: None)
    with pytest.raises(Exception, match=r"(?i)unique"):
        send(found, *words, key="same")
    assert counted(found) == (2, 2, 1)
