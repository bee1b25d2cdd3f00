"""Taking an uploaded table in, and letting go of one that is not wanted or waited too long."""

from __future__ import annotations

from participation.comments.operations.attaching import drop_contents
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_shared
from participation.importing import queries, rules
from participation.importing.events import ImportDropped, TableUploaded
from participation.importing.models import Import
from participation.importing.rules import ENDED, KEPT_UNFINISHED, ImportState
from participation.importing.spool import Spooled
from participation.kernel import clock, jobs
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.events import record

FORGET = "importing.forget"


def keep_table(actor: Actor, slug: str, table: Spooled) -> Import:
    """Keep an uploaded table until it is imported, or for `KEPT_UNFINISHED`."""
    consultation = lock_shared(slug)
    _may_import(actor, consultation)
    assert actor.id is not None
    made = Import(
        consultation_id=consultation.id,
        uploaded_by_id=actor.id,
        uploaded_at=clock.now(),
        file_name=table.name,
        file_digest=table.digest,
        ref=table.ref,
        rows_key=table.key,
        sheet=table.sheet,
        other_sheets=table.others,
        rows=table.rows,
        columns=table.columns,
        header_row=table.header_row,
        mapping={},
        defaults={},
    )
    db.session.add(made)
    db.session.flush()
    jobs.enqueue(FORGET, {"import_id": made.id}, run_at=clock.now() + KEPT_UNFINISHED)
    record(
        TableUploaded(
            actor=actor, consultation_id=consultation.id, import_id=made.id, rows=made.rows
        )
    )
    return made


def drop_import(actor: Actor, slug: str, import_id: int) -> Import:
    """Let go of a table that is not to be imported, or not to its end."""
    consultation, found = locked(actor, slug, import_id)
    rules.may_move(found.state, ImportState.DROPPED).enforce()
    _drop(actor, consultation, found)
    return found


def forget_import(import_id: int) -> None:
    """Let go of a table that waited too long; one that is done is gone already."""
    consultation = lock_shared(queries.consultation_of(import_id))
    found = queries.locked(import_id)
    if found.state not in ENDED:
        _drop(SYSTEM, consultation, found)


def locked(actor: Actor, slug: str, import_id: int) -> tuple[Consultation, Import]:
    """An import that the actor may work on, for change; raise NotFound for another matter's."""
    consultation = lock_shared(slug)
    _may_import(actor, consultation)
    return consultation, queries.locked(import_id, consultation.id)


def _may_import(actor: Actor, consultation: Consultation) -> None:
    stage = consultation.stage(clock.now())
    rules.may_import(actor, stage, consultation.department_id).enforce()


def _drop(actor: Actor, consultation: Consultation, found: Import) -> None:
    end(found, ImportState.DROPPED)
    record(ImportDropped(actor=actor, consultation_id=consultation.id, import_id=found.id))


def end(found: Import, state: ImportState) -> None:
    """Nothing more is read: the rows leave the storage, what is in stays in."""
    assert found.rows_key is not None
    key, found.rows_key = found.rows_key, None
    found.state, found.ended_at, found.trouble = state, clock.now(), ""
    db.session.flush()
    drop_contents([key])
