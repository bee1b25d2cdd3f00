"""What the law gives a person over the own account: take the data along, delete the account."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from participation.accounts import operations, queries, rules, sessions
from participation.accounts.portable import data_of
from participation.accounts.views.blueprint import bp, own_form, own_proof
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, guarded
from participation.web.download import as_file


@bp.route("/account/data", methods=["GET", "POST"])
@guarded(rules.may_change_password)
@limited("signin")
def own_data() -> Any:
    """Everything that is held on the account, as a file; asks for the password once more."""
    form = own_form()
    if form.validate_on_submit():
        actor = current_actor()
        if own_proof(form).is_right:
            assert actor.id is not None
            return as_file(data_of(queries.user_by_id(actor.id)), "account.json")
        form.refuse(Invalid(N_("密码不正确。"), field="password"))
    page = render_template(
        "accounts/own_data.html", form=form, is_identified=sessions.is_identified()
    )
    return page, 422 if form.errors else 200


@bp.route("/account/delete", methods=["GET", "POST"])
@guarded(rules.may_change_password)
@limited("signin")
def delete_account() -> Any:
    """Say what becomes of what; with the password, delete the account at once."""
    actor = current_actor()
    verdict = rules.may_delete_own(actor)
    form = own_form()
    if form.validate_on_submit():
        try:
            verdict.enforce()
            proof = own_proof(form)
            with transaction():
                operations.delete_own_account(actor, proof)
            sessions.end()
            flash(_("账号已删除。"))
            return redirect(url_for("portal.front"), code=303)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "accounts/delete_account.html",
        form=form,
        verdict=verdict,
        is_identified=sessions.is_identified(),
    )
    return page, 422 if form.errors else 200
