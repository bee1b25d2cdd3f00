"""What the leaves say, one after the other: comments with their states, counts, removals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from .ed25519 import is_signed
from .encoding import (
    Malformed,
    canonical,
    listing,
    mapping,
    read_canonical,
    text,
    unbase64,
    unhex,
    whole,
)
from .note import read_key
from .tree import leaf_hash


class Fault(NamedTuple):
    """What is wrong: the rule of the format page, what of it, and where (a number or a name)."""

    rule: int
    code: str
    at: str


class Version(NamedTuple):
    """A comment as the leaves leave it at some time: its state and what its words open."""

    state: str
    field: str
    commitment: str


class Opinion:
    """A comment of the log: where its leaf is and what became of it."""

    def __init__(self, index: int, hashed: bytes, body: str) -> None:
        self.index, self.hashed, self.body = index, hashed, body
        self.versions = [Version("waiting", "body", body)]

    @property
    def now(self) -> Version:
        """The last version."""
        return self.versions[-1]

    def become(self, state: str, field: str, opens: str) -> None:
        """Take another version; a removal is final."""
        if self.now.state != "removed":
            self.versions.append(Version(state, field, opens))


def _instant(value: Any) -> str:
    if not re.fullmatch("[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z", text(value)):
        raise Malformed("no instant")
    return text(value)


def _positive(value: Any) -> int:
    return whole(value, 1)


def _counts(value: Any) -> dict[str, int]:
    return {text(name): whole(count) for name, count in mapping(value).items()}


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Malformed("neither true nor false")
    return value


def ranges(value: Any) -> list[tuple[int, int]]:
    """The first and last numbers of `1-50,53`, growing; raise Malformed for any other thing."""
    number = "[1-9][0-9]{0,14}"
    one = number + "(-" + number + ")?"
    if not re.fullmatch(one + "(," + one + ")*", text(value)):
        raise Malformed("no ranges")
    found = []
    for part in text(value).split(","):
        low, _, high = part.partition("-")
        found.append((int(low), int(high or low)))
        if found[-1][0] > found[-1][1]:
            raise Malformed("a range that runs backwards")
    return found


_TARGET: dict[str, Callable[[Any], Any]] = {"number": _positive, "index": whole, "leaf_hash": unhex}
FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "open": {"consultation": text, "title": text, "opens_at": _instant, "closes_at": _instant},
    "comment": {"number": _positive, "channel": text, "c_body": unhex, "c_claim": unhex},
    "survey": {"survey": whole, "response": _positive, "c_answers": unhex},
    "moderate": {"numbers": ranges, "state": text},
    "supersede": {"c_body": unhex, **_TARGET},
    "tombstone": {"reason": text, "role": text, "basis": text, **_TARGET},
    "amend": {"what": text},
    "outage": {"from": _instant, "until": _instant, "planned": _yes_or_no},
    "close": {
        "received": whole,
        "surveys": whole,
        "by_channel": _counts,
        "by_state": _counts,
        "bulletin_sha256": unhex,
    },
    "result": {
        "version": _positive,
        "received": whole,
        "outcomes": _counts,
        "summary_sha256": unhex,
        "map_sha256": unhex,
    },
    "rotate": {"old_key": read_key, "new_key": read_key, "signatures": listing},
}


def read_leaf(data: bytes) -> dict[str, Any]:
    """The fields of a leaf; raise Malformed where it is not canonical or of no known kind."""
    leaf = mapping(read_canonical(data))
    kind = leaf.get("kind")
    if whole(leaf.get("v")) != 1 or not isinstance(kind, str) or kind not in FIELDS:
        raise Malformed("no known kind")
    _instant(leaf.get("at"))
    for name, check in FIELDS[kind].items():
        check(leaf.get(name))
    for commits in listing(leaf.get("atts", [])) if kind == "comment" else ():
        unhex(commits)
    if kind == "moderate":
        if leaf["state"] not in ("published", "withheld", "restricted", "waiting"):
            raise Malformed("no known state")
        if leaf["state"] in ("withheld", "restricted"):
            text(leaf.get("reason"))
        for opens in mapping(leaf.get("masked", {})).values():
            unhex(opens)
    return leaf


def is_rotation_signed(leaf: dict[str, Any]) -> bool:
    """Whether a rotate leaf bears the signatures of its old and its new key."""
    message = canonical({name: leaf[name] for name in leaf if name != "signatures"})
    try:
        signatures = [unbase64(text(one)) for one in leaf["signatures"]]
    except Malformed:
        return False
    keys = [read_key(leaf[name]).public for name in ("old_key", "new_key")]
    return len(signatures) == 2 and all(
        is_signed(keys[place], message, signatures[place]) for place in (0, 1)
    )


class Log:
    """The leaves read so far, and what was found wrong with them (rules 2, 3, 8 and 9)."""

    def __init__(self) -> None:
        self.size = 0
        self.responses = 0
        self.channels: Counter[str] = Counter()
        self.opening: dict[str, Any] = {}
        self.opinions: dict[int, Opinion] = {}
        self.tombstones: dict[int, tuple[int, str]] = {}
        self.closing: dict[str, Any] = {}
        self.result: dict[str, Any] = {}
        self.received_by_result = 0
        self.rotations: list[tuple[str, str]] = []
        self.faults: list[Fault] = []

    def add(self, data: bytes) -> bytes:
        """Read the next leaf; its hash."""
        index, hashed = self.size, leaf_hash(data)
        self.size += 1
        try:
            leaf = read_leaf(data)
        except Malformed:
            leaf = {"kind": ""}
            self._fault(2, "leaf_malformed", index)
        if (index == 0) != (leaf["kind"] == "open"):
            self._fault(2, "open_misplaced", index)
        if leaf["kind"]:
            getattr(self, "_" + leaf["kind"])(index, leaf, hashed, data)
        return hashed

    def forget_the_past(self) -> None:
        """Keep of each comment the last version only: what counts from now on."""
        for opinion in self.opinions.values():
            del opinion.versions[:-1]

    def _fault(self, rule: int, code: str, at: int) -> None:
        self.faults.append(Fault(rule, code, str(at)))

    def _open(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        self.opening = self.opening or leaf

    def _comment(self, index: int, leaf: dict[str, Any], hashed: bytes, _: bytes) -> None:
        if leaf["number"] != len(self.opinions) + 1:
            self._fault(2, "number_gap", index)
        if leaf["number"] not in self.opinions:
            self.opinions[leaf["number"]] = Opinion(index, hashed, leaf["c_body"])
            self.channels[leaf["channel"]] += 1

    def _survey(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        self.responses += 1
        if leaf["response"] != self.responses:
            self._fault(2, "number_gap", index)

    def _moderate(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        spans = ranges(leaf["numbers"])
        if any(high - low >= len(self.opinions) for low, high in spans) or not all(
            number in self.opinions for low, high in spans for number in range(low, high + 1)
        ):
            self._fault(2, "number_unknown", index)
            return
        masked = leaf.get("masked", {})
        for low, high in spans:
            for number in range(low, high + 1):
                opinion, shown = self.opinions[number], masked.get(str(number))
                if leaf["state"] == "published" and shown:
                    opinion.become("published", "shown", shown)
                else:
                    opinion.become(leaf["state"], "body", opinion.body)

    def _is_targeted(self, leaf: dict[str, Any]) -> bool:
        opinion = self.opinions.get(leaf["number"])
        return opinion is not None and (opinion.index, opinion.hashed.hex()) == (
            leaf["index"],
            leaf["leaf_hash"],
        )

    def _supersede(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        if not self._is_targeted(leaf):
            self._fault(8, "target_differs", index)
            return
        opinion = self.opinions[leaf["number"]]
        opinion.body = leaf["c_body"]
        opinion.become(opinion.now.state, "body", opinion.body)

    def _tombstone(self, index: int, leaf: dict[str, Any], _: bytes, data: bytes) -> None:
        self.tombstones[index] = (leaf["number"], data.decode("utf-8"))
        if not self._is_targeted(leaf):
            self._fault(8, "target_differs", index)
            return
        self.opinions[leaf["number"]].become("removed", "", "")

    def _amend(self, *_: Any) -> None:
        """A longer window changes nothing that is checked."""

    _outage = _amend

    def _close(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        self.closing = leaf
        counted = Counter({name: count for name, count in leaf["by_channel"].items() if count})
        if (
            leaf["received"] != len(self.opinions)
            or leaf["surveys"] != self.responses
            or counted != self.channels
            or sum(leaf["by_state"].values()) != leaf["received"]
        ):
            self._fault(9, "count_differs", index)

    def _result(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        self.result, self.received_by_result = leaf, len(self.opinions)
        if leaf["received"] != len(self.opinions):
            self._fault(9, "count_differs", index)
        if sum(leaf["outcomes"].values()) != leaf["received"]:
            self._fault(9, "outcomes_differ", index)

    def _rotate(self, index: int, leaf: dict[str, Any], *_: bytes) -> None:
        if is_rotation_signed(leaf):
            self.rotations.append((leaf["old_key"], leaf["new_key"]))
        else:
            self._fault(3, "rotation_unsigned", index)
