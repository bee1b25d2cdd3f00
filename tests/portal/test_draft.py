"""The draft as a law book: its contents, its margin, its clauses' addresses, words to choose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments.rules import ProposalKind
from participation.consultations import operations, queries
from participation.consultations.kinds import InterpretationKind
from participation.consultations.models import Consultation, Interpretation
from participation.consultations.rules import ReviewDecision
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.portal.leaves import leaves_of
from participation.portal.margin import heads_of
from tests.bench.filling import fill
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import a_comment
from tests.factories.consultations import ALL_CLEAR, SMALL_DRAFT, a_consultation, a_draft, read


def _long_draft(articles: int) -> str:
    """A draft of three chapters whose articles fill several leaves."""
    numerals = "零一二三四五六七八九"
    lines = ["长草案"]
    for number in range(1, articles + 1):
        if number % 40 == 1:
            lines.append(f"第{numerals[number // 40 + 1]}章　章名")
        tens, ones = divmod(number, 10)
        tens_word = "" if not tens else ("十" if tens == 1 else f"{numerals[tens]}十")
        lines.append(f"第{tens_word}{numerals[ones] if ones else ''}条　" + "灯应当保持完好。" * 60)
    return "\n".join(lines) + "\n"


def test_every_article_stands_in_the_contents_and_its_place_is_found_across_leaves(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    slug = a_consultation("open", draft=_long_draft(95)).slug
    first = client.get(f"/consultations/{slug}/draft")
    assert len(first.data) < 150_000
    for number in range(1, 96):
        assert f'#t{number}"' in first.text
    assert client.get(f"/consultations/{slug}/draft/t1").location.endswith("/draft#t1")
    far = client.get(f"/consultations/{slug}/draft/t95")
    assert far.status_code == 302
    address, anchor = far.location.split("#")
    assert 'id="t95"' in client.get(address).text
    assert anchor == "t95"
    assert client.get(f"/consultations/{slug}/draft/t96").status_code == 404
    assert client.get(f"/consultations/{slug}/draft/%00").status_code == 404


def test_a_margin_stays_small_with_ten_thousand_opinions(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open", draft=_long_draft(60))
    a_comment(made, released=True, clause_key="t2", body="字" * 5_000)
    alone = client.get(f"/consultations/{made.slug}/draft")
    other = a_consultation("open", draft=_long_draft(60))
    # Every third is on the first article, one in ten of all waits.
    fill(other, 10_000, body="字" * 100, is_logged=False)
    page = client.get(f"/consultations/{other.slug}/draft")
    assert "3,000 条意见" in page.text
    assert page.text.count("字" * 60) <= 4
    assert "字" * 61 not in page.text
    assert len(page.data) < len(alone.data) + 4_000


def test_a_margin_counts_what_is_below_its_article_and_says_it_once(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    a_comment(made, released=True, clause_key="t3", body="对整条")
    a_comment(made, released=True, clause_key="t3-x2", body="对第二项")
    a_comment(made, released=True, clause_key="z2", body="对这一章")
    a_comment(made, clause_key="t3-x2", body="还没有审看")
    page = client.get(f"/consultations/{made.slug}/draft").text
    assert "2 条意见" in page
    assert page.count("1 条意见") == 1
    for words in ("对整条", "对第二项", "对这一章"):
        assert page.count(words) == 1
    assert "还没有审看" not in page
    listed = client.get(f"/consultations/{made.slug}/clauses/t3").text
    assert "对整条" in listed
    assert "对第二项" in listed
    assert "对这一章" not in listed


def test_margins_hang_on_articles_headings_and_loose_paragraphs() -> None:
    class Row:
        def __init__(self, id: int, kind: str, parent_id: int | None) -> None:
            self.id, self.kind, self.parent_id = id, kind, parent_id

    rows = [
        Row(1, "chapter", None),
        Row(2, "article", 1),
        Row(3, "paragraph", 2),
        Row(4, "item", 3),
        Row(5, "paragraph", 1),
        Row(6, "item", 5),
    ]
    heads = heads_of(rows)  # type: ignore[arg-type]
    assert [heads[row.id].id for row in rows] == [1, 2, 2, 2, 5, 5]
    clauses = read(SMALL_DRAFT).clauses
    assert leaves_of([]) == [[]]
    assert clauses


def test_the_words_of_a_clause_are_ticked_and_quoted_without_script(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    slug = a_consultation("open", draft="办法\n第一条　为了照明。为了安全。为了方便。\n").slug
    page = client.get(f"/consultations/{slug}/clauses/t1/words").text
    for value in ("0-5", "5-10", "10-15"):
        assert f'value="{value}"' in page
    form = client.get(f"/consultations/{slug}/comment?clause=t1&words=5-10&words=10-15").text
    assert "<mark>为了安全。为了方便。</mark>" in form
    assert client.get(f"/consultations/{slug}/clauses/t9/words").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["clause=t1&words=", "clause=t1&words=9-1", "clause=t1&words=x-y", "clause=t1&words=0-99999999",
     "clause=t1&words=99999999999999999999-1", "words=0-3", "clause=t1&words=-1-3"],
)  # fmt: skip
def test_a_bent_place_is_a_form_and_never_a_fault(
    client: FlaskClient, context: Flask, at_noon: object, query: str
) -> None:
    slug = a_consultation("open").slug
    assert client.get(f"/consultations/{slug}/comment?{query}").status_code == 200


@pytest.mark.parametrize("query", ["clause=t99", "document=1", "document=9999999999", "document=x"])
def test_a_place_that_is_not_there_is_not_found(
    client: FlaskClient, context: Flask, at_noon: object, query: str
) -> None:
    slug = a_consultation("open").slug
    assert client.get(f"/consultations/{slug}/comment?{query}").status_code == 404


def _renumbered() -> Consultation:
    """A consultation whose second draft has a new first article before all others."""
    made = a_consultation("drafting")
    second = SMALL_DRAFT.replace("第五条", "第六条").replace("第四条", "第五条")
    second = second.replace("第三条", "第四条").replace("第二条", "第三条")
    second = second.replace("第一条　为了", "第一条　本办法的名称可以简称。\n第二条　为了")
    a_draft(made, made.author, second, at=NOON - timedelta(days=20))
    author = actor_of(made.author)
    reviewer = actor_of(a_user("reviewer", made.department))
    with clock.fixed(NOON - timedelta(days=12)):
        with transaction():
            operations.request_review(author, made.slug)
        with transaction():
            operations.review(reviewer, made.slug, ReviewDecision.APPROVED, ALL_CLEAR)
        with transaction():
            operations.publish(author, made.slug, at_once=True)
    return made


@pytest.mark.both_databases
def test_an_address_of_an_earlier_draft_leads_to_the_same_words(
    client: FlaskClient, context: Flask
) -> None:
    made = _renumbered()
    draft = queries.current_draft(made.id)
    assert draft is not None

    def key(name: str, version: int | None = None) -> str | None:
        return queries.present_key(made.id, draft.id, name, version)

    assert [key("t3", 1), key("t4", 1), key("t3-x2", 1)] == ["t4", "t5", "t4-x2"]
    assert [key("t3"), key("t3", 2), key("t6")] == ["t3", "t3", "t6"]
    assert key("t99") is None
    assert key("t3", 7) is None
    with clock.fixed(NOON):
        moved = client.get(f"/consultations/{made.slug}/clauses/t3?version=1")
        assert moved.status_code == 302
        assert moved.location.endswith("/clauses/t4")
        assert client.get(f"/consultations/{made.slug}/draft/t4?version=1").location.endswith("#t5")


def test_a_proposal_is_a_redline_of_its_clause_wherever_the_public_reads_it(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    a_comment(
        made,
        released=True,
        clause_key="t3-x2",
        quoted_text="三日内",
        quoted_at=4,
        proposal_kind=ProposalKind.CHANGE,
        proposed_text="二日内",
    )
    for page in ("comments", "clauses/t3", "clauses/t3-x2"):
        text = client.get(f"/consultations/{made.slug}/{page}").text
        assert "<q>三日内</q>" in text, page
        assert "<del>" in text, page
        assert "<ins>" in text, page
        assert "损坏的在" in text, page
    told = client.get(f"/api/v1/consultations/{made.slug}/comments").json["items"][0]
    assert told["quoted_text"] == "三日内"
    assert told["quoted_at"] == 4
    assert told["proposal_kind"] == "change"


def test_an_explanation_stands_beside_its_clause_and_leads_to_its_place(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    with transaction():
        told = Interpretation(
            consultation_id=made.id, clause_key="t3-x2", kind=InterpretationKind.TEXT,
            title="为什么是三日", body="多数乡镇做得到。", position=1, created_at=NOON,
            published_at=NOON,
        )  # fmt: skip
        db.session.add(told)
    page = client.get(f"/consultations/{made.slug}/draft").text
    address = f"/consultations/{made.slug}/interpretation/{told.id}"
    assert f'<a href="{address}">为什么是三日</a>' in page
    assert client.get(address).status_code == 302
    assert "多数乡镇做得到。" in client.get(f"/consultations/{made.slug}/clauses/t3").text
