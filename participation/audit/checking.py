"""The whole audit gone through again: every entry, every place, every head, and an older head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from participation.audit import queries
from participation.audit.leaves import origin, public_key
from participation.audit.rules import LATE
from participation.kernel import clock
from participation.kernel.checkpoint import Head, is_signed_by, read_head
from participation.kernel.db import db, lift_statement_limits
from participation.kernel.merkle import Tree
from participation.kernel.verdict import N_

MOST_TOLD = 50


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was: a msgid, and what fills it."""

    sentence: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What a check found; `size` and `root` are the log's present ones."""

    size: int
    root: bytes
    heads: int
    faults: list[Fault]


def check(outside: str | None = None, key: str | None = None) -> Report:
    """Recompute everything; `outside` is a head kept elsewhere, `key` the verifier key kept there.

    Without a head from outside, whoever can write the database and use the key can have rewritten
    all of it. Raises ValueError where `outside` holds no head of this log.
    """
    wanted = read_head(note_in(outside)) if outside is not None else None
    key = key or public_key()
    faults: list[Fault] = []
    hashes: list[bytes] = []
    lift_statement_limits(db.session.connection())
    for row in queries.leaves_with_entries():
        faults += _of_leaf(row, len(hashes))
        hashes.append(row.hash)
    faults += [
        Fault(N_("第 %(id)s 号记录不在日志里：它是绕过系统写入的。"), {"id": each})
        for each in queries.left_out(clock.now() - LATE)
    ]
    tree = Tree(hashes)
    heads = queries.all_heads()
    for head in heads:
        faults += _of_head(head.note, tree, key)
    if outside is not None and wanted is not None:
        faults += _of_outside(wanted, note_in(outside), tree, key)
    return Report(len(hashes), tree.root(), len(heads), faults)


def _of_leaf(row: Row[Any], wanted: int) -> Iterator[Fault]:
    if row.place != wanted:
        yield Fault(N_("日志缺少第 %(index)s 位。"), {"index": wanted})
    if row.id is None:
        yield Fault(N_("第 %(id)s 号记录已被删除。"), {"id": row.entry_id})
    elif queries.hash_of(row) != row.hash:
        yield Fault(N_("第 %(id)s 号记录已被改动。"), {"id": row.entry_id})


def _of_head(note: str, tree: Tree, key: str) -> Iterator[Fault]:
    try:
        head = read_head(note)
    except ValueError:
        yield Fault(N_("有一个签名无法读取。"))
        return
    if not is_signed_by(note, key):
        yield Fault(N_("%(size)s 条处的签名不是用这把密钥签的。"), {"size": head.size})
    elif not _covers(head, tree):
        yield Fault(N_("%(size)s 条处的签名与现在的日志对不上。"), {"size": head.size})


def _of_outside(head: Head, note: str, tree: Tree, key: str) -> Iterator[Fault]:
    if not is_signed_by(note, key):
        yield Fault(N_("外面保存的签名不是用这把密钥签的。"))
    elif head.size > tree.size:
        yield Fault(
            N_("外面保存的签名有 %(size)s 条，现在只剩 %(left)s 条。"),
            {"size": head.size, "left": tree.size},
        )
    elif not _covers(head, tree):
        yield Fault(N_("前 %(size)s 条已经不是外面保存的签名所签的内容。"), {"size": head.size})


def _covers(head: Head, tree: Tree) -> bool:
    return head.size <= tree.size and tree.root(head.size) == head.root


def note_in(text: str) -> str:
    """The head's note in a file that may be a whole mail; raise ValueError where there is none."""
    plain = text.replace("\r\n", "\n")
    found = re.search(
        rf"^{re.escape(origin())}\n\d+\n[A-Za-z0-9+/=]+\n\n(?:— .+\n?)+", plain, re.MULTILINE
    )
    if found is None:
        raise ValueError(f"no head of {origin()}")
    return found[0].rstrip("\n") + "\n"
