"""The receipt: found by its code, telling where the opinion stands, taking it back, one's own."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _

from participation.comments import operations, queries, rules
from participation.comments.forms import ReceiptForm
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.receipts import read_receipt
from participation.comments.rules import ContactField
from participation.comments.story import StoryPart, homes, tell
from participation.comments.views.about import change_of
from participation.comments.views.blueprint import bp
from participation.comments.views.confirming import may_be_mailed
from participation.comments.views.files import own_files
from participation.comments.views.write import keep_key, reach, site_url
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.paging import parse_cursor
from participation.kernel.redlining import redline
from participation.kernel.throttle import limited
from participation.web.access import current_actor, guarded, public
from participation.web.filters import day, sentence
from participation.web.forms import Form
from participation.web.qr import qr_svg


@bp.route("/receipt", methods=["GET", "POST"])
@public
@limited("receipt")
def find_receipt() -> Any:
    """Type a code, see its page; sent by POST, so that no code stands in an address by typing."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return render_template("comments/find_receipt.html", form=form), (
            422 if form.is_submitted() else 200
        )
    code = read_receipt(form.code.data)
    assert code is not None
    address = _home_of(code)
    return redirect(address, code=303) if address else _not_found(form)


def _home_of(code: str) -> str | None:
    """The address of a code's page: an opinion's, a sending's, or one of a higher feature."""
    with suppress(NotFound):
        return url_for("comments.receipt", code=queries.by_receipt(code).receipt)
    with suppress(NotFound):
        return url_for("comments.sending", code=queries.sending_by_code(code).code)
    return next((found for home in homes if (found := home(code))), None)


def _not_found(form: ReceiptForm) -> Any:
    form.code.errors = [_("没有找到这个回执码。请对照回执再看一遍。")]
    return make_response(render_template("comments/find_receipt.html", form=form), 404)


@bp.get("/receipt/<code>")
@public
@limited("receipt", methods=("GET",))
def receipt(code: str) -> Any:
    """Where the opinion of a receipt stands."""
    try:
        comment = queries.by_receipt(code)
    except NotFound:
        form = ReceiptForm(formdata=None, data={"code": code[:200]})
        return private(_not_found(form))
    consultation = comment.consultation
    stage, asked = consultation.stage(clock.now()), queries.erasure_request(comment.id)
    story = tell(comment)
    former = queries.versions_of(comment.id) if comment.corrected_at else []
    page = render_template(
        "comments/receipt.html",
        comment=comment,
        consultation=consultation,
        is_new=session.pop("sent_receipt", None) == comment.receipt,
        sent_key=keep_key(
            consultation.slug,
            comment.clause.key if comment.clause else None,
            comment.document_id,
        ),
        address=site_url(url_for("comments.receipt", code=comment.receipt)),
        qr=url_for("comments.receipt_qr", code=comment.receipt),
        steps=[step_of(part) for part in story],
        changes=[(part.changed, redline(part.before, part.after)) for part in story if part.after],
        proposed=change_of(comment),
        former=former,
        may_correct=rules.may_correct(stage, comment.outcome, comment.visibility, len(former)),
        has_mail="@" in opened(comment, ContactField.CONTACT),
        may_withdraw=rules.may_withdraw(stage, comment.outcome, comment.visibility),
        may_ask=rules.may_ask_erasure(stage, comment.visibility, is_asked=asked is not None),
        asked=asked,
        reach=reach(consultation),
        files=own_files(comment),
        may_confirm=rules.may_ask_confirmation(
            comment.standing, has_contact=may_be_mailed(comment), asked=0
        ),
        words=rules,
    )
    return private(make_response(page))


def private(response: Response) -> Response:
    """Whoever holds the code may look; no cache and no search engine keeps the page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    # Its address is a key: no other site may learn it from a link followed here.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def step_of(part: StoryPart) -> dict[str, Any]:
    """A step of the story as the timeline shows it."""
    # A note quotes what people wrote, which is nobody's to translate.
    params = {
        name: day(value) if isinstance(value, date) else value
        for name, value in part.note_params.items()
    }
    note = _(part.note, **params) if part.note else ""
    return {
        "label": _(part.label, **{name: _worded(value) for name, value in part.params.items()}),
        "state": part.moment,
        "at": part.at,
        "note": " ".join(each for each in (note, part.words) if each),
        "href": url_for(part.endpoint, **part.values) if part.endpoint else None,
    }


def _worded(value: object) -> object:
    return sentence(value) if isinstance(value, str) else value


@bp.get("/receipt/<code>/qr.svg")
@public
@limited("receipt", methods=("GET",))
def receipt_qr(code: str) -> Any:
    """The address of a receipt's page as a QR picture."""
    return qr_of(url_for("comments.receipt", code=queries.by_receipt(code).receipt))


def qr_of(path: str) -> Response:
    """The full public address of a path as a QR picture."""
    return private(Response(qr_svg(site_url(path)), mimetype="image/svg+xml"))


@bp.route("/receipt/<code>/withdraw", methods=["GET", "POST"])
@public
@limited("receipt")
def withdraw(code: str) -> Any:
    """Ask once more, then take the opinion back."""
    comment = queries.by_receipt(code)
    form = Form()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.withdraw(comment.receipt, current_actor())
        except Refused as error:
            flash(sentence(error), "error")
        else:
            flash(_("您已撤回这条意见，内容已删除。"))
        return redirect(url_for("comments.receipt", code=code), code=303)
    return private(make_response(_withdrawal_page(comment, form)))


def _withdrawal_page(comment: Comment, form: Form) -> str:
    return render_template(
        "comments/withdraw.html",
        comment=comment,
        consultation=comment.consultation,
        verdict=rules.may_withdraw(
            comment.consultation.stage(clock.now()), comment.outcome, comment.visibility
        ),
        form=form,
    )


@bp.get("/account/comments")
@guarded(rules.may_list_own)
def mine() -> Any:
    """What was sent with one's own account."""
    actor = current_actor()
    assert actor.id is not None
    after = parse_cursor(request.args.get("after"))
    page = queries.mine(actor.id, after)
    return render_template("comments/mine.html", page=page, is_first=after is None)
