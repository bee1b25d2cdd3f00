"""One's own account: sign in and out, register, change password and name, the first set-up."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts import operations, passwords, queries, rules, sessions
from participation.accounts.forms import (
    ChangePasswordForm,
    ProfileForm,
    RegisterForm,
    SetUpForm,
    SignInForm,
)
from participation.accounts.views.blueprint import bp
from participation.kernel import clock
from participation.kernel.actor import Actor, Role
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, guarded, local_path, public

AUTOMATIC = N_("这次提交像是由程序自动填写的，没有受理。请重新填写，看不见的那一栏不要填。")


def _home(actor: Actor) -> str:
    return url_for("desk.home" if actor.is_staff else "accounts.me")


@bp.route("/account/sign-in", methods=["GET", "POST"])
@public
@limited("signin")
def sign_in() -> Any:
    """Sign in, and go on to the page that asked for it."""
    if request.method == "GET" and current_actor().is_authenticated:
        return redirect(_home(current_actor()), code=303)
    form = SignInForm()
    if form.validate_on_submit():
        proof = operations.prove(form.username.data, form.password.data)
        with transaction(even_read_only=True):
            user = operations.sign_in(proof)
        if user is not None:
            sessions.start(user)
            target = local_path(request.args.get("next")) or _home(current_actor())
            return redirect(target, code=303)
        form.refuse(Refused(rules.CANNOT_SIGN_IN))
    back = local_path(request.args.get("next"))
    return _page("accounts/sign_in.html", form, next=back)


@bp.post("/account/sign-out")
@public
def sign_out() -> Any:
    """End all sessions of whoever is signed in."""
    if current_actor().is_authenticated:
        with transaction(even_read_only=True):
            operations.sign_out(current_actor())
    sessions.end()
    return redirect(url_for("portal.front"), code=303)


@bp.route("/account/register", methods=["GET", "POST"])
@public
@limited("register")
def register() -> Any:
    """Make an account for oneself: a name and a password, nothing more."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            if form.looks_automatic:
                raise Refused(AUTOMATIC)
            name = queries.normal_username(form.username.data)
            password = passwords.choose(form.password.data, name, Role.CITIZEN)
            with transaction():
                user = operations.register_citizen(name, password)
            sessions.start(user)
            flash(_("账号已建立，您已登录。"))
            return redirect(local_path(request.args.get("next")) or url_for("accounts.me"), 303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/register.html", form, least=rules.CITIZEN_PASSWORD)


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
    return _page("accounts/me.html", form, user=user, role_words=rules.ROLE_WORDS)


@bp.route("/account/password", methods=["GET", "POST"])
@guarded(rules.may_change_password)
@limited("signin")
def change_password() -> Any:
    """Change one's own password; all other sessions end."""
    actor = current_actor()
    assert actor.id is not None
    user = queries.user_by_id(actor.id)
    is_asked, username = user.must_change_password, user.username
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            old = form.old.data
            new = passwords.choose(form.password.data, username, actor.role, unlike=old)
            proof = operations.prove_own(actor, old)
            with transaction():
                changed = operations.change_password(actor, proof, new)
            sessions.start(changed)
            flash(_("密码已改。您在其他设备上的登录已全部退出。"))
            return redirect(_home(actor) if is_asked else url_for("accounts.me"), code=303)
        except Refused as error:
            form.refuse(error)
    least = rules.STAFF_PASSWORD if actor.is_staff else rules.CITIZEN_PASSWORD
    return _page(
        "accounts/change_password.html", form, username=username, is_asked=is_asked, least=least
    )


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
            sessions.start(user)
            flash(_("管理员已设置。接下来请建立部门，再为同事建立账号。"))
            return redirect(url_for("accounts.departments"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/set_up.html", form, least=rules.STAFF_PASSWORD)


def _page(template: str, form: Any, **values: Any) -> Any:
    page = render_template(template, form=form, **values)
    return page, 422 if form.errors else 200
