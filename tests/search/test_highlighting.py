"""Which part of a text is shown, and what in it is marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from participation.search.highlighting import SHOWN, highlighted
from participation.search.segmenting import read_query


def marked(query: str, text: str, most: int = SHOWN) -> str:
    """The shown part with the words in brackets."""
    pieces = highlighted(text, read_query(query), most)
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def test_words_are_marked_as_they_stand_in_the_text() -> None:
    assert marked("路灯", "桥头的路灯，路灯坏了") == "桥头的[路灯]，[路灯]坏了"
    assert marked("gb", "按ＧＢ50034执行") == "按[ＧＢ]50034执行"
    assert marked("第12条", "见第十二条和第12条") == "见[第十二条]和[第12条]"


def test_a_number_is_not_marked_within_another() -> None:
    assert marked("12", "120元和12元") == "120元和[12]元"


def test_the_part_around_the_first_word_is_shown() -> None:
    text = "甲" * 300 + "路灯" + "乙" * 300
    shown = marked("路灯", text, 100)
    assert shown.startswith("…甲")
    assert "[路灯]" in shown
    assert shown.endswith("乙…")
    assert len(shown) < 110


def test_signs_that_fold_to_several_are_marked_at_their_place() -> None:
    assert marked("xii", "第Ⅻ章……路灯") == "第[Ⅻ]章……路灯"
    assert marked("路灯", "……㍿的路灯") == "……㍿的[路灯]"


@given(st.text(max_size=300), st.text(max_size=10))
def test_what_is_shown_is_the_text_and_nothing_else(text: str, query: str) -> None:
    shown = "".join(piece.text for piece in highlighted(text, read_query(query), 1000))
    assert shown == " ".join(text.split()) or len(text) > 200
