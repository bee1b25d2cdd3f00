"""The draft: uploaded, looked at line by line, accepted; and what of it is kept back."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask import redirect as redirect_to
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.consultations import operations, queries, rules
from participation.consultations.forms import ActForm, DraftForm
from participation.consultations.intake import take_draft
from participation.consultations.models import DraftVersion
from participation.consultations.parsed import UnreadableDraft
from participation.consultations.preview import annotated, counted, notices
from participation.consultations.rules import may_see_desk
from participation.consultations.views.entrance import act, bp, seen
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.storage import storage
from participation.web.access import current_actor, guarded
from participation.web.download import stored_file


@bp.route("/<slug>/draft", methods=["GET", "POST"])
@guarded(may_see_desk)
def draft(slug: str) -> Any:
    """The draft as it was read, with what should be checked; and a form for another file."""
    found, actor = seen(slug), current_actor()
    form = DraftForm()
    if request.method == "POST":
        rules.may_edit(actor, found.status, found.department_id).enforce()
    if form.validate_on_submit() and _take(slug, form):
        return redirect_to(url_for("consultations.draft", slug=slug), code=303)
    version = queries.pending_draft(found.id) or queries.current_draft(found.id)
    page = render_template(
        "consultations/draft.html",
        form=form,
        consultation=found,
        editable=rules.may_edit(actor, found.status, found.department_id),
        **_as_read(version),
    )
    return page, 422 if form.is_submitted() else 200


def _take(slug: str, form: DraftForm) -> bool:
    """Read the file in the child process, then keep what was read; say at the field what fails."""
    upload = form.file.data
    try:
        taken = take_draft(upload.filename or "", upload.read())
        with transaction():
            operations.read_draft(current_actor(), slug, taken)
    except UnreadableDraft as error:
        form.file.errors = [*form.file.errors, _(error.message_zh, **error.params)]
        return False
    except Refused as error:
        form.refuse(error)
        return False
    return True


def _as_read(version: DraftVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": None}
    clauses, warnings = queries.clauses_of(version.id), notices(version.warnings)
    return {
        "version": version,
        "lines": annotated(clauses, warnings),
        "warnings": warnings,
        "counts": counted(clauses),
    }


@bp.post("/<slug>/draft/<int:draft_id>/accept")
@guarded(may_see_desk)
def accept(slug: str, draft_id: int) -> Response:
    """Take the previewed draft."""
    seen(slug)
    return act(
        slug,
        lambda: operations.accept_draft(current_actor(), slug, draft_id),
        _("已确认草案。"),
    )


@bp.route("/<slug>/withheld-clauses", methods=["GET", "POST"])
@guarded(may_see_desk)
def clauses(slug: str) -> Any:
    """Choose in the draft itself which clauses are not made public (删减后公开)."""
    found, actor = seen(slug), current_actor()
    rules.may_edit(actor, found.status, found.department_id).enforce()
    form = ActForm()
    chosen: set[str] | None = None
    if form.validate_on_submit():
        chosen = set(request.form.getlist("selected"))
        try:
            with transaction():
                count = operations.withhold_clauses(actor, slug, chosen)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("已标出 %(count)s 个不公开的条款单元。", count=count))
            return redirect_to(url_for("consultations.manage", slug=slug), code=303)
    version = queries.current_draft(found.id)
    rows = queries.clauses_of(version.id) if version else []
    if chosen is None:
        chosen = {row.key for row in rows if row.is_withheld}
    page = render_template(
        "consultations/clauses.html",
        form=form,
        consultation=found,
        rows=rows,
        chosen=chosen,
        verdict=rules.may_withhold(found.publication_attribute),
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/<slug>/draft/<int:draft_id>/source")
@guarded(may_see_desk)
def source(slug: str, draft_id: int) -> Response:
    """The file as it was uploaded, for staff."""
    version = queries.draft_by_id(seen(slug).id, draft_id)
    content = storage().get(version.source_key)
    return stored_file(content, "application/octet-stream", version.source_name, is_public=False)
