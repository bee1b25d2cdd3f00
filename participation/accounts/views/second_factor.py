"""The second factor: set it up, prove it and come back, new codes, without it again."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts import operations, queries, rules, sessions
from participation.accounts.forms import CodeForm
from participation.accounts.second_factor import enrolment_address
from participation.accounts.views.blueprint import bp, own_form, own_proof
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.throttle import limited
from participation.web.access import current_actor, guarded, local_path


@bp.route("/account/second-factor", methods=["GET", "POST"])
@guarded(rules.may_step_up)
@limited("signin")
def second_factor() -> Any:
    """Where one's second factor stands; with the password a new one is begun."""
    actor = current_actor()
    form = own_form()
    back = local_path(request.args.get("next"))
    if form.validate_on_submit():
        proof = own_proof(form)
        try:
            with transaction():
                operations.begin_factor(actor, proof, is_stepped_up=sessions.is_stepped_up())
            return redirect(url_for("accounts.enrol_second_factor", next=back), code=303)
        except Refused as error:
            form.refuse(error)
    return _page(
        "accounts/second_factor.html",
        form,
        state=queries.factor_of(_id()),
        next=back,
        may_remove=rules.may_remove_factor(actor),
        is_identified=sessions.is_identified(),
    )


@bp.route("/account/second-factor/enrol", methods=["GET", "POST"])
@guarded(rules.may_step_up)
@limited("signin")
def enrol_second_factor() -> Any:
    """The secret as a picture and as text; the first code puts it in force."""
    back = local_path(request.args.get("next"))
    pending = queries.factor_of(_id()).pending
    if not pending:
        return redirect(url_for("accounts.second_factor", next=back), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                codes = operations.confirm_factor(current_actor(), form.code.data)
            sessions.step_up()
            return _told_once(codes, back)
        except Refused as error:
            form.refuse(error)
    settings = current_app.config["SETTINGS"]
    address = enrolment_address(pending, queries.user_by_id(_id()).username, settings.platform_name)
    picture = segno.make(address, error="m", micro=False).svg_data_uri(border=4, scale=4)
    return _page(
        "accounts/enrol_second_factor.html", form, secret=pending, picture=picture, next=back
    )


@bp.route("/account/second-factor/verify", methods=["GET", "POST"])
@guarded(rules.may_step_up)
@limited("signin")
def verify_second_factor() -> Any:
    """Prove the second factor, and go on to the page that asked for it."""
    back = local_path(request.args.get("next"))
    if not queries.has_factor(_id()):
        return redirect(url_for("accounts.second_factor", next=back), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        with transaction():
            passed = operations.verify_factor(current_actor(), form.code.data)
        if passed is not None:
            sessions.step_up()
            return redirect(back or url_for("accounts.second_factor"), code=303)
        form.refuse(Refused(rules.WRONG_CODE))
    return _page("accounts/verify_second_factor.html", form, next=back)


@bp.post("/account/second-factor/codes")
@guarded(rules.may_step_up)
def renew_recovery_codes() -> Any:
    """Ten new recovery codes in the place of the old ones."""
    if not sessions.is_stepped_up():
        return sessions.ask_to_step_up(url_for("accounts.second_factor"))
    with transaction():
        codes = operations.renew_recovery_codes(current_actor())
    return _told_once(codes, None)


@bp.post("/account/second-factor/remove")
@guarded(rules.may_remove_factor)
def remove_second_factor() -> Any:
    """Do without the second factor again; it is proved once more for that."""
    if not sessions.is_stepped_up():
        return sessions.ask_to_step_up(url_for("accounts.second_factor"))
    with transaction():
        operations.remove_factor(current_actor(), is_stepped_up=sessions.is_stepped_up())
    flash(_("两步验证已取消。"))
    return redirect(url_for("accounts.second_factor"), code=303)


@bp.post("/desk/people/<int:user_id>/second-factor")
@guarded(rules.may_administer)
def reset_second_factor(user_id: int) -> Any:
    """Take somebody's second factor away, who has lost telephone and codes."""
    with transaction():
        operations.reset_factor(current_actor(), user_id)
    flash(_("两步验证已重置，对方的登录已退出；需要时由本人重新设置。"))
    return redirect(url_for("accounts.user", user_id=user_id), code=303)


def _id() -> int:
    number = current_actor().id
    assert number is not None
    return number


def _told_once(codes: list[str], back: str | None) -> Any:
    # No redirect: what is told once is in no address, no cookie and no cache.
    return _private(render_template("accounts/recovery_codes.html", codes=codes, next=back))


def _page(template: str, form: Any, **values: Any) -> Any:
    page = render_template(template, form=form, **values)
    return _private(page, 422 if form.errors else 200)


def _private(page: str, status: int = 200) -> Any:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
