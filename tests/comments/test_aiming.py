"""Six levels: what an opinion is about is checked where it is taken, and gone with its words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from participation.comments.models import Comment
from participation.comments.queries import beside, by_number, changes_in_list, queue, released
from participation.comments.rules import LONGEST_QUOTE, ProposalKind
from participation.consultations.kinds import DocumentKind
from participation.consultations.models import ConsultationDocument
from participation.consultations.queries import clause_by_key, wordings_of
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid
from participation.record.queries.opinions import of_comment
from tests.conftest import NOON
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

WORDS = "损坏的在三日内修好；"


def _document(consultation_id: int, **changes: Any) -> int:
    given = {
        "consultation_id": consultation_id,
        "kind": DocumentKind.EXPLANATION,
        "title": "起草说明",
        "position": 1,
        "source_name": "说明.pdf",
        "source_key": "0" * 64,
        "source_size": 1,
        "media_type": "application/pdf",
        "created_at": NOON,
    }
    with transaction():
        made = ConsultationDocument(**{**given, **changes})
        db.session.add(made)
    return made.id


@pytest.mark.both_databases
def test_an_opinion_can_be_on_each_of_the_six_levels(context: Flask, at_noon: object) -> None:
    made = a_consultation("open")
    document = _document(made.id)
    places: list[tuple[dict[str, Any], tuple[str | None, int | None, str, int | None]]] = [
        ({}, (None, None, "", None)),
        ({"document_id": document}, (None, document, "", None)),
        ({"clause_key": "z2"}, ("z2", None, "", None)),
        ({"clause_key": "t3"}, ("t3", None, "", None)),
        ({"clause_key": "t3-x2"}, ("t3-x2", None, "", None)),
        ({"clause_key": "t3-x2", "quoted_text": "三日内"}, ("t3-x2", None, "三日内", 4)),
    ]
    for given, (key, document_id, quoted, at) in places:
        stored = a_comment(made, **given)
        found = by_number(made.id, stored.number)
        assert (found.clause.key if found.clause else None) == key
        assert (found.document_id, found.quoted_text, found.quoted_at) == (document_id, quoted, at)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"clause_key": "t99"}, "clause"),
        ({"clause_key": "t3", "quoted_text": "没有的字"}, "quoted_text"),
        ({"clause_key": "t3-x2", "quoted_text": "字" * (LONGEST_QUOTE + 1)}, "quoted_text"),
        ({"quoted_text": "三日内"}, "quoted_text"),
        ({"document_id": 12345}, "document"),
        ({"document_id": 2**40}, "document"),
        ({"document_id": 0}, "document"),
        ({"proposal_kind": ProposalKind.DELETE}, "proposal_kind"),
        ({"clause_key": "t3", "proposal_kind": ProposalKind.CHANGE}, "proposed_text"),
        (
            {"clause_key": "t3", "proposal_kind": ProposalKind.DELETE, "proposed_text": "新"},
            "proposed_text",
        ),
    ],
)
@pytest.mark.both_databases
def test_a_place_that_does_not_fit_is_refused_at_its_field(
    context: Flask, at_noon: object, given: dict[str, Any], field: str
) -> None:
    made = a_consultation("open")
    with pytest.raises(Invalid) as refused:
        a_comment(made, **given)
    assert refused.value.field == field
    assert db.session.query(Comment).count() == 0


def test_a_document_of_another_matter_or_taken_down_is_none_of_this_one(
    context: Flask, at_noon: object
) -> None:
    made, other = a_consultation("open"), a_consultation("open")
    gone = _document(made.id, source_key=None, removed_at=NOON)
    for document in (_document(other.id), gone):
        with pytest.raises(Invalid):
            a_comment(made, document_id=document)
    with pytest.raises(Invalid):
        a_comment(made, document_id=_document(made.id), clause_key="t3")


def test_words_kept_from_the_public_cannot_be_guessed_by_quoting_them(
    context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    with transaction():
        clause_by_key(made.id, "t4").is_withheld = True
    for words in ("村民会议", "xx"):
        with pytest.raises(Invalid) as refused:
            a_comment(made, clause_key="t4", quoted_text=words)
        assert "没有选中的那几个字" in refused.value.reason
    clause = clause_by_key(made.id, "t4")
    proposed = a_comment(made, clause_key="t4", proposal_kind=ProposalKind.DELETE, released=True)
    assert wordings_of([clause.id]) == {}
    assert changes_in_list(queue(made.id, proposed.visibility).items) == {}


@pytest.mark.both_databases
def test_the_record_commits_to_the_place_and_the_proposal(context: Flask, at_noon: object) -> None:
    made = a_consultation("open")
    document = _document(made.id)
    first = a_comment(
        made,
        clause_key="t3-x2",
        quoted_text="三日内",
        quoted_at=4,
        proposal_kind=ProposalKind.DELETE,
        body="太长",
    )
    assert of_comment(first).words() == {
        "body": "太长",
        "clause": "t3-x2",
        "quote": "三日内",
        "quote_at": 4,
        "proposal": "delete",
        "respondent_kind": "person",
        "stance": "suggest",
    }
    second = of_comment(a_comment(made, document_id=document)).words()
    assert second["document"] == document
    assert json.dumps(of_comment(a_comment(made)).words()).count("quote") == 0


def test_what_is_withdrawn_takes_its_quote_and_proposal_with_it(
    context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    gone = a_comment(
        made,
        clause_key="t3-x2",
        quoted_text="三日内",
        proposal_kind=ProposalKind.DELETE,
        withdrawn=True,
    )
    found = by_number(made.id, gone.number)
    assert (found.quoted_text, found.quoted_at, found.proposal_kind) == ("", None, None)


@pytest.mark.both_databases
def test_an_article_lists_what_was_said_of_its_items_in_one_order(context: Flask) -> None:
    made = a_consultation("open")
    keys = ("t3", "t3-x1", "t3-x2", "t4")
    with clock.fixed(NOON):
        ids = {key: clause_by_key(made.id, key).id for key in keys}
    for minute in range(9):
        key = keys[minute % 4]
        a_comment(made, released=True, clause_key=key, body=f"{minute}")
    below = [ids[key] for key in keys[:3]]
    page = released(made.id, clause_ids=below)
    numbers = [row.number for row in page.items]
    assert numbers == sorted(numbers, reverse=True)
    assert {row.body for row in page.items} == {str(each) for each in range(9) if each % 4 != 3}
    assert released(made.id, clause_ids=[]).items == []
    latest = beside(below)
    assert latest[ids["t3"]].released == 3
    assert [row.body for row in latest[ids["t3"]].rows] == ["8", "4"]
    assert ids["t4"] not in latest
    assert beside([]) == {}
