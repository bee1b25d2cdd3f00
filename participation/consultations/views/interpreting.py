"""Interpretations for staff: listed, written, shown to the public, taken back."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask import redirect as redirect_to
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.consultations import operations, queries, rules
from participation.consultations.forms import ActForm, InterpretationForm, interpreted
from participation.consultations.intake import TakenPicture, take_picture
from participation.consultations.kinds import InterpretationKind
from participation.consultations.models import Consultation, Interpretation
from participation.consultations.rules import may_see_desk
from participation.consultations.views.entrance import bp, seen
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.text import excerpt
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence

EXCERPT = 18
PLACE = "/<slug>/interpretation"


@bp.get(PLACE)
@guarded(may_see_desk)
def interpretations(slug: str) -> Any:
    """All interpretations of a matter, public or not."""
    found = seen(slug)
    rows = _rows(found)
    return render_template(
        "consultations/interpretations.html",
        consultation=found,
        may=rules.may_supply(current_actor(), found.status, found.department_id),
        interpretations=queries.interpretations_of(found.id, even_unpublished=True),
        labels={row.key: row.label for row in rows},
    )


@bp.route(f"{PLACE}/new", methods=["GET", "POST"])
@guarded(may_see_desk)
def new_interpretation(slug: str) -> Any:
    """Write one."""
    return _edited(slug, None)


@bp.route(f"{PLACE}/<int:interpretation_id>", methods=["GET", "POST"])
@guarded(may_see_desk)
def edit_interpretation(slug: str, interpretation_id: int) -> Any:
    """Change one."""
    return _edited(slug, interpretation_id)


def _edited(slug: str, interpretation_id: int | None) -> Any:
    found = seen(slug)
    rules.may_supply(current_actor(), found.status, found.department_id).enforce()
    it = interpretation_id and queries.interpretation_by_id(found.id, interpretation_id)
    start = interpreted(it) if it else {"kind": InterpretationKind.TEXT.value}
    form = InterpretationForm(data=start, clauses=_places(found))
    if form.validate_on_submit():
        try:
            picture = _picture(form)
            with transaction():
                operations.save_interpretation(
                    current_actor(), slug, form.fields(picture), interpretation_id
                )
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("已保存。"))
            return _to_list(slug)
    return _page(form, found, it or None), 422 if form.is_submitted() else 200


def _picture(form: InterpretationForm) -> TakenPicture | None:
    upload = form.picture.data
    if upload is None or form.kind.data != InterpretationKind.PICTURE:
        return None
    return take_picture(upload.filename or "", upload.read())


def _page(form: InterpretationForm, found: Consultation, it: Interpretation | None) -> str:
    return render_template(
        "consultations/interpretation.html", form=form, consultation=found, interpretation=it
    )


def _rows(found: Consultation) -> list[queries.ClauseRow]:
    draft = queries.current_draft(found.id)
    return queries.public_clauses(draft.id) if draft else []


def _places(found: Consultation) -> list[tuple[str, str]]:
    """The clauses that may be explained: key, and how each begins."""
    rows = _rows(found)
    words = queries.wording(rows)
    return [
        (row.key, f"{row.label}　{excerpt(words[row.id], EXCERPT)}")
        for row in rows
        if row.kind not in {"item", "subitem"}
    ]


def _to_list(slug: str) -> Response:
    return redirect_to(url_for("consultations.interpretations", slug=slug), code=303)


def _act(slug: str, do: Any, said: str) -> Response:
    seen(slug)
    if ActForm().validate_on_submit():
        try:
            with transaction():
                do(current_actor(), slug)
        except Refused as error:
            flash(sentence(error), "error")
        else:
            flash(said)
    return _to_list(slug)


@bp.post(f"{PLACE}/<int:interpretation_id>/publish")
@guarded(may_see_desk)
def publish_interpretation(slug: str, interpretation_id: int) -> Response:
    """Show it to the public."""
    return _act(
        slug,
        lambda actor, slug: operations.publish_interpretation(actor, slug, interpretation_id),
        _("已公开。"),
    )


@bp.post(f"{PLACE}/<int:interpretation_id>/withdraw")
@guarded(may_see_desk)
def withdraw_interpretation(slug: str, interpretation_id: int) -> Response:
    """Show it no more."""
    return _act(
        slug,
        lambda actor, slug: operations.withdraw_interpretation(actor, slug, interpretation_id),
        _("已撤下，文字还在这里。"),
    )


@bp.post(f"{PLACE}/<int:interpretation_id>/delete")
@guarded(may_see_desk)
def delete_interpretation(slug: str, interpretation_id: int) -> Response:
    """Do away with it."""
    return _act(
        slug,
        lambda actor, slug: operations.withdraw_interpretation(
            actor, slug, interpretation_id, delete=True
        ),
        _("已删除。"),
    )
