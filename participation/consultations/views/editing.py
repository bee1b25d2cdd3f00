"""Filling in a consultation: a new one, and its changes until the review."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _

from participation.accounts.queries import all_departments
from participation.consultations import operations, queries, rules
from participation.consultations.forms import ConsultationForm, filled_in
from participation.consultations.intake import take_text
from participation.consultations.models import Consultation
from participation.consultations.parsed import UnreadableDraft
from participation.consultations.rules import may_create, may_see_desk
from participation.consultations.views.entrance import bp, seen, to_matter
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor, guarded


@bp.route("/new", methods=["GET", "POST"])
@guarded(may_create)
def new() -> Any:
    """Set up a consultation."""
    actor = current_actor()
    form = _form(data={"department": actor.department_id, "contact_unit": _own_department()})
    if form.validate_on_submit() and _read_explanation(form):
        try:
            with transaction():
                made = operations.create_consultation(actor, form.fields(), form.department.data)
                slug = made.slug
        except Refused as error:
            form.refuse(error)
        else:
            return to_matter(slug, _("已新建，编号 %(slug)s。接下来请上传草案。", slug=slug))
    return _page(form, None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@guarded(may_see_desk)
def edit(slug: str) -> Any:
    """Change what was filled in."""
    found, actor = seen(slug), current_actor()
    rules.may_edit(actor, found.status, found.department_id).enforce()
    form = _form(data=filled_in(found, queries.subjects_of(found.id)))
    del form.department
    if form.validate_on_submit() and _read_explanation(form):
        try:
            with transaction():
                operations.edit_consultation(actor, slug, form.fields())
        except Refused as error:
            form.refuse(error)
        else:
            return to_matter(slug, _("已保存。"))
    return _page(form, found)


def _form(data: dict[str, Any]) -> ConsultationForm:
    actor = current_actor()
    own = [(each.id, each.label) for each in all_departments() if actor.works_for(each.id)]
    return ConsultationForm(data=data, departments=own)


def _own_department() -> str:
    own = current_actor().department_id
    return next((each.name for each in all_departments() if each.id == own), "")


def _read_explanation(form: ConsultationForm) -> bool:
    """Put the words of an uploaded explanation into its field; say at the field what is wrong."""
    upload = form.explanation_file.data
    if upload is None:
        return True
    try:
        form.explanation.data = take_text(upload.filename or "", upload.read())
    except UnreadableDraft as error:
        said = _(error.message_zh, **error.params)
        form.explanation_file.errors = [*form.explanation_file.errors, said]
        return False
    return True


def _page(form: ConsultationForm, consultation: Consultation | None) -> Any:
    if form.is_submitted() and form.explanation_file.data is not None and form.errors:
        flash(_("文件里的文字已填入下面的起草说明；如需换文件，请重新选择。"))
    page = render_template("consultations/edit.html", form=form, consultation=consultation)
    return page, 422 if form.is_submitted() else 200
