"""Where a clause of an earlier draft stands now: an address once given still leads to it."""

from __future__ import annotations

from sqlalchemy import select

from participation.consultations.models import Clause, DraftVersion
from participation.consultations.queries.clauses import LONGEST_KEY, public_clauses, wording
from participation.kernel.db import db
from participation.kernel.text import normal_form

MOST_VERSIONS = 20


def present_key(
    consultation_id: int, draft_id: int, key: str, version: int | None = None
) -> str | None:
    """The key that a clause has in the draft `draft_id`; None where it is not in it.

    A key of that draft stands for itself. One of an earlier accepted draft (of `version`, where
    that is told, else the latest that has it) leads to the clause with the same words.
    """
    if len(key) > LONGEST_KEY or not key.isprintable():
        return None
    versions = db.session.execute(
        select(DraftVersion.id, DraftVersion.number)
        .where(
            DraftVersion.consultation_id == consultation_id,
            DraftVersion.accepted_at.is_not(None),
            DraftVersion.id <= draft_id,
        )
        .order_by(DraftVersion.id.desc())
        .limit(MOST_VERSIONS)
    ).all()
    wanted = [each.id for each in versions if version in (None, each.number)]
    holder = db.session.scalar(
        select(Clause.draft_id)
        .where(Clause.draft_id.in_(wanted), Clause.key == key)
        .order_by(Clause.draft_id.desc())
        .limit(1)
    )
    if holder is None or holder == draft_id:
        return key if holder is not None else None
    before, now = public_clauses(holder), public_clauses(draft_id)
    said = wording(before)
    words = next(normal_form(said[row.id]) for row in before if row.key == key)
    texts = wording(now)
    same = [row.key for row in now if normal_form(texts[row.id]) == words]
    return (key if key in same else same[0]) if same and words else None
