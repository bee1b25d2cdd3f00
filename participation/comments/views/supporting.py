"""Supporting another's opinion: with an account by a press, without one by a mailed link."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from participation.accounts.places import Place, places
from participation.comments import operations, queries, rules
from participation.comments.contacts import read_contact
from participation.comments.forms import SupportForm
from participation.comments.models import Comment
from participation.comments.views.blueprint import bp
from participation.consultations.models import Consultation
from participation.consultations.queries import public_by_slug
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, guarded, public
from participation.web.filters import sentence
from participation.web.locale import language

places.append(Place("comments.supports", N_("我附议的意见"), queries.count_supports))


@bp.route("/consultations/<slug>/comments/<int:number>/support", methods=["GET", "POST"])
@public
@limited("support")
def support(slug: str, number: int) -> Any:
    """The opinion and how it is supported; with an account a press is enough."""
    consultation, comment = _shown(slug, number)
    actor, form = current_actor(), SupportForm()
    if request.method != "POST":  # HEAD only looks, too
        return _page(consultation, comment, form, 200)
    try:
        if actor.is_authenticated:
            with transaction():
                if request.form.get("act") == "withdraw":
                    operations.withdraw_as(actor, slug, number)
                else:
                    operations.support_as(actor, slug, number)
            return redirect(url_for("comments.support", slug=slug, number=number), code=303)
        if form.looks_automatic or not form.validate():
            return _page(consultation, comment, form, 422)
        address = read_contact(form.contact.data or "")
        assert address is not None
        with transaction():
            operations.ask_support(slug, number, address, language())
    except Refused as error:
        form.refuse(error)
        return _page(*_shown(slug, number), form, 403)
    return _page(consultation, comment, form, 200, state="asked")


@bp.get("/support/<token>")
@public
@limited("receipt", methods=("GET",))
def supported(token: str) -> Any:
    """Behind the mailed link: what is supported, and the button. Opening it changes nothing."""
    try:
        found = operations.supported_by(token)
    except NotFound:
        return _mailed(404, state="gone")
    comment = found.comment
    if comment.published_at is None:
        return _mailed(200, state="hidden", consultation=comment.consultation)
    state = "counted" if found.is_counted else "waiting"
    return _mailed(
        200, state=state, consultation=comment.consultation, comment=comment, token=token
    )


@bp.post("/support/<token>")
@public
@limited("receipt")
def decide_support(token: str) -> Any:
    """The press: count it, or take it back."""
    is_given = request.form.get("act") != "withdraw"
    act = operations.confirm_support if is_given else operations.withdraw_support
    try:
        with transaction():
            act(token, current_actor())
    except NotFound:
        return _mailed(404, state="gone")
    except Refused as error:
        flash(sentence(error), "error")
    return redirect(url_for("comments.supported", token=token), code=303)


@bp.get("/account/supports")
@guarded(rules.may_support_as)
def supports() -> Any:
    """The opinions that one's account supports."""
    account = current_actor().id
    assert account is not None
    return render_template("comments/supports.html", rows=queries.supports_of(account))


def _shown(slug: str, number: int) -> tuple[Consultation, Comment]:
    consultation = public_by_slug(slug, clock.now())
    comment = queries.by_number(consultation.id, number)
    if comment.published_at is None:
        raise NotFound(str(number))
    return consultation, comment


def _page(
    consultation: Consultation, comment: Comment, form: SupportForm, status: int, state: str = ""
) -> Response:
    actor = current_actor()
    own = queries.support_by_account(comment.id, actor.id) if actor.id else None
    page = render_template(
        "comments/support.html",
        consultation=consultation,
        comment=comment,
        form=form,
        verdict=rules.may_support(consultation.stage(clock.now())),
        is_counted=own is not None and own.is_counted,
        state=state,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _mailed(status: int, **values: Any) -> Response:
    response = make_response(render_template("comments/supported.html", **values), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    # Its address is a key: no other site may learn it from a link followed here.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
