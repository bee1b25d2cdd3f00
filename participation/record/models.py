"""Tables of the record: each consultation's log with its leaves, nodes, openings and signed heads.

Leaves, nodes and heads are only ever added. Openings are deleted by a removal, and with them what
a commitment says.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, Instant
from participation.kernel.storage import StorageKey


class RecordLog(Base):
    """The log of one consultation; its row is locked by every append, which makes the order.

    `edge` are the hashes of the tree's right edge (`kernel.merkle.Edge`). `signed` is the size of
    the newest head; `unsigned_since` is when the first leaf after it was added, if there is one.
    """

    __tablename__ = "record_log"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(String(300))
    size: Mapped[int] = mapped_column(default=0)
    edge: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    # How many of the leaves are survey responses: the next one's number is one more.
    surveys: Mapped[int] = mapped_column(default=0)
    signed: Mapped[int] = mapped_column(default=0)
    unsigned_since: Mapped[datetime | None] = mapped_column(Instant, index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)


class RecordLeaf(Base):
    """One leaf: the canonical JSON as it was hashed.

    `number` is the opinion's of a `comment`, `supersede` or `tombstone`, and the response's id of
    a `survey`; `at` is when the leaf was added.
    """

    __tablename__ = "record_leaf"
    # Without a number the last of a kind is found by it as well (`number IS NULL`).
    __table_args__ = (Index("ix_record_leaf_kind", "consultation_id", "kind", "number", "index"),)

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("record_log.consultation_id"), primary_key=True
    )
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    number: Mapped[int | None]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(Instant)


class RecordNode(Base):
    """A complete subtree of 2^level leaves; level 0 are the leaves' own hashes."""

    __tablename__ = "record_node"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("record_log.consultation_id"), primary_key=True
    )
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class RecordOpening(Base):
    """The salt that opens a commitment of a leaf; `number` as in the leaf, or as a key of `masked`.

    Field `answers` is a survey response's, the others are an opinion's.
    """

    __tablename__ = "record_opening"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("record_log.consultation_id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class RecordHead(Base):
    """A signed head: the root of the first `size` leaves, as a note that is passed on as it is."""

    __tablename__ = "record_head"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("record_log.consultation_id"), primary_key=True
    )
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    cause: Mapped[str] = mapped_column(String(12))


class RecordMap(Base):
    """What a `result` leaf's `map_sha256` is of: canonical JSON of [number, point or 0, outcome].

    Kept as it was hashed: outcomes of later versions differ.
    """

    __tablename__ = "record_map"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("record_log.consultation_id"), primary_key=True
    )
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RecordKey(Base):
    """A public key that heads are signed with; the present one has no `retired_at`.

    They are numbered, so that of two processes that make the first one, one makes it.
    """

    __tablename__ = "record_key"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class RecordPackage(Base):
    """The open-data package as it is handed out: a ZIP in the storage, its SHA-256 the key.

    `leaves` are how many it holds. There is no row from a removal on until it is built anew.
    """

    __tablename__ = "record_package"

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("record_log.consultation_id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(StorageKey)
    size: Mapped[int]
    leaves: Mapped[int]
    cause: Mapped[str] = mapped_column(String(12))
    built_at: Mapped[datetime] = mapped_column(Instant)
