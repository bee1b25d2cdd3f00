"""Signing heads, and changing the key that signs them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from participation.kernel import clock
from participation.kernel.checkpoint import public_of, verifier_key
from participation.kernel.checkpoint import sign_head as signed_note
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.merkle import Edge
from participation.kernel.verdict import N_
from participation.record import keys, leaves, queries
from participation.record.keys import KeyMissing
from participation.record.models import RecordHead, RecordKey
from participation.record.operations.log import LOG, locked_log
from participation.record.rules import Cause, Kind

_LOCKED = (
    select(LOG.c.origin, LOG.c.size, LOG.c.edge, LOG.c.signed)
    .where(LOG.c.consultation_id == bindparam("of"))
    .with_for_update()
)
_SIGNED = (
    update(LOG)
    .where(LOG.c.consultation_id == bindparam("of"))
    .values(signed=bindparam("size_signed"), unsigned_since=None)
)


def sign_head(consultation_id: int, cause: Cause) -> RecordHead | None:
    """Sign the log as it stands; None where nothing is new since the newest head.

    Raises KeyMissing where this process has not the key.
    """
    row = _new_leaves(consultation_id)
    return _sign(consultation_id, row, _present_private_key(), cause) if row else None


def rotate_key() -> RecordKey:
    """Sign with a new key from now on; every log gets a leaf signed by the old and the new one.

    The new key is the first of the settings, or is made and put first into the file. Raises
    KeyMissing where the old one is not at hand, Refused where the settings name no new one.
    """
    old = _present_private_key()
    if keys.is_in_settings():
        new = keys.private_keys()[0]
        if new == old:
            raise Refused(
                N_("PARTICIPATION_RECORD_KEY 里还没有新密钥。请把新密钥写在最前，旧密钥写在后面。")
            )
    else:
        new = keys.new_private_key()
        keys.put_first(new)
    present = queries.present_key()
    assert present is not None
    present.retired_at = clock.now()
    made = RecordKey(number=present.number + 1, public=public_of(new), created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    for consultation_id, _slug, _origin in queries.all_logs():
        _hand_over(consultation_id, old, new)
    return made


def _hand_over(consultation_id: int, old: bytes, new: bytes) -> None:
    # The old key signs for all that was before the change, the new one for the change itself.
    if row := _new_leaves(consultation_id):
        _sign(consultation_id, row, old, Cause.ROTATION)
    writer = locked_log(consultation_id)
    assert writer is not None
    old_key, new_key = (verifier_key(writer.origin, public_of(each)) for each in (old, new))
    writer.add(Kind.ROTATE, leaves.rotation(old_key, new_key, old, new, clock.now()))
    writer.store()
    _sign(consultation_id, _new_leaves(consultation_id), new, Cause.ROTATION)


def _new_leaves(consultation_id: int) -> Any:
    """The log's row, locked; None where its newest head covers it all."""
    row = db.session.execute(_LOCKED, {"of": consultation_id}).one_or_none()
    return None if row is None or row.size == row.signed else row


def _sign(consultation_id: int, row: Any, private: bytes, cause: Cause) -> RecordHead:
    root = Edge.from_bytes(row.size, row.edge).root()
    made = RecordHead(
        consultation_id=consultation_id,
        size=row.size,
        root=root,
        note=signed_note(row.origin, row.size, root, private),
        signed_at=clock.now(),
        cause=cause,
    )
    db.session.add(made)
    db.session.flush()
    db.session.execute(_SIGNED, {"of": consultation_id, "size_signed": row.size})
    return made


def _present_private_key() -> bytes:
    """The private key of the present public one, which is made where there never was one."""
    present, private = queries.present_key(), keys.private_keys()
    if present is None:
        present = _first_key(private or keys.make_key_file())
        private = keys.private_keys()
    for each in private:
        if public_of(each) == present.public:
            return each
    raise KeyMissing(f"record_key: none of {len(private)} keys is the one that signs")


def _first_key(private: list[bytes]) -> RecordKey:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    # Of two hosts with keys of their own one is the first; the other cannot sign and says so.
    db.session.execute(
        dialect.insert(RecordKey)
        .values(number=1, public=public_of(private[0]), created_at=clock.now())
        .on_conflict_do_nothing()
    )
    found = queries.present_key()
    assert found is not None
    return found
