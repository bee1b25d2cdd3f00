"""A proof of work serves once, for whatever was sent with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from participation.comments.models import SpentChallenge
from participation.comments.proving import Proof
from participation.kernel.db import Base, db
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_

SPENT = Base.metadata.tables[SpentChallenge.__tablename__]


def spend_proof(proof: Proof) -> None:
    """Use a proof up, in the transaction of what it is for; raise Invalid where it was used."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    made = db.session.execute(
        dialect.insert(SPENT)
        .values(challenge=proof.challenge, expires_at=proof.expires_at)
        .on_conflict_do_nothing()
        .returning(SPENT.c.challenge)
    ).one_or_none()
    if made is None:
        raise Invalid(N_("这次没有接收：同一次验证已经用过。请再按一次提交。"), field="proof")
