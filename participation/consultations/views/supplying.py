"""The documents of the package: listed, put beside the draft, taken down; the text in force."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask import redirect as redirect_to
from flask_babel import gettext as _

from participation.consultations import operations, queries, rules
from participation.consultations.comparing import Pair, compared, counted, units_of
from participation.consultations.folding import leaves_of
from participation.consultations.forms import DocumentForm, RemovalForm
from participation.consultations.intake import take_document
from participation.consultations.kinds import DocumentKind
from participation.consultations.models import Consultation, TextInForce
from participation.consultations.parsed import UnreadableDraft
from participation.consultations.preview import notices
from participation.consultations.rules import Status, may_see_desk
from participation.consultations.views.entrance import bp, seen
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.web.access import current_actor, guarded


@bp.route("/<slug>/documents", methods=["GET", "POST"])
@guarded(may_see_desk)
def documents(slug: str) -> Any:
    """What stands beside the draft, and a form for one more."""
    found, actor = seen(slug), current_actor()
    may = rules.may_supply(actor, found.status, found.department_id)
    if request.method == "POST":
        may.enforce()
    form = DocumentForm()
    if form.validate_on_submit() and _take(slug, form):
        return redirect_to(url_for("consultations.documents", slug=slug), code=303)
    in_force = queries.text_in_force(found.id)
    page = render_template(
        "consultations/documents.html",
        consultation=found,
        form=form,
        may=may,
        documents=queries.documents_of(found.id),
        in_force=in_force,
        warnings=notices(in_force.warnings) if in_force else [],
        figures=counted(_pairs(found, in_force)) if in_force else None,
    )
    return page, 422 if form.is_submitted() else 200


def _take(slug: str, form: DocumentForm) -> bool:
    """Look into the file in the child process, then keep it; say at the field what is wrong."""
    kind, upload = DocumentKind(form.kind.data), form.file.data
    try:
        taken = take_document(kind, upload.filename or "", upload.read())
        with transaction():
            operations.add_document(current_actor(), slug, kind, form.title.data, taken)
    except UnreadableDraft as error:
        form.file.errors = [*form.file.errors, _(error.message_zh, **error.params)]
        return False
    except Refused as error:
        form.refuse(error)
        return False
    if kind is DocumentKind.TEXT_IN_FORCE and taken.text is None:
        flash(_("已放入。这种文件读不出条款，不能逐条对照；需要对照的，请另传 .docx 或者 .txt。"))
    else:
        flash(_("已放入。"))
    return True


@bp.route("/<slug>/documents/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(may_see_desk)
def remove_document(slug: str, document_id: int) -> Any:
    """Take a document down; what was public needs a reason that the public reads."""
    found, actor = seen(slug), current_actor()
    rules.may_supply(actor, found.status, found.department_id).enforce()
    document = queries.document_by_id(found.id, document_id)
    form = RemovalForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.remove_document(actor, slug, document_id, form.removal_note.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("已撤下。"))
            return redirect_to(url_for("consultations.documents", slug=slug), code=303)
    page = render_template(
        "consultations/remove_document.html",
        consultation=found,
        document=document,
        form=form,
        is_public=found.status is Status.PUBLISHED,
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/<slug>/comparison")
@guarded(may_see_desk)
def comparison(slug: str) -> Any:
    """The change card as the public will see it."""
    found = seen(slug)
    in_force = queries.text_in_force(found.id)
    if in_force is None:
        raise NotFound(slug)
    pairs = _pairs(found, in_force)
    leaves = leaves_of(pairs)
    wanted = request.args.get("leaf", "1")
    place = int(wanted) - 1 if wanted.isdecimal() and len(wanted) < 4 else -1
    if not 0 <= place < len(leaves):
        raise NotFound(wanted)
    return render_template(
        "consultations/comparison.html",
        consultation=found,
        figures=counted(pairs),
        rows=leaves[place],
        place=place,
        leaf_count=len(leaves),
    )


def _pairs(found: Consultation, in_force: TextInForce) -> list[Pair]:
    draft = queries.current_draft(found.id)
    rows = queries.public_clauses(draft.id) if draft else []
    return compared(units_of(queries.clauses_in_force(in_force)), units_of(rows))
