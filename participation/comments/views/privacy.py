"""Officers and personal data: being shown a contact, calling, removing, locking, answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts.sessions import stepped_up
from participation.comments import operations, queries, rules
from participation.comments.forms import AnswerForm, EraseForm, RestrictForm, RevealForm
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import ContactField
from participation.comments.views.blueprint import bp
from participation.comments.views.staff import seen_by
from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.rulebook.removal import RemovalReason, RestrictionReason
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence

SHOWN_SECONDS = 60


@bp.route("/desk/consultations/<slug>/comments/<int:number>/reveal/<kind>", methods=["GET", "POST"])
@guarded(may_see_desk)
@stepped_up
def reveal(slug: str, number: int, kind: str) -> Any:
    """Ask why; commit the audit's entry; only then open the one value and show it once."""
    consultation, comment = _found(slug, number)
    rules.may_reveal(current_actor(), consultation.department_id).enforce()
    rules.may_be_seen(comment.visibility).enforce()
    if kind not in list(ContactField):
        raise NotFound(kind)
    field = ContactField(kind)
    form = RevealForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.note_reveal(current_actor(), slug, number, field, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            return _shown_once(slug, number, field)
    page = render_template(
        "comments/reveal.html",
        consultation=consultation,
        comment=comment,
        field_word=rules.CONTACT_FIELD_WORDS[field],
        form=form,
        seconds=SHOWN_SECONDS,
    )
    return page, 422 if form.errors else 200


def _shown_once(slug: str, number: int, field: ContactField) -> Any:
    # The transaction above is committed: from here on the trace cannot be lost any more.
    consultation, comment = _found(slug, number)
    back = url_for("comments.detail", slug=slug, number=number)
    page = render_template(
        "comments/revealed.html",
        consultation=consultation,
        comment=comment,
        field_word=rules.CONTACT_FIELD_WORDS[field],
        value=opened(comment, field),
        seconds=SHOWN_SECONDS,
        back=back,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Refresh"] = f"{SHOWN_SECONDS}; url={back}"
    return response


@bp.post("/desk/consultations/<slug>/comments/<int:number>/call")
@guarded(may_see_desk)
def call(slug: str, number: int) -> Any:
    """What came of a telephone call: the contact is the author's, or that was entered wrongly."""
    seen_by(slug)
    if request.form.get("act") == "take_back":
        act, said = operations.take_call_back, _("已撤销核实，联系方式重新标为未核实。")
    else:
        act, said = operations.confirm_by_call, _("已登记：联系方式经电话核实。")
    return _done(slug, number, lambda: act(current_actor(), slug, number), said)


@bp.route("/desk/consultations/<slug>/comments/<int:number>/erase", methods=["GET", "POST"])
@guarded(may_see_desk)
@stepped_up
def erase(slug: str, number: int) -> Any:
    """Remove the words for good, for a coded reason on a stated legal basis."""
    consultation, comment = _found(slug, number)
    rules.may_erase(current_actor(), consultation.department_id).enforce()
    rules.may_be_seen(comment.visibility).enforce()
    form = EraseForm()
    if form.validate_on_submit():
        reason = RemovalReason(form.reason.data)
        try:
            with transaction():
                operations.erase_comment(
                    current_actor(), slug, number, reason, form.basis.data or ""
                )
            flash(_("第 %(number)s 号意见的内容已删除。", number=number))
            return _back(slug, number)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "comments/erase.html", consultation=consultation, comment=comment, form=form
    )
    return page, 422 if form.errors else 200


@bp.post("/desk/consultations/<slug>/comments/<int:number>/restrict")
@guarded(may_see_desk)
def restrict(slug: str, number: int) -> Any:
    """Lock an opinion: hidden, used for nothing, kept."""
    form = RestrictForm()
    if not form.validate():
        flash(_("请选择限制处理的原因。"), "error")
        return _back(slug, number)
    reason = RestrictionReason(form.reason.data)
    return _done(
        slug,
        number,
        lambda: operations.restrict(current_actor(), slug, number, reason),
        _("第 %(number)s 号意见已限制处理。", number=number),
    )


@bp.post("/desk/consultations/<slug>/comments/<int:number>/unrestrict")
@guarded(may_see_desk)
def unrestrict(slug: str, number: int) -> Any:
    """Lift the lock; the opinion waits to be looked at anew."""
    return _done(
        slug,
        number,
        lambda: operations.unrestrict(current_actor(), slug, number),
        _("第 %(number)s 号意见已解除限制，请重新审看。", number=number),
    )


@bp.route("/desk/consultations/<slug>/comments/<int:number>/request", methods=["GET", "POST"])
@guarded(may_see_desk)
@stepped_up
def answer_request(slug: str, number: int) -> Any:
    """Grant the author's request to erase, or say why the words are kept."""
    consultation, comment = _found(slug, number)
    rules.may_erase(current_actor(), consultation.department_id).enforce()
    asked = queries.erasure_request(comment.id)
    if asked is None or asked.answered_at is not None:
        raise NotFound("request")
    form = AnswerForm()
    if form.validate_on_submit():
        grants = form.decision.data == "grant"
        act = operations.grant_erasure if grants else operations.refuse_erasure
        try:
            with transaction():
                act(current_actor(), slug, number, form.answer.data or "")
            flash(
                _("第 %(number)s 号意见的内容已删除。", number=number)
                if grants
                else _("已答复提交人，内容继续锁定保存。")
            )
            return _back(slug, number)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "comments/answer_request.html",
        consultation=consultation,
        comment=comment,
        asked=asked,
        form=form,
    )
    return page, 422 if form.errors else 200


def _found(slug: str, number: int) -> tuple[Consultation, Comment]:
    consultation = seen_by(slug)
    return consultation, queries.by_number(consultation.id, number)


def _done(slug: str, number: int, act: Callable[[], object], said: str) -> Any:
    try:
        with transaction():
            act()
        flash(said)
    except Refused as error:
        flash(sentence(error), "error")
    return _back(slug, number)


def _back(slug: str, number: int) -> Any:
    return redirect(url_for("comments.detail", slug=slug, number=number), code=303)
