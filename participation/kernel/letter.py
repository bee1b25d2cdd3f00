"""A mail as a value: said once, sent as plain text and as HTML that hold the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

_PAGE = Markup(
    '<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title></head>\n<body>\n{body}\n</body>\n</html>\n"
)


@dataclass(frozen=True)
class Heading:
    """A line that says what the letter, or a part of it, is about."""

    words: str


@dataclass(frozen=True)
class Words:
    """A paragraph; single line ends are kept."""

    words: str


@dataclass(frozen=True)
class Link:
    """What to press: its words, and the whole address."""

    words: str
    address: str


@dataclass(frozen=True)
class Fixed:
    """Lines to be kept as they are, letter by letter."""

    words: str


Part = Heading | Words | Link | Fixed


@dataclass(frozen=True)
class Letter:
    """One mail; `lang` is the BCP 47 tag of its words, `headers` are added to the mail's own."""

    subject: str
    parts: tuple[Part, ...]
    lang: str = "zh-CN"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The letter as plain text; an address stands on a line of its own."""
        return "\n\n".join(_plain(each) for each in self.parts) + "\n"

    @property
    def html(self) -> str:
        """The letter as a page without styles, pictures or anything fetched from elsewhere."""
        body = Markup("\n").join(_marked(each) for each in self.parts)
        return str(_PAGE.format(lang=self.lang, title=self.subject, body=body))


def _plain(part: Part) -> str:
    return f"{part.words}\n{part.address}" if isinstance(part, Link) else part.words


def _marked(part: Part) -> Markup:
    if isinstance(part, Heading):
        return Markup("<h2>{}</h2>").format(part.words)
    if isinstance(part, Link):
        return Markup('<p><a href="{}">{}</a></p>').format(part.address, part.words)
    if isinstance(part, Fixed):
        return Markup("<pre>{}</pre>").format(part.words)
    lines = (escape(line) for line in part.words.split("\n"))
    return Markup("<p>{}</p>").format(Markup("<br>\n").join(lines))
