"""The draft of a consultation: read, looked at, accepted; and what of it is kept back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert, update

from participation.consultations import queries, rules
from participation.consultations.events import ClausesWithheld, DraftAccepted, DraftRead
from participation.consultations.intake import Upload
from participation.consultations.models import Clause, DraftVersion
from participation.consultations.parsed import ParsedClause
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, Refused
from participation.kernel.events import record
from participation.kernel.text import excerpt
from participation.kernel.verdict import N_


def read_draft(actor: Actor, slug: str, upload: Upload) -> DraftVersion:
    """Keep a read draft for its preview; an earlier one not yet accepted loses its clauses."""
    found = queries.lock_exclusive(slug)
    rules.may_edit(actor, found.status, found.department_id).enforce()
    assert actor.id is not None
    latest = queries.latest_draft(found.id)
    if latest is not None and latest.accepted_at is None:
        db.session.execute(delete(Clause).where(Clause.draft_id == latest.id))
    draft = upload.draft
    made = DraftVersion(
        consultation_id=found.id,
        number=latest.number + 1 if latest else 1,
        title=draft.title[:300],
        front_matter=list(draft.preamble),
        warnings=[
            {
                "line": each.line,
                "code": each.code,
                "message": each.message,
                "params": dict(each.params),
            }
            for each in draft.warnings
        ],
        source_name=upload.name,
        source_key=upload.key,
        source_size=upload.size,
        clause_count=len(draft.clauses),
        created_at=clock.now(),
        created_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    _keep_clauses(made.id, draft.clauses)
    record(DraftRead(actor=actor, consultation_id=found.id, draft_id=made.id, number=made.number))
    return made


def accept_draft(actor: Actor, slug: str, draft_id: int) -> DraftVersion:
    """Make the draft last read the one that is put to the public; twice is once."""
    found = queries.lock_exclusive(slug)
    rules.may_edit(actor, found.status, found.department_id).enforce()
    draft = queries.latest_draft(found.id)
    if draft is None or draft.id != draft_id:
        raise Refused(N_("这一稿已被新上传的文件替换，请重新核对。"))
    if draft.accepted_at is not None:
        return draft
    if not draft.clause_count:
        raise Refused(N_("这一稿没有读出任何条款，不能确认。请换一个文件。"))
    draft.accepted_at = clock.now()
    db.session.flush()
    record(
        DraftAccepted(
            actor=actor,
            consultation_id=found.id,
            draft_id=draft.id,
            number=draft.number,
            clauses=draft.clause_count,
        )
    )
    return draft


def withhold_clauses(actor: Actor, slug: str, keys: Iterable[str]) -> int:
    """Keep exactly these clauses, and what stands below them, from the public; how many are."""
    found = queries.lock_exclusive(slug)
    rules.may_edit(actor, found.status, found.department_id).enforce()
    wanted = set(keys)
    if wanted:
        rules.may_withhold(found.publication_attribute).enforce()
    draft = queries.current_draft(found.id)
    if draft is None:
        raise Refused(N_("还没有确认草案，请先上传并确认。"))
    clauses = queries.clauses_of(draft.id)
    if unknown := wanted - {each.key for each in clauses}:
        raise Invalid(N_("草案里没有条款“%(key)s”。"), {"key": excerpt(min(unknown), 40)})
    kept = queries.subtree(clauses, wanted)
    if len(kept) == len(clauses):
        raise Refused(N_("全部条款都不公开的，请把公开属性改为不予公开。"))
    for each in clauses:
        if each.is_withheld != (each.id in kept):
            statement = update(Clause).where(Clause.id == each.id)
            db.session.execute(statement.values(is_withheld=each.id in kept))
    record(ClausesWithheld(actor=actor, consultation_id=found.id, count=len(kept)))
    return len(kept)


def _keep_clauses(draft_id: int, clauses: Sequence[ParsedClause]) -> None:
    """Insert the tree from its top, one statement for each depth."""
    ids: dict[str, int] = {}
    placed = sorted(enumerate(clauses), key=lambda pair: pair[1].depth)
    for _depth, level in groupby(placed, key=lambda pair: pair[1].depth):
        rows = [_row(draft_id, position, each, ids) for position, each in level]
        returned = db.session.scalars(
            insert(Clause).returning(Clause.id, sort_by_parameter_order=True), rows
        ).all()
        ids.update(zip((row["key"] for row in rows), returned, strict=True))


def _row(draft_id: int, position: int, clause: ParsedClause, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "parent_id": ids[clause.parent_key] if clause.parent_key else None,
        "position": position,
        "depth": clause.depth,
        "key": clause.key,
        "kind": clause.kind,
        "number": clause.number[:20],
        "label": excerpt(clause.label, 200),
        "short_label": excerpt(clause.short_label, 80),
        "text": clause.text,
        "is_withheld": False,
        "line": clause.line,
    }
