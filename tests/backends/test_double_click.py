"""Fifty clicks at once on one form are one opinion with one receipt, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, UniqueConstraint, select, text

from participation.comments.models import Comment, CommentSeries
from participation.comments.operations import submit
from participation.kernel import clock
from participation.kernel.db import Base, db
from tests.conftest import NOON
from tests.factories.consultations import a_consultation

pytestmark = [pytest.mark.both_databases, pytest.mark.drill]

CLICKS = 50
FORM = {
    "stance": "oppose",
    "body": "路灯整夜亮着，睡不好。",
    "respondent_kind": "person",
    "submission_key": "the-same-form",
}


def click_together(app: Flask, slug: str) -> list[str]:
    """Send the same form from fifty browsers at one moment; where each was led."""
    barrier, places = threading.Barrier(CLICKS), [""] * CLICKS

    def click(number: int) -> None:
        client = app.test_client()
        barrier.wait()
        answer = client.post(f"/consultations/{slug}/comment", data=FORM)
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


def test_fifty_clicks_at_once_are_one_opinion(context: Flask) -> None:
    with clock.shifted(NOON - clock.machine()):
        consultation = a_consultation("open")
        places = click_together(context, consultation.slug)
        db.session.rollback()
        check(consultation.id, places)


def test_without_key_and_lookup_the_same_check_fails(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop_the_key()
    monkeypatch.setattr(submit, "by_submission_key", lambda *_: None)
    with clock.shifted(NOON - clock.machine()):
        consultation = a_consultation("open")
        places = click_together(context, consultation.slug)
        db.session.rollback()
        with pytest.raises(AssertionError, match="50 rows"):
            check(consultation.id, places)


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
