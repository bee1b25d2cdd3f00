"""Finding on both databases: the same hits, their order, the filters, and how the index is read."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from participation.consultations.models import Consultation, ConsultationTag
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid
from participation.rulebook.subjects import Audience, Topic
from participation.search import operations, queries
from participation.search.models import SearchEntry
from participation.search.operations.entering import enter
from participation.search.queries import SIZE, Asked, Hit
from participation.search.queries.sources import Source
from participation.search.rules import MOST_RANKED, Kind, Order
from participation.search.segmenting import read_query, tokens
from tests.backends.test_plans import plan_of
from tests.backends.watching import analyse, statements
from tests.conftest import NOON
from tests.drills.harness import size
from tests.factories.accounts import a_department
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")
_numbers = count(1)
NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "路灯维修水电第十二条12３年ＧＢa bÄßİı٣²Ⅻ𠀀龥々ー한ก̈'\"\\:*&|!()-_ \u3000\u200b🙂"
        ),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=12,
)


def a_text(one: Consultation, text: str, kind: Kind = Kind.CLAUSE, title: str = "") -> Source:
    """A text of a consultation that nothing else has entered."""
    return Source(kind, one.id, next(_numbers) + 10**6, "x", NOON, title, text)


def found(query: str, **filters: Any) -> list[Hit]:
    """The first page for a query."""
    return queries.find(Asked(query, **filters), clock.now()).hits


def titles(hits: list[Hit]) -> list[str]:
    """The titles of what was found, in its order."""
    return ["".join(piece.text for piece in hit.title) for hit in hits]


def texts(hits: list[Hit]) -> list[str]:
    """What was found, in its order."""
    return ["".join(piece.text for piece in hit.text) for hit in hits]


@pytest.mark.both_databases
def test_the_same_words_give_the_same_hits_whatever_is_written(context: Flask) -> None:
    one = a_consultation("open")

    @settings(
        max_examples=size(15, 400),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(st.lists(NASTY, min_size=1, max_size=4), st.lists(NASTY, min_size=1, max_size=3))
    def agree(written: list[str], asked: list[str]) -> None:
        sources = [a_text(one, text) for text in written]
        with transaction():
            db.session.execute(delete(SearchEntry))
            enter(sources)
        for query in [*asked, *written, *(text[:3] for text in written)]:
            words = read_query(query)
            expected = {
                each.source_id
                for each in sources
                if words and all(t in tokens(each.text) for word in words for t in word.tokens)
            }
            for order in Order:
                hits = found(query, order=order)
                assert {hit.source_id for hit in hits} == expected, (query, written)
            db.session.rollback()

    agree()


@pytest.mark.both_databases
def test_two_signs_and_the_number_of_an_article_are_found(context: Flask) -> None:
    a_consultation("open")
    for query in ("第三条", "3", "第3条", "照明设施 3"):
        assert "第三条" in titles(found(query, kind=Kind.CLAUSE)), query
        assert "第二条" not in titles(found(query)), query
    assert {hit.kind for hit in found("照明")} >= {Kind.CONSULTATION, Kind.CLAUSE}
    assert found("桥头")
    assert not found("桥尾")


@pytest.mark.both_databases
def test_the_newest_comes_first_where_asked_and_every_page_goes_on(context: Flask) -> None:
    one = a_consultation("open")
    with transaction():
        enter([a_text(one, f"水表第{each}号") for each in range(2 * SIZE + 5)])
    for order in Order:
        seen: list[str] = []
        after = None
        while True:
            page = queries.find(Asked("水表", order=order, after=after), clock.now())
            assert page.count == 2 * SIZE + 5
            assert not page.is_more
            seen += texts(page.hits)
            after = page.next
            if after is None:
                break
        assert len(seen) == len(set(seen)) == 2 * SIZE + 5
        if order is Order.DATE:
            assert seen == [f"水表第{each}号" for each in reversed(range(2 * SIZE + 5))]
    with pytest.raises(Invalid):
        queries.find(Asked("水表", after="1;drop"), clock.now())


@pytest.mark.both_databases
def test_the_order_by_relevance_is_the_same_on_both_databases(context: Flask) -> None:
    one = a_consultation("open")
    with transaction():
        enter(
            [
                a_text(one, "水表在院子里。" + "别的都不说，只说别的事情。" * 9, Kind.ANSWER),
                a_text(one, "水表坏了", Kind.ANSWER),
                a_text(one, "说明", Kind.CLAUSE, "水表管理"),
                a_text(one, "水表坏了", Kind.ANSWER),
            ]
        )
    assert [hit.kind for hit in found("水表")] == [Kind.CLAUSE, *[Kind.ANSWER] * 3]
    places = [hit.source_id for hit in found("水表", kind=Kind.ANSWER)]
    assert places[0] > places[1], "of two that are alike the newer one"
    assert places[2] == min(places), "the long one last"


@pytest.mark.both_databases
def test_filters_leave_what_they_say(context: Flask) -> None:
    county = a_department("云溪县人民政府")
    town = a_department("柳湾镇人民政府", county)
    here = a_consultation("open", title="柳湾镇路灯办法", department=town)
    there = a_consultation("closed", title="路灯收费办法")
    here_slug, there_slug = here.slug, there.slug
    with transaction():
        db.session.add(ConsultationTag(consultation_id=here.id, kind="topic", value=Topic.CITY))
        tag = {"consultation_id": there.id, "kind": "audience", "value": Audience.DRIVERS}
        db.session.add(ConsultationTag(**tag))

    def slugs(**filters: Any) -> set[str]:
        return {hit.slug for hit in found("路灯", **filters)}

    assert slugs() == {here_slug, there_slug}
    assert slugs(stage=Stage.OPEN) == slugs(topic=Topic.CITY) == {here_slug}
    assert slugs(departments=frozenset({county.id, town.id})) == {here_slug}
    assert slugs(consultation_id=here.id) == {here_slug}
    assert slugs(stage=Stage.CLOSED) == slugs(audience=Audience.DRIVERS) == {there_slug}
    assert slugs(stage=Stage.SEALED) == slugs(topic=Topic.HEALTH) == set()
    assert slugs(kind=Kind.CONSULTATION) == {here_slug, there_slug}
    assert slugs(kind=Kind.COMMENT) == set()


@pytest.mark.both_databases
def test_many_consultations_are_filtered_as_few_are(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = a_consultation("open", title="柳湾镇路灯办法")
    a_consultation("closed", title="路灯收费办法")
    few = {order: found("路灯", stage=Stage.OPEN, order=order) for order in Order}
    monkeypatch.setattr("participation.search.queries.finding.MOST_NAMED", 0)
    many = {order: found("路灯", stage=Stage.OPEN, order=order) for order in Order}
    assert few == many
    assert {hit.slug for hit in many[Order.DATE]} == {here.slug}


@pytest.mark.both_databases
def test_more_hits_than_are_ranked_are_said_to_be_more(context: Flask) -> None:
    one = a_consultation("open")
    with transaction():
        enter([a_text(one, "水表", Kind.COMMENT) for _ in range(MOST_RANKED + 1)])
    for order in Order:
        page = queries.find(Asked("水表", order=order), clock.now())
        assert (page.count, page.is_more) == (MOST_RANKED, True)


@pytest.mark.both_databases
def test_a_search_costs_the_same_few_statements_however_much_there_is(context: Flask) -> None:
    one = a_consultation("open")

    def cost() -> list[int]:
        counts = []
        for order in Order:
            with statements() as seen:
                found("水表", order=order, stage=Stage.OPEN)
            counts.append(len([each for each in seen if each[0].startswith(("SELECT", "WITH"))]))
        return counts

    with transaction():
        enter([a_text(one, "水表", Kind.COMMENT) for _ in range(5)])
    before = cost()
    with transaction():
        enter([a_text(one, "水表", Kind.COMMENT) for _ in range(size(1_500, 50_000))])
    assert all(few <= 5 for few in cost())
    assert [each <= was for each, was in zip(cost(), before, strict=True)] == [True, True]


@pytest.mark.both_databases
def test_the_index_is_read_and_never_the_whole_table(context: Flask) -> None:
    one = a_consultation("open")
    with transaction():
        enter([a_text(one, f"水管{each}", Kind.COMMENT) for each in range(size(4_000, 100_000))])
        enter([a_text(one, "水表", Kind.COMMENT)])
    analyse()
    is_sqlite = db.engine.dialect.name == "sqlite"
    for order in Order:
        with statements() as seen:
            found("水表", order=order)
        plans = [plan_of(*each) for each in seen if _asks_index(each[0])]
        assert plans
        for plan in plans:
            assert "SCAN search_entry" not in plan
            assert "Seq Scan on search_entry" not in plan
            assert ("VIRTUAL TABLE INDEX" if is_sqlite else "search_entry") in plan
        assert is_sqlite or any("ix_search_entry_words" in plan for plan in plans)


def _asks_index(statement: str) -> bool:
    return "MATCH" in statement or "@@" in statement


def test_a_text_that_is_entered_again_is_found_once(context: Flask) -> None:
    one = a_consultation("open")
    source = a_text(one, "水表")
    with transaction():
        enter([source])
        enter([source._replace(text="水管")])
    assert not found("水表")
    assert len(found("水管")) == 1
    with transaction():
        operations.drop(one.id, source.kind, [source.source_id])
    assert not found("水管")


def test_the_latest_opinion_is_the_first(context: Flask) -> None:
    one = a_consultation("open")
    for day in (1, 2, 3):
        a_comment(one, released=True, body=f"水表第{day}天", at=NOON - timedelta(days=4 - day))
    assert texts(found("水表", order=Order.DATE)) == ["水表第3天", "水表第2天", "水表第1天"]
