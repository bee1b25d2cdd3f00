"""Trying a table and entering it, a piece per transaction that keeps how far it came.

Whoever is killed between two pieces has done the one and not begun the other; a job that comes
twice, or late, finds its piece done and does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert

from participation.accounts.queries import actor_for, user_by_id
from participation.comments.operations.series import lock_series
from participation.comments.operations.submit import enter_in
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_shared
from participation.importing import queries, rules
from participation.importing.events import ImportFinished, ImportStarted, ImportStopped
from participation.importing.models import Import, ImportedRow, ImportNote
from participation.importing.operations.interpreting import Interpreter, Reading, remark_of
from participation.importing.operations.keeping import end, locked
from participation.importing.rules import (
    BATCH,
    CHECKED_AT_ONCE,
    MOST_NOTES,
    Again,
    Field,
    ImportState,
    Note,
)
from participation.importing.spool import Row, Unopenable, blocks_from
from participation.kernel import clock, jobs
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.events import record
from participation.kernel.verdict import N_

GO_ON = "importing.go_on"
UNOPENABLE = N_("上传的表格已经打不开（加密的密钥换了）。请重新上传，已经导入的行不会重复。")
GONE = N_("开始导入的人已不在岗，请由现在的经办人继续。")
FAILED = N_("上一批没有做成，系统会再试；也可以现在继续。")


def plan_import(
    actor: Actor,
    slug: str,
    import_id: int,
    *,
    header_row: int,
    mapping: Mapping[Field, int],
    defaults: Mapping[str, str],
) -> Import:
    """Say what the columns are and try all rows; `defaults` are of channel, day, stance, again."""
    consultation, found = locked(actor, slug, import_id)
    rules.may_move(found.state, ImportState.CHECKING).enforce()
    if Field.BODY not in mapping:
        raise Invalid(N_("请选出哪一栏是意见内容。"), field=Field.BODY)
    if len(set(mapping.values())) < len(mapping):
        raise Invalid(N_("有一栏选了两次。每一栏只能用一次。"), field=Field.BODY)
    if any(column >= found.columns for column in mapping.values()):
        raise Invalid(N_("表格里没有选的这一栏。"), field=Field.BODY)
    if defaults["again"] not in list(Again):
        raise Invalid(N_("请选择相同的行怎样处理。"), field="again")
    found.header_row = header_row
    found.mapping = {field.value: column for field, column in mapping.items()}
    found.defaults = dict(defaults)
    _begin(actor, found, ImportState.CHECKING)
    _go_on(consultation, found)
    return found


def start_import(actor: Actor, slug: str, import_id: int) -> Import:
    """Begin to enter a table that was tried, or go on with one that was stopped."""
    consultation, found = locked(actor, slug, import_id)
    rules.may_move(found.state, ImportState.RUNNING).enforce()
    if found.state is ImportState.CHECKED:
        _begin(actor, found, ImportState.RUNNING)
    found.state, found.run_by_id, found.trouble = ImportState.RUNNING, actor.id, ""
    record(
        ImportStarted(
            actor=actor, consultation_id=consultation.id, import_id=found.id, place=found.place
        )
    )
    _plan_next(found)
    return found


def stop_import(actor: Actor, slug: str, import_id: int) -> Import:
    """Stop between two pieces; what is in stays in, and it can go on from there."""
    consultation, found = locked(actor, slug, import_id)
    rules.may_move(found.state, ImportState.STOPPED).enforce()
    _stop(actor, consultation, found)
    return found


def go_on(import_id: int, block: int) -> None:
    """Do the next piece, where it is the one that begins at this block; plan the one after it."""
    try:
        consultation = lock_shared(queries.consultation_of(import_id))
    except NotFound:
        return
    if queries.state_of(import_id) is ImportState.RUNNING:
        # In one order everywhere: consultation, series, then the rest.
        lock_series(consultation.id)
    found = queries.locked(import_id)
    if found.block == block:
        _go_on(consultation, found)


def note_trouble(import_id: int) -> None:
    """Tell on the import's page that a piece failed."""
    found = queries.locked(import_id)
    if found.state in (ImportState.CHECKING, ImportState.RUNNING):
        found.trouble = FAILED
        db.session.flush()


def _begin(actor: Actor, found: Import, state: ImportState) -> None:
    found.state, found.run_by_id, found.trouble = state, actor.id, ""
    found.block = found.offset = found.place = 0
    found.ready = found.known = found.refused = found.warned = 0
    db.session.execute(delete(ImportNote).where(ImportNote.import_id == found.id))
    db.session.flush()


def _go_on(consultation: Consultation, found: Import) -> None:
    if found.state not in (ImportState.CHECKING, ImportState.RUNNING):
        return
    try:
        actor = _actor_of(found, consultation)
        is_trial = found.state is ImportState.CHECKING
        blocks = CHECKED_AT_ONCE // BATCH if is_trial else 1
        rows = _next_rows(found, blocks)
    except Refused as error:
        _stand_still(found, error.reason)
        return
    except Unopenable:
        _stand_still(found, UNOPENABLE)
        return
    found.trouble = ""
    if is_trial:
        _try(consultation, found, rows)
    else:
        _enter(actor, consultation, found, rows)
    if found.place < found.rows:
        _plan_next(found)
    elif is_trial:
        found.state = ImportState.CHECKED
    else:
        _finish(actor, consultation, found)
    db.session.flush()


def _actor_of(found: Import, consultation: Consultation) -> Actor:
    """Who pressed, with the rights of today; raise Refused where they have none any more."""
    assert found.run_by_id is not None
    user = user_by_id(found.run_by_id)
    if not user.is_active:
        raise Refused(GONE)
    actor = actor_for(user)
    stage = consultation.stage(clock.now())
    rules.may_import(actor, stage, consultation.department_id).enforce()
    return actor


def _stand_still(found: Import, why: str) -> None:
    if found.state is ImportState.RUNNING:
        found.state = ImportState.STOPPED
    found.trouble = why
    db.session.flush()


def _next_rows(found: Import, blocks: int) -> list[Row]:
    """The rows of the next blocks, the place moved behind them; heads and what is above are out."""
    assert found.rows_key is not None
    rows: list[Row] = []
    there = blocks_from(found.rows_key, found.ref, found.block, found.offset)
    for block, end_at in islice(there, blocks):
        found.block, found.offset = found.block + 1, end_at
        found.place += len(block)
        rows += block
    return [row for row in rows if row.number > found.header_row]


def _try(consultation: Consultation, found: Import, rows: Sequence[Row]) -> None:
    interpreter = Interpreter(found, consultation)
    known = _known(found, rows)
    for row in rows:
        if row.digest in known:
            found.known += 1
            continue
        reading = interpreter.read(row)
        _count(found, reading)
        _note(found, row, reading)


def _enter(actor: Actor, consultation: Consultation, found: Import, rows: Sequence[Row]) -> None:
    interpreter = Interpreter(found, consultation)
    known = _known(found, rows)
    number = lock_series(consultation.id)
    for row in rows:
        if row.digest in known:
            found.known += 1
            continue
        reading = interpreter.read(row)
        if reading.entry is not None:
            try:
                comment = enter_in(actor, consultation, number + 1, reading.entry)
            except Invalid as error:
                reading = Reading(None, [*reading.remarks, remark_of(error)])
            else:
                number += 1
                db.session.add(
                    ImportedRow(
                        comment_id=comment.id,
                        consultation_id=consultation.id,
                        import_id=found.id,
                        row=row.number,
                        digest=row.digest,
                    )
                )
        _count(found, reading)
        _note(found, row, reading)
    db.session.flush()


def _known(found: Import, rows: Sequence[Row]) -> set[str]:
    """Digests of the rows that are in: of this very file, or of any where the officer says so."""
    file_digest = None if found.defaults["again"] == Again.SKIP else found.file_digest
    digests = [row.digest for row in rows]
    return queries.known_rows(found.consultation_id, digests, file_digest)


def _count(found: Import, reading: Reading) -> None:
    if reading.entry is None:
        found.refused += 1
        return
    found.ready += 1
    if reading.remarks:
        found.warned += 1


def _note(found: Import, row: Row, reading: Reading) -> None:
    # Of each kind the first thousand; all are counted.
    kind = Note.ERROR if reading.entry is None else Note.WARNING
    told = found.refused if kind is Note.ERROR else found.warned
    if not reading.remarks or told > MOST_NOTES:
        return
    values: list[dict[str, Any]] = [
        {
            "import_id": found.id,
            "row": row.number,
            "kind": each.kind,
            "field": each.field,
            "sentence": each.sentence,
            "params": each.params,
        }
        for each in reading.remarks
    ]
    db.session.execute(insert(ImportNote), values)


def _plan_next(found: Import) -> None:
    jobs.enqueue(GO_ON, {"import_id": found.id, "block": found.block})


def _stop(actor: Actor, consultation: Consultation, found: Import) -> None:
    found.state = ImportState.STOPPED
    db.session.flush()
    record(
        ImportStopped(
            actor=actor, consultation_id=consultation.id, import_id=found.id, place=found.place
        )
    )


def _finish(actor: Actor, consultation: Consultation, found: Import) -> None:
    end(found, ImportState.DONE)
    record(
        ImportFinished(
            actor=actor,
            consultation_id=consultation.id,
            import_id=found.id,
            entered=found.ready,
            known=found.known,
            refused=found.refused,
        )
    )
