"""The check of a log from the inside: leaves, tree and heads anew, and every row against them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from participation.kernel.checkpoint import is_signed_by, read_head, verifier_key
from participation.kernel.db import db, lift_statement_limits
from participation.kernel.errors import NotFound
from participation.kernel.merkle import Edge, Tree
from participation.kernel.verdict import N_
from participation.record import queries
from participation.record.checking.fault import Fault
from participation.record.checking.rows import row_faults
from participation.record.checking.telling import LeafRow, ToldLog, read_leaves
from participation.record.models import RecordHead, RecordLeaf, RecordLog, RecordNode

__all__ = ["Fault", "examine", "faults_of"]

CHUNK = 2_000


def faults_of(consultation_id: int) -> list[Fault]:
    """Everything that is wrong with a consultation's log, its heads and the rows it tells of.

    Reads all of them in one snapshot: nothing may be open in the session. Nobody has to trust it:
    the same is found by `verify.py` from the published package, which trusts no database.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        snapshot = {"isolation_level": "REPEATABLE READ"}
        lift_statement_limits(db.session.connection(execution_options=snapshot))
    try:
        return examine(consultation_id)
    finally:
        db.session.rollback()


def examine(consultation_id: int) -> list[Fault]:
    """The same in the session's own transaction, which is to be one snapshot."""
    log = queries.log_of(consultation_id)
    if log is None:
        raise NotFound(str(consultation_id))
    told = read_leaves(_leaves(consultation_id))
    tree = Tree(told.hashes)
    return [
        *told.faults,
        *_tree_faults(log, tree, told),
        *_head_faults(log, tree, told),
        *row_faults(consultation_id, told),
    ]


_COLUMNS = (
    RecordLeaf.index,
    RecordLeaf.kind,
    RecordLeaf.number,
    RecordLeaf.data,
    RecordLeaf.hash,
)


def _leaves(consultation_id: int) -> Iterator[LeafRow]:
    done = -1
    while True:
        rows = db.session.execute(
            select(*_COLUMNS)
            .where(RecordLeaf.consultation_id == consultation_id, RecordLeaf.index > done)
            .order_by(RecordLeaf.index)
            .limit(CHUNK)
        ).all()
        for row in rows:
            found = LeafRow._make(row)
            done = found.place
            yield found
        if len(rows) < CHUNK:
            return


def _tree_faults(log: RecordLog, tree: Tree, told: ToldLog) -> Iterator[Fault]:
    if log.size != tree.size:
        yield Fault(
            N_("记录应有 %(size)s 条，实有 %(count)s 条。"), {"size": log.size, "count": tree.size}
        )
    try:
        root = Edge.from_bytes(log.size, bytes(log.edge)).root()
    except ValueError:
        root = b""
    if root != tree.root():
        yield Fault(N_("由各条记录算出的根与保存的不符。"))
    if log.surveys != len(told.answers):
        yield Fault(N_("问卷记录的计数不对。"))
    stored = db.session.execute(
        select(RecordNode.level, RecordNode.index, RecordNode.hash)
        .where(RecordNode.consultation_id == log.consultation_id)
        .order_by(RecordNode.level, RecordNode.index)
    )
    kept = [(level, index, bytes(each)) for level, index, each in stored]
    if kept != list(tree.nodes()):
        yield Fault(N_("保存的中间节点与由各条记录算出的不符。"))


def _head_faults(log: RecordLog, tree: Tree, told: ToldLog) -> Iterator[Fault]:
    keys = queries.verifier_keys(log.consultation_id, log.origin)
    if told.keys and keys != told.keys:
        yield Fault(N_("签名公钥的次序与更换密钥的记录不符。"))
    present = queries.present_key()
    now = present and verifier_key(log.origin, bytes(present.public))
    if told.keys and told.keys[-1] != now:
        yield Fault(N_("现用的签名公钥没有更换密钥的记录。"))
    last = 0
    for head in queries.heads(log.consultation_id):
        last = head.size
        yield from _one_head_faults(log, head, tree, keys)
    if log.signed != last or (log.unsigned_since is None) is not (last == log.size):
        yield Fault(N_("最新的签名树头与记录的登记不符。"))


def _one_head_faults(
    log: RecordLog, head: RecordHead, tree: Tree, keys: list[str]
) -> Iterator[Fault]:
    named: dict[str, object] = {"size": head.size}
    if head.size > tree.size or tree.root(head.size) != bytes(head.root):
        yield Fault(N_("第 %(size)s 条时的签名树头与记录不符：记录被改动过。"), named)
    try:
        read = read_head(head.note)
    except ValueError:
        read = None
    if read is None or (read.origin, read.size, read.root) != (log.origin, head.size, head.root):
        yield Fault(N_("第 %(size)s 条时的签名树头不是规定的格式。"), named)
    elif not any(is_signed_by(head.note, key) for key in keys):
        yield Fault(N_("第 %(size)s 条时的树头的签名不对。"), named)
