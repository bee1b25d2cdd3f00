"""The list of a matter's imports with the upload, and the page of one import as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments.rules import Channel, Stance
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.consultations.rules import may_see_desk
from participation.importing import operations, queries, rules
from participation.importing.forms import (
    PlanForm,
    TableForm,
    column_choices,
    letter_of,
    refuse_plan,
)
from participation.importing.headings import proposed_mapping
from participation.importing.models import Import
from participation.importing.queries import NOTES_SHOWN
from participation.importing.rules import LARGEST_TABLE, ImportState, Note
from participation.importing.spool import Row, Unopenable, spool_table
from participation.importing.views.entrance import DESK, bp, entered, entered_import, to_import
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.web.access import current_actor, guarded

PLANNED = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED)


@bp.route(DESK, methods=["GET", "POST"])
@guarded(may_see_desk)
@limited("upload")
def listed(slug: str) -> Any:
    """Who imported what and when; a table to upload."""
    consultation, verdict = entered(slug)
    form, status = TableForm(), 200
    if request.method == "POST":
        verdict.enforce()
        status = 422
        if form.validate_on_submit():
            try:
                upload = form.file.data
                table = spool_table(upload.filename or "", upload.stream.read(LARGEST_TABLE + 1))
                with transaction():
                    made = operations.keep_table(current_actor(), slug, table)
                return to_import(slug, made.id)
            except Refused as error:
                form.refuse(error)
                consultation, verdict = entered(slug)
    page = render_template(
        "importing/listed.html",
        consultation=consultation,
        imports=queries.of_consultation(consultation.id) if verdict else [],
        form=form,
        verdict=verdict,
        words=rules.STATE_WORDS,
    )
    return page, status


@bp.get(f"{DESK}/<int:import_id>")
@guarded(may_see_desk)
def show(slug: str, import_id: int) -> Any:
    """An import as it stands: the trial's result, the progress, or what came of it."""
    consultation, found = entered_import(slug, import_id)
    if found.state is ImportState.UPLOADED:
        return redirect(url_for("importing.plan", slug=slug, import_id=import_id))
    return _page(consultation, found)


@bp.route(f"{DESK}/<int:import_id>/columns", methods=["GET", "POST"])
@guarded(may_see_desk)
def plan(slug: str, import_id: int) -> Any:
    """The first rows, and which column is what; sent, all rows are tried."""
    consultation, found = entered_import(slug, import_id)
    if found.state not in PLANNED:
        return to_import(slug, import_id)
    try:
        rows = queries.first_rows(found)
    except Unopenable:
        return to_import(slug, import_id, _("上传的表格已经打不开，请重新上传。"), "error")
    heads = _heads(rows, found.header_row)
    form = PlanForm(
        column_choices(found.columns, heads),
        [row.number for row in rows],
        data=_given(consultation, found, heads),
    )
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction():
                    operations.plan_import(
                        current_actor(),
                        slug,
                        import_id,
                        header_row=int(form.header_row.data),
                        mapping=form.mapping(),
                        defaults=form.defaults(),
                    )
                return to_import(slug, import_id)
            except Invalid as error:
                refuse_plan(form, error)
            consultation, found = entered_import(slug, import_id)
    page = render_template(
        "importing/plan.html",
        consultation=consultation,
        found=found,
        form=form,
        rows=rows,
        letters=[letter_of(column) for column in range(found.columns)],
    )
    return page, status


def _heads(rows: Sequence[Row], header_row: int) -> list[str]:
    return next((row.cells for row in rows if row.number == header_row), [])


def _given(consultation: Consultation, found: Import, heads: Sequence[str]) -> dict[str, Any]:
    """The officer's last answers, or what the heads propose; the last day of the window so far."""
    known = found.mapping or {
        field.value: column for field, column in proposed_mapping(heads).items()
    }
    given: dict[str, Any] = {f"column_{field}": str(column) for field, column in known.items()}
    given["header_row"] = str(found.header_row)
    if found.defaults:
        return {**given, **found.defaults, "day": date.fromisoformat(found.defaults["day"])}
    now = clock.now()
    assert consultation.closes_at is not None
    last = (
        now if now < consultation.closes_at else consultation.closes_at - timedelta(microseconds=1)
    )
    return {
        **given,
        "channel": Channel.LETTER,
        "day": last.astimezone(zone()).date(),
        "stance": Stance.SUGGEST,
    }


def _page(consultation: Consultation, found: Import) -> str:
    after = request.args.get("after", 0, type=int)
    kind = Note.WARNING if request.args.get("kind") == Note.WARNING else Note.ERROR
    notes = queries.notes_of(found.id, kind, max(0, min(after, 2**31 - 1)))
    return render_template(
        "importing/show.html",
        consultation=consultation,
        found=found,
        states=ImportState,
        kind=kind,
        notes=notes[:NOTES_SHOWN],
        next=notes[NOTES_SHOWN - 1].id if len(notes) > NOTES_SHOWN else None,
        words=rules,
    )
