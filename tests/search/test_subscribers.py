"""Nothing hidden is ever found: by search, by count, by the API, or in the tables themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.adoption import operations as adoption
from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.consultations import operations as consultations
from participation.consultations.kinds import InterpretationKind
from participation.consultations.models import Consultation, Interpretation
from participation.consultations.operations import InterpretationFields
from participation.consultations.queries import clauses_of, current_draft
from participation.consultations.rules import ReviewDecision
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.publication import PublicationAttribute
from participation.rulebook.removal import RemovalReason, RestrictionReason
from participation.search import queries
from participation.search.jobs import rebuild
from participation.search.models import SearchEntry
from participation.search.queries import Asked, Hit
from participation.search.rules import Kind, Order
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of
from tests.factories.adoption import REASON, a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import ALL_CLEAR, a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")
CANARY = "金丝雀鸣叫"


def found(query: str = CANARY, **filters: object) -> list[Hit]:
    """What is found now."""
    return queries.find(Asked(query, **filters), clock.now()).hits  # type: ignore[arg-type]


def assert_nowhere(client: FlaskClient) -> None:
    """The canary is in no hit, count, page, answer or table of the search."""
    for order in Order:
        answer = queries.find(Asked(CANARY, order=order), clock.now())
        assert (answer.hits, answer.count, answer.is_more) == ([], 0, False)
    page = client.get(f"/search?q={CANARY}").get_data(as_text=True)
    assert f"没有找到“{CANARY}”" in page
    assert "<mark>" not in page
    answered = client.get(f"/api/v1/search?q={CANARY}").get_json()
    assert (answered["items"], answered["count"]) == ([], 0)
    for entry in db.session.scalars(select(SearchEntry)):
        assert CANARY not in f"{entry.title}{entry.text}"
        assert CANARY[:2] not in str(entry.words)
    db.session.rollback()


def test_the_canary_is_found_where_it_is_public(context: Flask, client: FlaskClient) -> None:
    a_comment(a_consultation("open"), released=True, body=CANARY)
    with pytest.raises(AssertionError):
        assert_nowhere(client)


@pytest.mark.both_databases
def test_what_is_prepared_is_not_found(context: Flask, client: FlaskClient) -> None:
    for stage in ("drafting", "in_review", "approved"):
        a_consultation(stage, draft=f"第一条　{CANARY}。\n第二条　无。\n", title=f"{CANARY}办法")
    assert_nowhere(client)


@pytest.mark.both_databases
def test_a_withheld_clause_is_not_found(context: Flask, client: FlaskClient) -> None:
    draft = f"第一条　为了公共安全，制定本办法。\n第二条　{CANARY}。\n第三条　自公布之日起施行。\n"
    reason = {"attribute_reason": "涉及内部管理信息"}
    one = a_consultation(
        "drafting", draft, publication_attribute=PublicationAttribute.REDACTED, **reason
    )
    author, slug = actor_of(one.author), one.slug
    reviewer = actor_of(a_user(Role.REVIEWER, one.department))
    with transaction():
        consultations.withhold_clauses(author, slug, ["t2"])
        consultations.request_review(author, slug)
        consultations.review(reviewer, slug, ReviewDecision.APPROVED, ALL_CLEAR)
        consultations.publish(author, slug)
    shown = current_draft(one.id)
    assert shown is not None
    assert any(CANARY in row.text for row in clauses_of(shown.id)), "it is there, and kept back"
    assert_nowhere(client)
    assert found("公共安全")


def _withhold(one: Consultation, comment: Comment) -> None:
    comments.withhold(SYSTEM, one.slug, comment.id, WithholdingReason.PERSONAL_DATA)


def _withdraw(_one: Consultation, comment: Comment) -> None:
    comments.withdraw(comment.receipt)


def _restrict(one: Consultation, comment: Comment) -> None:
    comments.restrict(SYSTEM, one.slug, comment.number, RestrictionReason.ARCHIVE_DUTY)


def _erase(one: Consultation, comment: Comment) -> None:
    basis = "个人信息保护法第四十七条"
    comments.erase_comment(SYSTEM, one.slug, comment.number, RemovalReason.UNLAWFUL, basis)


HIDING: list[Callable[[Consultation, Comment], None]] = [_withhold, _withdraw, _restrict, _erase]


@pytest.mark.both_databases
def test_what_is_hidden_is_found_no_more(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    for hide in HIDING:
        comment = a_comment(one, body=CANARY, proposed_text=f"改为{CANARY}", clause_key="t3")
        assert_nowhere(client)
        with transaction():
            comments.release(SYSTEM, one.slug, [comment.id])
        assert [hit.kind for hit in found()] == [Kind.COMMENT]
        with transaction():
            hide(one, comment)
        assert_nowhere(client)


@pytest.mark.both_databases
def test_words_that_are_masked_are_not_found(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    a_comment(one, released=True, body="请打13800138000找我，桥头见。")
    assert found("桥头见")
    assert not found("13800138000")


@pytest.mark.both_databases
def test_all_that_wait_are_found_once_they_are_released(context: Flask) -> None:
    one = a_consultation("open")
    made = [a_comment(one, body=f"水表第{each}号") for each in range(7)]
    gone = made[3].receipt
    with transaction():
        comments.withdraw(gone)
    assert not found("水表")
    with transaction():
        assert comments.release(SYSTEM, one.slug) == 6
    assert len(found("水表")) == 6


@pytest.mark.both_databases
def test_an_event_that_nobody_told_shows_nothing_either(context: Flask) -> None:
    one = a_consultation("open")
    comment = a_comment(one, released=True, body=CANARY)
    assert found()
    # As by a hand in the database: the entry is still there, the opinion is not shown.
    with transaction():
        db.session.execute(
            Comment.__table__.update().values(  # type: ignore[attr-defined]
                published_at=None, visibility="waiting", shown_body=""
            )
        )
    assert comment.id
    for order in Order:
        assert not found(order=order)


@pytest.mark.both_databases
def test_answers_are_found_from_the_close_on(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    comment = a_comment(one, released=True)
    point = a_point(one, [comment], title=CANARY, reason=REASON)
    point_id, closes_at = point.id, one.closes_at
    assert closes_at is not None
    assert_nowhere(client)
    with clock.fixed(closes_at + timedelta(minutes=1)):
        with transaction():
            adoption.publish_bulletin(one.id)
        assert [hit.kind for hit in found()] == [Kind.ANSWER]
        with transaction():
            adoption.edit_point(SYSTEM, point_id, "换了个说法")
        assert not found()
        assert found("换了个说法")


@pytest.mark.both_databases
def test_a_sealed_result_is_found_and_later_work_on_it_is_not(
    context: Flask, client: FlaskClient
) -> None:
    one = a_consultation("closed")
    slug = one.slug
    comment = a_comment(one, released=True)
    point = a_point(one, [comment], title="延长照明")
    point_id = point.id
    run_worker(NOON)
    assert {hit.kind for hit in found("延长照明")} == {Kind.ANSWER}
    assert any(hit.kind is Kind.RESULT for hit in found("公共照明管理办法"))
    with transaction():
        adoption.edit_point(SYSTEM, point_id, CANARY)
    assert_nowhere(client)
    with transaction():
        adoption.publish_correction(SYSTEM, slug, "更正了要点的标题")
    assert [hit.kind for hit in found()] == [Kind.ANSWER]
    assert not found("延长照明")


def _interpreted(one: Consultation, **words: str) -> int:
    fields = InterpretationFields(
        InterpretationKind.TEXT, **{"title": "为什么要改", "body": "看不清路。", **words}
    )
    with transaction():
        return consultations.save_interpretation(actor_of(one.author), one.slug, fields).id


def _published(one: Consultation, which: int) -> None:
    with transaction():
        consultations.publish_interpretation(actor_of(one.author), one.slug, which)


@pytest.mark.both_databases
def test_an_interpretation_is_found_while_it_is_public(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    author = actor_of(one.author)
    which = _interpreted(one, body=f"{CANARY}，", clause_key="t1")
    assert_nowhere(client)
    _published(one, which)
    (hit,) = found()
    assert hit.kind is Kind.INTERPRETATION
    answer = client.get(f"/api/v1/search?q={CANARY}&kind=interpretation").get_json()
    (item,) = answer["items"]
    shown = client.get(item["url"], follow_redirects=True)
    assert (shown.status_code, CANARY in shown.text) == (200, True)
    assert f'id="i{which}"' in shown.text
    fields = InterpretationFields(InterpretationKind.TEXT, "换了说法", body="另一种说明")
    with transaction():
        consultations.save_interpretation(author, one.slug, fields, which)
    assert_nowhere(client)
    assert found("另一种说明")
    for delete in (False, True):
        again = _interpreted(one, title=CANARY)
        _published(one, again)
        assert found()
        with transaction():
            consultations.withdraw_interpretation(author, one.slug, again, delete=delete)
        assert_nowhere(client)


@pytest.mark.both_databases
def test_an_interpretation_goes_public_with_its_consultation(
    context: Flask, client: FlaskClient
) -> None:
    one = a_consultation("drafting")
    which = _interpreted(one, body=CANARY)
    _interpreted(one, body=f"{CANARY}还在写")
    _published(one, which)
    assert_nowhere(client)
    author, slug = actor_of(one.author), one.slug
    reviewer = actor_of(a_user(Role.REVIEWER, one.department))
    with transaction():
        consultations.request_review(author, slug)
        consultations.review(reviewer, slug, ReviewDecision.APPROVED, ALL_CLEAR)
        consultations.publish(author, slug)
    assert [hit.source_id for hit in found()] == [which]
    rebuild()
    assert [hit.source_id for hit in found()] == [which]
    # As by a hand in the database: the entry is still there, the explanation is not shown.
    with transaction() as session:
        session.get_one(Interpretation, which).published_at = None
    for order in Order:
        assert not found(order=order)
