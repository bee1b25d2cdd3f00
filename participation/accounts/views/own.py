"""One's own account: its page, password, name and mail address; the first administrator."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from participation.accounts import operations, passwords, queries, rules, sessions
from participation.accounts.addresses import address_of, address_of_link
from participation.accounts.forms import (
    ChangePasswordForm,
    NewAddressForm,
    ProfileForm,
    SetUpForm,
)
from participation.accounts.places import places
from participation.accounts.rules import LinkKind
from participation.accounts.views.blueprint import bp, open_session, own_proof
from participation.accounts.views.entering import home_of
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.mailer import mailer
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, guarded, public
from participation.web.forms import Form
from participation.web.locale import language

WRONG_PASSWORD = N_("密码不正确。")


@bp.route("/account", methods=["GET", "POST"])
@guarded(rules.may_change_password)
def me() -> Any:
    """One's own account, and the name it is shown by."""
    actor = current_actor()
    form = ProfileForm(display_name=actor.name)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.update_profile(actor, form.display_name.data)
            flash(_("名字已改。"))
            return redirect(url_for("accounts.me"), code=303)
        except Refused as error:
            form.refuse(error)
    assert actor.id is not None
    user = queries.user_by_id(actor.id)
    settings = current_app.config["SETTINGS"]
    issuer = settings.oidc_issuer.rstrip("/")
    return _page(
        "accounts/me.html",
        form,
        user=user,
        role_words=rules.ROLE_WORDS,
        address=address_of(user),
        places=[] if actor.is_staff else [(each, each.count(actor.id)) for each in places],
        has_factor=current_user.has_factor,
        provider=settings.oidc_name if issuer else "",
        is_linked=bool(issuer) and queries.identity_of(actor.id, issuer) is not None,
    )


@bp.route("/account/password", methods=["GET", "POST"])
@guarded(rules.may_change_password)
@limited("signin")
def change_password() -> Any:
    """Change one's own password; all other sessions end."""
    actor = current_actor()
    assert actor.id is not None
    user = queries.user_by_id(actor.id)
    is_asked, username = user.must_change_password, user.username
    has_password = bool(user.password_hash)
    form = ChangePasswordForm()
    if not has_password:
        del form.old
    if form.validate_on_submit():
        try:
            old = form.old.data if has_password else ""
            new = passwords.choose(form.password.data, username, actor.role, unlike=old)
            proof = operations.prove_own(actor, old, is_identified=sessions.is_identified())
            with transaction():
                changed = operations.change_password(actor, proof, new)
                key = open_session(changed)
            sessions.start(changed, key)
            flash(_("密码已改。您在其他设备上的登录已全部退出。"))
            return redirect(home_of(actor) if is_asked else url_for("accounts.me"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page(
        "accounts/change_password.html",
        form,
        username=username,
        is_asked=is_asked,
        least=rules.least_password(actor.role),
        has_password=has_password,
        is_identified=sessions.is_identified(),
    )


@bp.route("/account/address", methods=["GET", "POST"])
@guarded(rules.may_change_password)
@limited("register")
def address() -> Any:
    """The confirmed address, and the way to another: a link is sent to the new one."""
    actor = current_actor()
    assert actor.id is not None
    user = queries.user_by_id(actor.id)
    present, has_password = address_of(user), bool(user.password_hash)
    form = NewAddressForm()
    if not has_password:
        del form.password
    if form.validate_on_submit():
        try:
            if not own_proof(form).is_right:
                raise Invalid(WRONG_PASSWORD, field="password")
            with transaction():
                operations.ask_for_link(LinkKind.ADDRESS, form.email.data, language(), actor)
            return redirect(url_for("accounts.mail_sent", kind="address"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page(
        "accounts/address.html",
        form,
        address=present,
        may_remove=bool(present) and not user.is_named_by_mail,
        mails=mailer().sends,
        has_password=has_password,
        is_identified=sessions.is_identified(),
    )


@bp.route("/account/address/<token>", methods=["GET", "POST"])
@guarded(rules.may_change_password)
@limited("signin", methods=("GET", "POST"))
def confirm_address(token: str) -> Any:
    """Ask whether the address is to be kept; the link itself changes nothing."""
    actor = current_actor()
    link = queries.account_link(token)
    if link is None or link.kind is not LinkKind.ADDRESS or link.user_id != actor.id:
        raise Refused(rules.LINK_DEAD)
    rules.may_use_link(link.kind, link.created_at, link.used_at, clock.now()).enforce()
    form, new = Form(), address_of_link(link)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.confirm_address(actor, token)
            flash(_("邮箱已确认。"))
            return redirect(url_for("accounts.me"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/confirm_address.html", form, address=new)


@bp.post("/account/address/remove")
@guarded(rules.may_change_password)
def remove_address() -> Any:
    """Forget the address."""
    with transaction():
        operations.remove_address(current_actor())
    flash(_("邮箱已去掉。"))
    return redirect(url_for("accounts.me"), code=303)


@bp.route("/setup/<token>", methods=["GET", "POST"])
@public
@limited("signin", methods=("GET", "POST"))
def set_up(token: str) -> Any:
    """Make the first administrator by the one-time link."""
    link = queries.setup_link(token)
    if link is None:
        raise Refused(rules.SETUP_LINK_DEAD)
    has_one = queries.has_administrator()
    rules.may_use_setup_link(link.created_at, link.used_at, has_one, clock.now()).enforce()
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            name = queries.normal_username(form.username.data)
            password = passwords.choose(form.password.data, name, Role.ADMINISTRATOR)
            with transaction():
                user = operations.set_up_administrator(token, name, password)
                key = open_session(user)
            sessions.start(user, key)
            flash(_("管理员已设置。接下来请建立部门，再为同事建立账号。"))
            return redirect(url_for("accounts.departments"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/set_up.html", form, least=rules.STAFF_PASSWORD)


def _page(template: str, form: Any, **values: Any) -> Any:
    page = render_template(template, form=form, **values)
    return page, 422 if form.errors else 200
