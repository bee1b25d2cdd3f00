"""What counts in comparing opinions: their signs, in clauses, without width, points and space."""

from __future__ import annotations

import re

from participation.kernel.text import normal_form

_STOP = re.compile(r"[，。；：！？、,.;:!?…\r\n]+")
# Points inside a number or an address part nothing: 3.5, 1,000, 12:30.
_INSIDE = re.compile(r"(?<=[0-9])[.,:，：．](?=[0-9])")
_NO_SIGN = re.compile(r"[\W_]+")


def clauses(text: str) -> list[str]:
    """The text between its points, each part as letters, digits and numerals of one width.

    Numerals stay as written (三十 is not 30); what is no letter or digit is gone, and with it
    every empty part.
    """
    parts = _STOP.split(_INSIDE.sub("", text))
    return [found for part in parts if (found := signs(part))]


def signs(text: str) -> str:
    """All letters and digits of a text in their normal form, nothing between them."""
    return _NO_SIGN.sub("", normal_form(text))


def whole_words(body: str, proposed_text: str) -> str:
    """An opinion's words as they are compared and shown: what it says, then what it proposes."""
    return f"{body}\n{proposed_text}" if proposed_text else body
