"""A letter says the same in text and in HTML, and nothing in it can become markup."""

from __future__ import annotations

from html.parser import HTMLParser

from participation.kernel.letter import Fixed, Heading, Letter, Link, Words

PAYLOAD = "<script>alert(1)</script>\"'&"
LETTER = Letter(
    f"信 {PAYLOAD}",
    (
        Heading(f"题 {PAYLOAD}"),
        Words(f"第一行\n第二行 {PAYLOAD}"),
        Link(f"去看 {PAYLOAD}", 'https://example.cn/?a=1&b="x"'),
        Fixed("— 一\n  二"),
    ),
    "zh-CN",
)


class Reader(HTMLParser):
    """What a mail program would show, and what it would open."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.tags, self.links = "", set(), []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data) -> None:
        self.words += data


def test_both_forms_say_the_same_words() -> None:
    reader = Reader()
    reader.feed(LETTER.html)
    for part in LETTER.parts:
        for line in part.words.split("\n"):
            assert line in LETTER.text
            assert line in reader.words
    assert reader.links == ['https://example.cn/?a=1&b="x"']
    assert reader.links[0] in LETTER.text


def test_no_word_becomes_markup() -> None:
    reader = Reader()
    reader.feed(LETTER.html)
    assert reader.tags == {"html", "head", "meta", "title", "body", "h2", "p", "br", "a", "pre"}
    assert "alert(1)" in reader.words
