"""Cleans, compares and shortens what people type: the one sanitiser, alone in calling bleach."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from bleach.html5lib_shim import Filter
from bleach.sanitizer import Cleaner
from markupsafe import Markup, escape

ALLOWED_TAGS = frozenset(
    {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h3", "h4", "a"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "nofollow noopener"

# Characters that draw nothing and are only good for hiding or reordering text. Variation
# selectors and the Mongolian ones are not here: they choose between glyphs a reader can tell apart.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
_CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
_DROPPED = re.compile(f"[{_INVISIBLE}{_CONTROLS}]")
# U+200C and U+200D join emoji and letters of some scripts; beside these they only hide.
_NOT_JOINED = r"\s\x00-\x7f\u2000-\u206f\u3000-\u303f\u3400-\u9fff\uff00-\uff65"
_STRAY_JOINER = re.compile(
    f"(?<![^{_NOT_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![^{_NOT_JOINED}])"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")
_PARAGRAPH_BREAK = re.compile(r"\n(?:[^\S\n]*\n)+")
_SELECTORS = "\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_IGNORED_IN_COMPARISON = re.compile(rf"[\s{_SELECTORS}{_INVISIBLE}{_CONTROLS}]")
_SCHEME = re.compile(r"([^/?#:]*):")
_LINK_NOISE = re.compile(r"[\x00-\x20\x7f-\xa0\s]")


class _LinkRel(Filter):
    """Puts our rel on every link; runs after the sanitiser, which has dropped the author's own."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token["type"] == "StartTag" and (None, "href") in token["data"]:
                token["data"][(None, "rel")] = LINK_REL
            yield token


def is_allowed_attribute(tag: str, name: str, value: str) -> bool:
    """Keep href of a link and nothing else, if its address is relative or of an allowed scheme.

    What stands before the first colon is taken for a scheme even where a browser would not, and
    `//host` is refused because it only looks relative.
    """
    if (tag, name) != ("a", "href"):
        return False
    target = _LINK_NOISE.sub("", html.unescape(value)).replace("\\", "/").lower()
    scheme = _SCHEME.match(target)
    return not target.startswith("//") and (scheme is None or scheme[1] in ALLOWED_SCHEMES)


def clean_html(text: str) -> str:
    """Return the markup with only the tags above, links http, https, mailto or relative.

    Anything else loses its tag and keeps its words. The result is safe to show as it is.
    """
    # A Cleaner keeps parser state, so threads must not share one.
    cleaner = Cleaner(
        tags=ALLOWED_TAGS,
        attributes=is_allowed_attribute,
        protocols=ALLOWED_SCHEMES,
        strip=True,
        filters=[_LinkRel],
    )
    return str(cleaner.clean(text))


def plain(text: str) -> str:
    """Return typed text in one tidy form: NFC, LF line ends, no hidden or control characters.

    Every visible character stays. Ends are trimmed; more than two blank lines become two.
    """
    text = _LINE_END.sub("\n", text)
    text = _STRAY_JOINER.sub("", _DROPPED.sub("", text))
    text = unicodedata.normalize("NFC", text).strip()
    return _BLANK_LINES.sub("\n\n\n", text)


def normal_form(text: str) -> str:
    """Return the text as it counts for comparing: NFKC, case-folded, no white space.

    Full-width and half-width, upper and lower case, and differently wrapped lines become equal.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", _IGNORED_IN_COMPARISON.sub("", folded))


def paragraphs(text: str) -> Markup:
    """Return plain text as escaped markup: blank lines part <p>, single line ends become <br>."""
    blocks = (block.strip() for block in _PARAGRAPH_BREAK.split(_LINE_END.sub("\n", text)))
    return Markup("\n").join(
        Markup("<p>{}</p>").format(
            Markup("<br>\n").join(escape(line) for line in block.split("\n"))
        )
        for block in blocks
        if block
    )


def excerpt(text: str, length: int) -> str:
    """Return the text on one line, at most `length` characters (at least 1), cut with an ellipsis.

    A character is never parted from the marks and joiners that belong to it.
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    end = length - 1
    while end > 0 and (_continues(line[end]) or line[end - 1] == "\u200d"):
        end -= 1
    return line[:end].rstrip() + "…"


def _continues(character: str) -> bool:
    """Whether the character belongs to the one before: a combining mark, joiner or skin tone."""
    return (
        unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or character == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
