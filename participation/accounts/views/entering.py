"""Coming in: sign in and out, register by mail or by name, a forgotten password.

Every answer is the same whoever an address belongs to: the page says that a mail is on its way,
and only the mail itself says more.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts import operations, passwords, queries, rules, sessions
from participation.accounts.addresses import address_of_link
from participation.accounts.forms import (
    AddressForm,
    NewAccountForm,
    NewPasswordForm,
    RegisterForm,
    SignInForm,
)
from participation.accounts.models import AccountLink
from participation.accounts.rules import LinkKind
from participation.accounts.views.blueprint import bp, open_session
from participation.kernel import clock
from participation.kernel.actor import Actor, Role
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.mailer import mailer
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, local_path, public
from participation.web.locale import language

AUTOMATIC = N_("这次提交像是由程序自动填写的，没有受理。请重新填写，看不见的那一栏不要填。")


def home_of(actor: Actor) -> str:
    """Where a person goes who has just come in."""
    return url_for("desk.home" if actor.is_staff else "accounts.me")


@bp.route("/account/sign-in", methods=["GET", "POST"])
@public
@limited("signin")
def sign_in() -> Any:
    """Sign in, and go on to the page that asked for it."""
    if request.method == "GET" and current_actor().is_authenticated:
        return redirect(home_of(current_actor()), code=303)
    form = SignInForm()
    if form.validate_on_submit():
        proof = operations.prove(form.username.data, form.password.data)
        key = ""
        with transaction(even_read_only=True):
            user = operations.sign_in(proof)
            if user is not None:
                key = open_session(user)
        if user is not None:
            sessions.start(user, key)
            target = local_path(request.args.get("next")) or home_of(current_actor())
            return redirect(target, code=303)
        form.refuse(Refused(rules.CANNOT_SIGN_IN))
    back = local_path(request.args.get("next"))
    settings = current_app.config["SETTINGS"]
    provider = settings.oidc_name if settings.oidc_issuer else ""
    return _page("accounts/sign_in.html", form, next=back, provider=provider, mails=mailer().sends)


@bp.post("/account/sign-out")
@public
def sign_out() -> Any:
    """End the session in this browser; those in others are ended on a page of their own."""
    if current_actor().is_authenticated:
        with transaction(even_read_only=True):
            operations.sign_out(current_actor(), sessions.present_key())
    sessions.end()
    return redirect(url_for("portal.front"), code=303)


@bp.route("/account/register", methods=["GET", "POST"])
@public
@limited("register")
def register() -> Any:
    """Ask for a link to make an account; by name where the platform sends no mail."""
    if not mailer().sends:
        return _register_by_name()
    form = AddressForm()
    if form.validate_on_submit():
        return _ask(LinkKind.REGISTER, form, "accounts/register_by_mail.html")
    return _page("accounts/register_by_mail.html", form)


def _register_by_name() -> Any:
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            if form.looks_automatic:
                raise Refused(AUTOMATIC)
            name = queries.normal_username(form.username.data)
            password = passwords.choose(form.password.data, name, Role.CITIZEN)
            with transaction():
                user = operations.register_citizen(name, password)
                key = open_session(user)
            sessions.start(user, key)
            flash(_("账号已建立，您已登录。"))
            return redirect(local_path(request.args.get("next")) or url_for("accounts.me"), 303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/register.html", form, least=rules.CITIZEN_PASSWORD)


@bp.route("/account/register/<token>", methods=["GET", "POST"])
@public
@limited("signin", methods=("GET", "POST"))
def register_by_link(token: str) -> Any:
    """Make an account for the owner of the mailbox; the link only opens this page."""
    address = address_of_link(_usable(token, LinkKind.REGISTER))
    form = NewAccountForm()
    if form.validate_on_submit():
        try:
            given = passwords.choose(form.password.data, address.partition("@")[0], Role.CITIZEN)
            with transaction():
                user = operations.register_by_link(token, form.display_name.data, given)
                key = open_session(user)
            sessions.start(user, key)
            flash(_("账号已建立，您已登录。"))
            return redirect(url_for("accounts.me"), code=303)
        except Refused as error:
            form.refuse(error)
    least = rules.CITIZEN_PASSWORD
    return _page("accounts/register_by_link.html", form, address=address, least=least)


@bp.route("/account/forgotten", methods=["GET", "POST"])
@public
@limited("register")
def forgotten() -> Any:
    """Ask for a link to choose a new password."""
    form = AddressForm()
    if form.validate_on_submit():
        return _ask(LinkKind.RESET, form, "accounts/forgotten.html")
    return _page("accounts/forgotten.html", form, mails=mailer().sends)


@bp.get("/account/mail-sent")
@public
def mail_sent() -> Any:
    """The one answer to everybody who asked for a link."""
    kind = request.args.get("kind", "")
    return render_template("accounts/mail_sent.html", kind=kind if kind in list(LinkKind) else "")


@bp.route("/account/reset/<token>", methods=["GET", "POST"])
@public
@limited("signin", methods=("GET", "POST"))
def reset(token: str) -> Any:
    """Choose a new password; then sign in with it, and the second factor where there is one."""
    address = address_of_link(_usable(token, LinkKind.RESET))
    form = NewPasswordForm()
    found = queries.find_user(address)
    role = found.role if found else Role.CITIZEN
    if form.validate_on_submit():
        try:
            new = passwords.choose(form.password.data, address.partition("@")[0], role)
            with transaction():
                operations.reset_by_link(token, new)
            sessions.end()
            flash(_("密码已改，所有设备上的登录都已退出。请用新密码登录。"))
            return redirect(url_for("accounts.sign_in"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/reset.html", form, address=address, least=rules.least_password(role))


def _ask(kind: LinkKind, form: AddressForm, template: str) -> Any:
    try:
        if form.looks_automatic:
            raise Refused(AUTOMATIC)
        with transaction():
            operations.ask_for_link(kind, form.email.data, language())
        return redirect(url_for("accounts.mail_sent", kind=kind.value), code=303)
    except Refused as error:
        form.refuse(error)
    return _page(template, form, mails=mailer().sends)


def _usable(token: str, kind: LinkKind) -> AccountLink:
    link = queries.account_link(token)
    if link is None or link.kind is not kind:
        raise Refused(rules.LINK_DEAD)
    rules.may_use_link(link.kind, link.created_at, link.used_at, clock.now()).enforce()
    return link


def _page(template: str, form: Any, **values: Any) -> Any:
    page = render_template(template, form=form, **values)
    return page, 422 if form.errors else 200
