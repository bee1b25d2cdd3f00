"""Proving a contact: the page behind the mailed link, its two buttons, and asking for another."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments import operations
from participation.comments.contacts import masked_contact
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import ContactField
from participation.comments.views.blueprint import bp
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.throttle import limited
from participation.web.access import current_actor, public
from participation.web.filters import sentence


@bp.get("/confirm/<token>")
@public
@limited("receipt", methods=("GET",))
def confirm(token: str) -> Any:
    """Ask for a press: mail programs open links by themselves, and that proves nothing."""
    try:
        link = operations.asked_by(token)
    except NotFound:
        return _page(404, state="gone")
    comment = link.comment
    contact = opened(comment, ContactField.CONTACT)
    if link.used_at is not None or not contact:
        return _page(200, state="used", consultation=comment.consultation)
    return _page(
        200,
        state="asked",
        consultation=comment.consultation,
        comment=comment,
        contact=masked_contact(contact),
        token=token,
    )


@bp.post("/confirm/<token>")
@public
@limited("receipt")
def confirmed(token: str) -> Any:
    """The press: the contact is the author's, or whoever has it never wrote."""
    is_own = request.form.get("act") != "disown"
    act = operations.confirm_contact if is_own else operations.disown_contact
    try:
        with transaction():
            comment = act(token, current_actor())
    except NotFound:
        return _page(404, state="gone")
    state = "confirmed" if is_own else "disowned"
    return _page(200, state=state, consultation=comment.consultation)


def _page(status: int, **values: Any) -> Response:
    response = make_response(render_template("comments/confirm.html", **values), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    # Its address is a key: no other site may learn it from a link followed here.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def may_be_mailed(comment: Comment) -> bool:
    """Whether a link can be sent: by mail only; a telephone is proved by a call."""
    return comment.contact_sealed is not None and "@" in opened(comment, ContactField.CONTACT)


@bp.post("/receipt/<code>/confirmation")
@public
@limited("receipt")
def ask_confirmation(code: str) -> Any:
    """Send the link once more."""
    try:
        with transaction():
            operations.ask_again(code, current_actor())
    except Refused as error:
        flash(sentence(error), "error")
    else:
        flash(_("核实邮件已寄出，请查收；没有收到的，看看垃圾邮件箱。"))
    return redirect(url_for("comments.receipt", code=code), code=303)
