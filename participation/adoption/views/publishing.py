"""The versions: when the result is published, what was, a correction, a refusal tried anew."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from participation.adoption import operations, queries, rules
from participation.adoption.checking import FINDING_WORDS
from participation.adoption.forms import ActForm, CorrectionForm
from participation.adoption.rules import SEALING_WORDS
from participation.adoption.views.entrance import bp, page, seen
from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence


@bp.get("/versions")
@guarded(may_see_desk)
def versions(slug: str) -> Any:
    """What was published, and what is to be."""
    return _versions(seen(slug), CorrectionForm(formdata=None))


def _versions(consultation: Consultation, form: CorrectionForm, status: int = 200) -> Any:
    return page(
        "adoption/versions.html",
        consultation,
        status,
        form=form,
        causes=SEALING_WORDS,
        warnings=queries.warnings_of(consultation.id),
        finding_words=FINDING_WORDS,
        may_retry=rules.may_retry(current_actor(), consultation.department_id),
    )


@bp.post("/correction")
@guarded(may_see_desk)
def correct(slug: str) -> Any:
    """Publish the present state as the next version."""
    consultation = seen(slug)
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                version = operations.publish_correction(
                    current_actor(), slug, form.note.data
                ).version
            flash(_("已公布第 %(version)s 版。", version=version))
            return redirect(url_for("adoption.versions", slug=slug), code=303)
        except Refused as error:
            form.refuse(error)
    return _versions(consultation, form, 422)


@bp.post("/retry")
@guarded(may_see_desk)
def retry(slug: str) -> Any:
    """Let the worker try a refused publication now."""
    seen(slug)
    if ActForm().validate_on_submit():
        try:
            with transaction():
                operations.retry_publication(current_actor(), slug)
            flash(_("正在重新核对，相符后立即公布。请过一会儿刷新本页。"))
        except Refused as error:
            flash(sentence(error), "error")
    return redirect(url_for("adoption.versions", slug=slug), code=303)
