"""Opinions written and not sent yet, carried by the form: nothing is stored before a sending."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from participation.comments.rules import MOST_AT_ONCE

KEY = "submission_key"
FIELDS = (
    *(KEY, "clause", "document", "quoted_text", "quoted_at", "stance", "body"),
    *("proposal_kind", "proposed_text", "files"),
)
"""The form's fields that make one opinion; who speaks is asked once for all of them."""
# A page shows what is carried and carries it: twice this must fit a response of 150 kB.
MOST_TEXT = 16_000
LONGEST = 10 * MOST_TEXT

Item = Mapping[str, str]


@dataclass(frozen=True)
class Basket:
    """Opinions in the order of writing; each is known by its submission key."""

    items: tuple[Item, ...] = ()

    @classmethod
    def read(cls, text: str) -> Basket:
        """What a form carried; whatever is not of its form is left out."""
        try:
            found = json.loads(text) if 0 < len(text) <= LONGEST else []
        except (ValueError, RecursionError):
            found = []
        items = [_item(each) for each in found] if isinstance(found, list) else []
        basket = cls()
        for item in items[:MOST_AT_ONCE]:
            basket = basket.put(item) if item.get(KEY) and item.get("body") else basket
        return basket

    def __str__(self) -> str:
        """As a form carries it."""
        kept = [{name: value for name, value in item.items() if value} for item in self.items]
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def __len__(self) -> int:
        return len(self.items)

    @property
    def is_full(self) -> bool:
        """Whether no other opinion fits in."""
        return len(self) >= MOST_AT_ONCE

    @property
    def is_too_long(self) -> bool:
        """Whether the words together are more than a sending takes."""
        return sum(len(value) for item in self.items for value in item.values()) > MOST_TEXT

    def put(self, item: Item) -> Basket:
        """With one more, or with one written anew in its old place."""
        places = [each[KEY] for each in self.items]
        if item[KEY] in places:
            place = places.index(item[KEY])
            return Basket((*self.items[:place], item, *self.items[place + 1 :]))
        return Basket((*self.items, item))

    def without(self, key: str) -> Basket:
        """Without the one of that key."""
        return Basket(tuple(each for each in self.items if each[KEY] != key))

    def find(self, key: str) -> Item | None:
        """The one of that key."""
        return next((each for each in self.items if each[KEY] == key), None)


def item_of(values: Mapping[str, Any]) -> Item:
    """The part of a form's values that makes one opinion."""
    return {name: str(values.get(name) or "") for name in FIELDS}


def _item(found: Any) -> Item:
    values = found if isinstance(found, dict) else {}
    return item_of({name: each for name, each in values.items() if isinstance(each, str)})
