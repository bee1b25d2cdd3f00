"""What the holder of a receipt may do with personal data: take along, delete, ask for erasure."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from participation.comments import operations, queries, rules
from participation.comments.models import Comment
from participation.comments.portable import data_of
from participation.comments.views.blueprint import bp
from participation.comments.views.receipts import private
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import Verdict
from participation.web.access import current_actor, public
from participation.web.download import as_file
from participation.web.filters import sentence
from participation.web.forms import Form


@bp.post("/receipt/<code>/data")
@public
@limited("receipt")
def data(code: str) -> Any:
    """Everything that is held on the opinion, as a file; by POST, so that no scanner fetches it."""
    comment = queries.by_receipt(code)
    return private(as_file(data_of(comment), f"{comment.consultation.slug}-{comment.number}.json"))


@bp.post("/receipt/<code>/contact")
@public
@limited("receipt")
def delete_contact(code: str) -> Any:
    """Delete name and contact now."""
    with transaction():
        operations.delete_contact(code, current_actor())
    flash(_("姓名和联系方式已删除。"))
    return redirect(url_for("comments.receipt", code=code), code=303)


@bp.route("/receipt/<code>/erasure", methods=["GET", "POST"])
@public
@limited("receipt")
def ask_erasure(code: str) -> Any:
    """Before the sealing a withdrawal erases at once; after it, say what can be done, and ask."""
    comment = queries.by_receipt(code)
    stage = comment.consultation.stage(clock.now())
    if rules.may_withdraw(stage, comment.outcome, comment.visibility):
        return redirect(url_for("comments.withdraw", code=code), code=303)
    form = Form()
    verdict = erasure_verdict(comment)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.ask_erasure(code, current_actor())
            flash(_("申请已收到，内容已锁定，不再显示。"))
        except Refused as error:
            flash(sentence(error), "error")
        return redirect(url_for("comments.receipt", code=code), code=303)
    page = render_template(
        "comments/ask_erasure.html",
        comment=comment,
        consultation=comment.consultation,
        form=form,
        verdict=verdict,
    )
    return private(make_response(page))


def erasure_verdict(comment: Comment) -> Verdict:
    """Whether the author may ask for erasure now."""
    return rules.may_ask_erasure(
        comment.consultation.stage(clock.now()),
        comment.visibility,
        is_asked=queries.erasure_request(comment.id) is not None,
    )
