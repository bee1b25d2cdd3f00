"""What the leaves of a log tell, read in their order, and what is wrong with them themselves."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from participation.comments.rules import Outcome
from participation.kernel.canonical import canonical
from participation.kernel.checkpoint import is_signature, read_verifier_key
from participation.kernel.merkle import leaf_hash
from participation.kernel.verdict import N_
from participation.record.checking.fault import Fault
from participation.record.leaves import numbers_in
from participation.record.rules import Kind, State


class LeafRow(NamedTuple):
    """A leaf as it is stored; `place` is its index."""

    place: int
    kind: str
    number: int | None
    data: bytes
    hash: bytes


@dataclass
class ToldOpinion:
    """How an opinion stands by the leaves."""

    index: int
    leaf_hash: bytes
    channel: str
    at: str
    c_body: str
    c_claim: str
    atts: tuple[str, ...] = ()
    state: State = State.WAITING
    reason: str | None = None
    c_shown: str | None = None


@dataclass
class ToldLog:
    """What the leaves tell, and the faults found while reading them."""

    hashes: list[bytes] = field(default_factory=list)
    opinions: dict[int, ToldOpinion] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    opening: dict[str, Any] = field(default_factory=dict)
    closes_at: str = ""
    close: dict[str, Any] | None = None
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, sentence: str, **params: object) -> None:
        """Note a fault."""
        self.faults.append(Fault(sentence, params))


def read_leaves(rows: Iterable[LeafRow]) -> ToldLog:
    """Read the leaves of a log, in the order of their indexes."""
    told = ToldLog()
    for row in rows:
        index = len(told.hashes)
        if row.place != index:
            told.fault(N_("第 %(index)s 号记录缺失。"), index=index)
        data, hashed = bytes(row.data), leaf_hash(bytes(row.data))
        told.hashes.append(hashed)
        if hashed != bytes(row.hash):
            told.fault(N_("第 %(index)s 号记录的内容与它的哈希值不符。"), index=row.place)
        leaf = _read(data)
        if leaf is None or leaf["kind"] != row.kind:
            told.fault(N_("第 %(index)s 号记录不是规定的格式。"), index=row.place)
            continue
        if (index == 0) is not (leaf["kind"] == Kind.OPEN):
            told.fault(N_("第 0 号记录应当是（也只有它是）开始征求意见的记录。"))
        try:
            _READERS[Kind(leaf["kind"])](told, row, leaf)
        except (KeyError, TypeError, ValueError):
            told.fault(N_("第 %(index)s 号记录不是规定的格式。"), index=row.place)
    if not told.hashes:
        told.fault(N_("记录是空的。"))
    return told


def _read(data: bytes) -> dict[str, Any] | None:
    try:
        leaf = json.loads(data)
        if isinstance(leaf, dict) and canonical(leaf) == data and leaf["v"] == 1:
            Kind(leaf["kind"])
            return leaf
    except (KeyError, ValueError, RecursionError):
        pass
    return None


def _opening(told: ToldLog, _row: LeafRow, leaf: dict[str, Any]) -> None:
    told.opening = leaf
    told.closes_at = leaf["closes_at"]


def _comment(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    number = leaf["number"]
    if number != len(told.opinions) + 1 or row.number != number:
        told.fault(N_("第 %(index)s 号记录的意见编号不连续或重复。"), index=row.place)
    told.opinions[number] = ToldOpinion(
        row.place,
        told.hashes[-1],
        leaf["channel"],
        leaf["at"],
        leaf["c_body"],
        leaf["c_claim"],
        tuple(leaf.get("atts", ())),
    )


def _survey(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    if leaf["response"] != len(told.answers) + 1:
        told.fault(N_("第 %(index)s 号记录的问卷编号不连续或重复。"), index=row.place)
    told.answers[row.number or 0] = leaf["c_answers"]


def _moderate(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    masked = leaf.get("masked", {})
    numbers = numbers_in(leaf["numbers"])
    if not {int(number) for number in masked} <= set(numbers):
        told.fault(N_("第 %(index)s 号记录隐去了别的意见。"), index=row.place)
    for number in numbers:
        opinion = _known(told, row, number)
        if opinion is not None:
            opinion.state = State(leaf["state"])
            opinion.reason = leaf.get("reason")
            opinion.c_shown = masked.get(str(number))


def _supersede(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    opinion = _known(told, row, leaf["number"])
    if opinion is not None:
        _compare_target(told, row, leaf, opinion)
        opinion.c_body = leaf["c_body"]


def _tombstone(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    opinion = _known(told, row, leaf["number"])
    if opinion is not None:
        _compare_target(told, row, leaf, opinion)
        opinion.state, opinion.reason = State.REMOVED, leaf["reason"]


def _known(told: ToldLog, row: LeafRow, number: int) -> ToldOpinion | None:
    opinion = told.opinions.get(number)
    if opinion is None:
        told.fault(
            N_("第 %(index)s 号记录说的是记录里没有的第 %(number)s 号意见。"),
            index=row.place,
            number=number,
        )
    elif opinion.state is State.REMOVED:
        told.fault(
            N_("第 %(index)s 号记录改变了已删除的第 %(number)s 号意见。"),
            index=row.place,
            number=number,
        )
        return None
    return opinion


def _compare_target(
    told: ToldLog, row: LeafRow, leaf: dict[str, Any], opinion: ToldOpinion
) -> None:
    if (leaf["index"], leaf["leaf_hash"]) != (opinion.index, opinion.leaf_hash.hex()):
        told.fault(N_("第 %(index)s 号记录指向的不是那条意见的记录。"), index=row.place)


def _amend(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    if leaf["closes_at"] <= told.closes_at:
        told.fault(N_("第 %(index)s 号记录把截止时间提前了。"), index=row.place)
    told.closes_at = leaf["closes_at"]


def _close(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    counted = leaf["received"], leaf["surveys"]
    sums = sum(leaf["by_channel"].values()), sum(leaf["by_state"].values())
    if counted != (len(told.opinions), len(told.answers)) or sums != (counted[0],) * 2:
        told.fault(N_("第 %(index)s 号记录（截止）的数目与此前的记录不符。"), index=row.place)
    told.close = leaf


def _result(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    outcomes = leaf["outcomes"]
    right = set(outcomes) == set(Outcome) and sum(outcomes.values()) == leaf["received"]
    if not right or leaf["received"] != len(told.opinions):
        told.fault(N_("第 %(index)s 号记录（采纳情况）的数目与此前的记录不符。"), index=row.place)
    told.results[row.place] = leaf


def _rotate(told: ToldLog, row: LeafRow, leaf: dict[str, Any]) -> None:
    message = canonical({name: value for name, value in leaf.items() if name != "signatures"})
    named = leaf["old_key"], leaf["new_key"]
    signed = all(
        is_signature(read_verifier_key(key)[1], _raw(signature), message)
        for key, signature in zip(named, leaf["signatures"], strict=True)
    )
    follows = not told.keys or told.keys[-1] == named[0]
    if not signed or not follows:
        told.fault(N_("第 %(index)s 号记录（更换密钥）的签名不对。"), index=row.place)
    told.keys = [*(told.keys or [named[0]]), named[1]]


def _raw(signature: str) -> bytes:
    return base64.b64decode(signature, validate=True)


def _nothing(_told: ToldLog, _row: LeafRow, _leaf: dict[str, Any]) -> None:
    pass


_READERS = {
    Kind.OPEN: _opening,
    Kind.COMMENT: _comment,
    Kind.SURVEY: _survey,
    Kind.MODERATE: _moderate,
    Kind.SUPERSEDE: _supersede,
    Kind.TOMBSTONE: _tombstone,
    Kind.AMEND: _amend,
    Kind.OUTAGE: _nothing,
    Kind.CLOSE: _close,
    Kind.RESULT: _result,
    Kind.ROTATE: _rotate,
}
