"""Correcting an opinion by its receipt, until the close; the former words are kept."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments import operations, queries, rules
from participation.comments.forms import CorrectionForm
from participation.comments.models import Comment
from participation.comments.operations import CorrectedWords
from participation.comments.views.about import About, about, point
from participation.comments.views.blueprint import bp
from participation.comments.views.receipts import private
from participation.comments.views.write import closed_page
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import Verdict
from participation.web.access import current_actor, public
from participation.web.filters import sentence

WORDS = ("stance", "body", "proposed_text", "respondent_kind", "proposal_kind")


@bp.route("/receipt/<code>/correct", methods=["GET", "POST"])
@public
@limited("submit")
def correct(code: str) -> Any:
    """The words as they stand, to be changed; a worn-out page comes back with what was typed."""
    comment = queries.by_receipt(code)
    made = operations.corrections_of(comment.id)
    form = _form(comment, made)
    verdict = correction_verdict(comment, made)
    if not verdict:
        return private(closed_page(comment.consultation, _typed(form), verdict))
    if request.method != "POST":  # HEAD only looks, too
        return _page(comment, form, 200)
    if form.validate():
        try:
            changed = _correct(comment.receipt, form)
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            form.form_errors.append(sentence(error))
            form.seen.data = str(operations.corrections_of(queries.by_receipt(code).id))
        else:
            flash(_("已保存修改，原来的内容也留着。") if changed else _("内容没有变化。"))
            return redirect(url_for("comments.receipt", code=code), code=303)
    return _page(queries.by_receipt(code), form, 422)


def correction_verdict(comment: Comment, made: int) -> Verdict:
    """Whether the author may correct it now, after so many corrections."""
    stage = comment.consultation.stage(clock.now())
    return rules.may_correct(stage, comment.outcome, comment.visibility, made)


def _form(comment: Comment, made: int) -> CorrectionForm:
    data: dict[str, Any] = {name: getattr(comment, name) or "" for name in WORDS}
    form = CorrectionForm(data={**data, "seen": str(made)})
    point(form, comment)
    return form


def _correct(receipt: str, form: CorrectionForm) -> bool:
    given = form.words()
    words = CorrectedWords(**{name: given[name] for name in WORDS})
    seen = form.seen.data or ""
    with transaction():
        made = operations.correct_comment(
            receipt, words, int(seen) if seen.isdecimal() else -1, current_actor()
        )
    return made.is_new


def _page(comment: Comment, form: CorrectionForm, status: int) -> Response:
    page = render_template(
        "comments/correct.html",
        comment=comment,
        consultation=comment.consultation,
        form=form,
        about=_about(comment, form),
        now=clock.now(),
    )
    return private(make_response(page, status))


def _about(comment: Comment, form: CorrectionForm) -> About | None:
    # The clause of an earlier version of the draft may be there no more.
    with suppress(NotFound):
        return about(comment.consultation_id, form)
    return None


def _typed(form: CorrectionForm) -> list[tuple[str, str]]:
    if request.method == "GET":
        return []
    fields = (form.body, form.proposed_text)
    return [(field.label.text, field.data) for field in fields if field.data]
