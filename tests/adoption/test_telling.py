"""What an opinion's author is told: nothing before the close, then the answer and its reason."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from participation.adoption import queries
from participation.adoption.telling import tell_answer
from participation.comments.models import Comment
from participation.comments.story import tell, tellers
from participation.kernel import clock
from participation.kernel.db import db
from tests.conftest import NOON
from tests.factories.adoption import REASON, a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context")


def test_the_answer_is_told_after_the_close_only() -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        comment = a_comment(found)
        a_point(found, [comment], "adopted", changed_text="照明到二十三时。")
        assert tell_answer(comment) is None
        assert REASON not in str(tell(comment))
    assert tell_answer in tellers
    assert found.closes_at is not None
    with clock.fixed(found.closes_at):
        said = tell(db.session.get_one(Comment, comment.id))[-1]
    assert said.label % dict(said.params) == "已答复：采纳（意见要点第 1 项）"
    assert REASON in said.note % dict(said.note_params)
    assert said.words == "照明到二十三时。"


def test_the_page_shows_the_answer_to_whoever_has_the_receipt(client: FlaskClient) -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        comment = a_comment(found)
        a_point(found, [comment], "not_adopted", reason="经费没有落实。")
        before = client.get(f"/receipt/{comment.receipt}").text
        assert "经费没有落实" not in before
        assert "未采纳" not in before
    assert found.closes_at is not None
    with clock.fixed(found.closes_at):
        after = client.get(f"/receipt/{comment.receipt}").text
    assert "经费没有落实" in after
    assert "未采纳" in after


def test_what_is_pending_is_told_with_its_due_day_and_as_overdue() -> None:
    with clock.fixed(NOON):
        found = a_consultation("closed")
        alone, grouped = a_comment(found), a_comment(found)
        a_point(found, [grouped], None)
    due = queries.due_of(found)
    for at, word in ((NOON, "最迟"), (due.at, "逾期")):
        with clock.fixed(at):
            for each in (alone, grouped):
                said = tell_answer(db.session.get_one(Comment, each.id))
                assert said is not None
                assert word in said.note
                assert said.note_params["day"] == due.on
            run_worker(at)
            db.session.expire_all()
