"""The receipt of a question: where it stands, its answer, taking it back; and one's own list."""

from __future__ import annotations

import json
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

from participation.comments.receipts import grouped
from participation.comments.views.receipts import private, qr_of
from participation.comments.views.write import reach, site_url
from participation.inquiries import operations, portable, queries, rules
from participation.inquiries.jobs import what_follows
from participation.inquiries.models import Inquiry
from participation.inquiries.rules import State
from participation.inquiries.views.asking import keep_key
from participation.inquiries.views.blueprint import bp
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.paging import parse_cursor
from participation.kernel.throttle import limited
from participation.web.access import current_actor, guarded, public
from participation.web.filters import day, sentence
from participation.web.forms import Form


@bp.get("/question/<code>")
@public
@limited("receipt", methods=("GET",))
def receipt(code: str) -> Any:
    """Where the question of a receipt stands, with the answer."""
    inquiry = queries.by_receipt(code)
    consultation = inquiry.consultation
    page = render_template(
        "inquiries/receipt.html",
        inquiry=inquiry,
        consultation=consultation,
        is_new=session.pop("asked_receipt", None) == inquiry.receipt,
        sent_key=keep_key(consultation.slug, inquiry.clause.key if inquiry.clause else None),
        address=site_url(url_for("inquiries.receipt", code=inquiry.receipt)),
        steps=steps_of(inquiry),
        may_withdraw=rules.may_be_withdrawn(inquiry.state),
        reach=reach(consultation),
    )
    return private(make_response(page))


def steps_of(inquiry: Inquiry) -> list[dict[str, Any]]:
    """The steps of a question as the timeline shows them, in the reader's language."""
    arrived = _("已收到，编为第 %(number)s 号提问", number=inquiry.number)
    steps: list[dict[str, Any]] = [_step(arrived, inquiry.received_at)]
    for each in inquiry.referrals:
        label = _("属于%(nature)s，已转给%(unit)s", nature=_(each.nature.label), unit=each.unit)
        steps.append(_step(label, each.referred_at, each.note))
        if each.returned_at:
            steps.append(_step(_("对方退回，承办单位重新办理"), each.returned_at))
        elif inquiry.state is State.REFERRED:
            label, note = _("由对方单位处理"), what_follows(each.nature)
            steps.append({"label": label, "state": "next", "note": note})
    if inquiry.state is State.ANSWERED:
        note = ""
        if inquiry.reason_code:
            note = _("只答复您本人，没有公开：%(why)s", why=_(inquiry.reason_code.label))
        steps.append(_step(_("已答复"), inquiry.answered_at, note))
        if inquiry.revised_at:
            steps.append(_step(_("答复有更正"), inquiry.revised_at))
    elif inquiry.state is State.WITHDRAWN:
        steps.append(_step(_("您已撤回，内容已删除"), inquiry.removed_at))
    elif inquiry.state is State.REMOVED and inquiry.removal_reason:
        label = _("内容已删除：%(reason)s", reason=_(inquiry.removal_reason.label))
        steps.append(_step(label, inquiry.removed_at, inquiry.removal_basis))
    elif inquiry.state is State.WAITING:
        steps.append(_waiting(inquiry))
    return steps


def _step(label: str, at: Any, note: str = "") -> dict[str, Any]:
    return {"label": label, "state": "done", "at": at, "note": note}


def _waiting(inquiry: Inquiry) -> dict[str, Any]:
    due = day(inquiry.due_on)
    if clock.now() >= inquiry.due_at:
        when = _("应于 %(day)s 前答复，已逾期", day=due)
    else:
        when = _("%(day)s 前答复", day=due)
    notes = []
    if inquiry.difficulty is None:
        notes.append(_("先按简单问题计算；承办单位认为复杂的，会改为三个工作日。"))
    else:
        notes.append(_("承办单位定为%(class)s。", **{"class": _(inquiry.difficulty.label)}))
    if inquiry.is_due_provisional:
        notes.append(_("当年的放假安排还没有公布，这个日期是暂定的。"))
    label = _("承办单位答复")
    return {"label": label, "state": "now", "when": when, "note": "".join(notes)}


@bp.get("/question/<code>/qr.svg")
@public
@limited("receipt", methods=("GET",))
def receipt_qr(code: str) -> Any:
    """The address of a question's receipt as a QR picture."""
    found = queries.by_receipt(code)
    return qr_of(url_for("inquiries.receipt", code=found.receipt))


@bp.route("/question/<code>/withdraw", methods=["GET", "POST"])
@public
@limited("receipt")
def withdraw(code: str) -> Any:
    """Ask once more, then destroy the question and its answer."""
    inquiry = queries.by_receipt(code)
    form = Form()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.withdraw_inquiry(inquiry.receipt, current_actor())
        except Refused as error:
            flash(sentence(error), "error")
        else:
            flash(_("您已撤回这个问题，内容已删除。"))
        return redirect(url_for("inquiries.receipt", code=code), code=303)
    page = render_template(
        "inquiries/withdraw.html",
        inquiry=inquiry,
        consultation=inquiry.consultation,
        verdict=rules.may_be_withdrawn(inquiry.state),
        form=form,
    )
    return private(make_response(page))


@bp.post("/question/<code>/forget-mail")
@public
@limited("receipt")
def forget_mail(code: str) -> Any:
    """Delete the address now."""
    if Form().validate_on_submit():
        with transaction():
            operations.forget_mail(code, current_actor())
        flash(_("邮箱已删除，答复请凭回执查看。"))
    return redirect(url_for("inquiries.receipt", code=code), code=303)


@bp.post("/question/<code>/data")
@public
@limited("receipt")
def data(code: str) -> Any:
    """All that is held on a question, as a file; by POST, since it holds the address."""
    inquiry = queries.by_receipt(code)
    if not Form().validate_on_submit():
        return redirect(url_for("inquiries.receipt", code=code), code=303)
    text = json.dumps(portable.data_of(inquiry), ensure_ascii=False, indent=2)
    response = private(Response(text, mimetype="application/json"))
    name = f"question-{grouped(inquiry.receipt)}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/account/questions")
@guarded(rules.may_list_own)
def mine() -> Any:
    """What was asked with one's own account."""
    actor = current_actor()
    assert actor.id is not None
    after = parse_cursor(request.args.get("after"))
    page = queries.mine(actor.id, after)
    return render_template(
        "inquiries/mine.html", page=page, is_first=after is None, words=rules.STATE_WORDS
    )
