"""Mail about an opinion on or off, and lost receipt codes sent again to the contact."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments import operations
from participation.comments.contacts import read_contact
from participation.comments.forms import LostForm
from participation.comments.views.blueprint import bp
from participation.kernel.db import transaction
from participation.kernel.throttle import limited
from participation.web.access import public
from participation.web.locale import language


@bp.post("/receipt/<code>/mail")
@public
@limited("receipt")
def mail(code: str) -> Any:
    """Switch the mails about an opinion on or off."""
    is_wanted = request.form.get("wanted") == "1"
    with transaction():
        operations.want_mail(code, is_wanted=is_wanted)
    flash(_("有进展时会发邮件告诉您。") if is_wanted else _("不再就这条意见给您发邮件。"))
    return redirect(url_for("comments.receipt", code=code), code=303)


@bp.route("/receipt/lost", methods=["GET", "POST"])
@public
@limited("lost")
def lost() -> Any:
    """Ask for one's codes by mail; the answer is the same whether there are any or not."""
    form = LostForm()
    if form.is_submitted() and form.looks_automatic:
        return redirect(url_for("comments.codes_sent"), code=303)
    if form.validate_on_submit():
        contact = read_contact(form.contact.data or "")
        assert contact is not None
        with transaction():
            operations.ask_codes(contact, language())
        return redirect(url_for("comments.codes_sent"), code=303)
    page = render_template("comments/lost.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/receipt/lost/sent")
@public
def codes_sent() -> Any:
    """What happens now."""
    return render_template("comments/codes_sent.html")
