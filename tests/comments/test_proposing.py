"""Quotes found again, sentences to be ticked, and proposals as redlines: all of it pure."""

from __future__ import annotations

import pytest

from participation.comments.proposing import AROUND, GAP, Proposal, shortened
from participation.comments.quoting import Quote, cut, located, sentences
from participation.comments.rules import LONGEST_QUOTE, ProposalKind, proposal_fits

WORDS = "损坏的在三日内修好；三日内修不好的，说明理由。"


def _old(parts: list[tuple[str, str]]) -> str:
    return "".join(text for op, text in parts if op != "insert")


def _new(parts: list[tuple[str, str]]) -> str:
    return "".join(text for op, text in parts if op != "delete")


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("三日内", 4, Quote("三日内", 4)),
        ("三日内", 10, Quote("三日内", 10)),
        # A place that does not fit is mended where the words stand in the clause.
        ("三日内", 3, Quote("三日内", 4)),
        ("三日内", None, Quote("三日内", 4)),
        ("三日内", 10**9, Quote("三日内", 4)),
        ("二日内", 4, None),
        ("", 0, None),
        (" ", 0, None),
        ("三" * (LONGEST_QUOTE + 1), 0, None),
    ],
)
def test_words_are_found_where_they_stand_or_not_at_all(
    text: str, at: int | None, found: Quote | None
) -> None:
    assert located(WORDS, text, at) == found


def test_a_stretch_is_cut_to_its_words_and_to_a_bound() -> None:
    assert cut("  甲乙  ", 0, 6) == Quote("甲乙", 2)
    assert cut(WORDS, 4, 7) == Quote("三日内", 4)
    assert cut(WORDS, -5, 10**6) == Quote(WORDS, 0)
    assert cut(WORDS, 7, 4) is None
    assert cut("   ", 0, 3) is None
    long = cut("字" * 2_000, 100, 1_900)
    assert long is not None
    assert (len(long.text), long.at) == (LONGEST_QUOTE, 100)


def test_places_are_counted_in_code_points() -> None:
    assert cut("𠮷野家在此。", 1, 3) == Quote("野家", 1)


def test_sentences_hold_every_visible_character_in_its_place() -> None:
    text = "第一句。第二句（说“好。”）！\n第三句没有句号\n  "
    found = sentences(text)
    assert [each.text for each in found] == [
        "第一句。",
        "第二句（说“好。”）！",
        "第三句没有句号",
    ]
    for each in found:
        assert text[each.at : each.at + len(each.text)] == each.text
    assert "".join(each.text for each in found) == "".join(text.split())


@pytest.mark.parametrize("kind", ProposalKind)
@pytest.mark.parametrize("quoted", ["", "三日内"])
def test_a_redline_is_the_clause_as_it_is_and_as_it_would_be(
    kind: ProposalKind, quoted: str
) -> None:
    text = "" if kind is ProposalKind.DELETE else "二日内"
    parts = Proposal(kind, text, quoted, 4 if quoted else None).of(WORDS)
    assert parts is not None
    assert _old(parts) == WORDS
    wanted = {
        (ProposalKind.CHANGE, ""): "二日内",
        (ProposalKind.CHANGE, "三日内"): WORDS.replace("三日内", "二日内", 1),
        (ProposalKind.ADD_AFTER, ""): WORDS + "\n二日内",
        (ProposalKind.ADD_AFTER, "三日内"): WORDS.replace("三日内", "三日内二日内", 1),
        (ProposalKind.DELETE, ""): "",
        (ProposalKind.DELETE, "三日内"): WORDS.replace("三日内", "", 1),
    }
    assert _new(parts) == wanted[kind, quoted]


def test_words_that_the_clause_has_not_give_no_redline() -> None:
    assert Proposal(ProposalKind.DELETE, "", "三日内", 5).of(WORDS) is None
    assert Proposal(ProposalKind.DELETE, "", "三日内", 10**6).of(WORDS) is None


def test_a_list_shows_what_changes_and_little_around_it() -> None:
    clause = "甲" * 3_000 + "三日" + "乙" * 3_000
    parts = Proposal(ProposalKind.CHANGE, "二日", "三日", 3_000).of(clause)
    assert parts is not None
    short = shortened(parts)
    assert short[0] == ("equal", GAP + "甲" * AROUND)
    assert ("delete", "三") in short
    assert ("insert", "二") in short
    assert sum(len(text) for _, text in short) < 100
    deleted = shortened([("delete", "字" * 5_000)])
    assert len(deleted[0][1]) < 500
    assert GAP in deleted[0][1]


@pytest.mark.parametrize(
    ("kind", "text", "on_clause", "fits"),
    [
        (None, "", False, True),
        (None, "随便写", True, True),
        (ProposalKind.CHANGE, "新的", True, True),
        (ProposalKind.CHANGE, "", True, False),
        (ProposalKind.ADD_AFTER, "", True, False),
        (ProposalKind.DELETE, "", True, True),
        (ProposalKind.DELETE, "新的", True, False),
        (ProposalKind.DELETE, "", False, False),
        (ProposalKind.CHANGE, "新的", False, False),
    ],
)
def test_a_proposal_needs_a_clause_and_words_unless_it_deletes(
    kind: ProposalKind | None, text: str, on_clause: bool, fits: bool
) -> None:
    verdict = proposal_fits(kind, text, on_clause=on_clause)
    assert bool(verdict) is fits
    assert bool(verdict.reason) is not fits
