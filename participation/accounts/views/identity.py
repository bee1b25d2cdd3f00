"""Sign-in through the OpenID provider: asked, answered, confirmed on a page, linked, unlinked.

What the provider's answer brings is kept in this browser's session only; nothing is written until
the person presses the button on the page that says who comes in.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from participation.accounts import operations, queries, rules, sessions
from participation.accounts.forms import IdentityForm
from participation.accounts.openid import NotIdentified, ProviderAway, Question
from participation.accounts.views.blueprint import bp, open_session, own_form, own_proof
from participation.accounts.views.entering import home_of
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused, Unavailable
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, guarded, local_path, public
from participation.web.forms import Form

if TYPE_CHECKING:
    from participation.accounts.provider import Provider

log = logging.getLogger(__name__)

ASKED, ANSWERED = "identity_asked", "identity_answered"
ANSWER_LIVES = 600
AWAY = N_("统一身份认证暂时没有答复。请稍后再试，或者用密码登录。")
UNBELIEVED = N_("统一身份认证没有完成，没有登录。请从登录页重新开始。")


@bp.get("/account/identity")
@public
@limited("signin", methods=("GET",))
def ask_provider() -> Any:
    """Send the browser to the provider; only this browser's own session knows of it."""
    provider = _provider()
    again = current_actor().is_authenticated
    try:
        url, question = provider.ask(again=again)
    except ProviderAway as error:
        raise Unavailable(AWAY) from error
    session.pop(ANSWERED, None)
    session[ASKED] = question.kept() | {"next": local_path(request.args.get("next")) or ""}
    return redirect(url, code=303)


@bp.get("/account/identity/answer")
@public
@limited("signin", methods=("GET",))
def hear_provider() -> Any:
    """Check what the provider says, once, and go to the page that asks whether to come in."""
    provider, asked = _provider(), session.pop(ASKED, None)
    if asked is None:
        raise Refused(UNBELIEVED)
    back = asked.pop("next")
    try:
        found = provider.answer(Question(**asked), request.args)
    except NotIdentified as error:
        log.warning("sign-in through the provider was not believed: %s", error)
        raise Refused(UNBELIEVED) from error
    except ProviderAway as error:
        raise Unavailable(AWAY) from error
    session[ANSWERED] = {
        "issuer": found.issuer,
        "subject": found.subject,
        "name": found.name[: rules.LONGEST_NAME],
        "at": int(clock.now().timestamp()),
        "next": back,
    }
    return redirect(url_for("accounts.come_in"), code=303)


@bp.route("/account/identity/come-in", methods=["GET", "POST"])
@public
@limited("signin")
def come_in() -> Any:
    """Say who comes in, or which account is linked; the button does it."""
    answered = session.get(ANSWERED)
    if not answered or clock.now().timestamp() >= answered["at"] + ANSWER_LIVES:
        raise Refused(UNBELIEVED)
    if current_actor().is_authenticated:
        return _link(answered)
    known = queries.identity(answered["issuer"], answered["subject"])
    form = IdentityForm(display_name=answered["name"]) if known is None else Form()
    if form.validate_on_submit():
        try:
            name = form.display_name.data if known is None else ""
            with transaction(even_read_only=True):
                user = operations.enter_by_identity(answered["issuer"], answered["subject"], name)
                key = open_session(user)
            sessions.start(user, key)
            sessions.note_identity()
            return redirect(answered["next"] or home_of(current_actor()), code=303)
        except Refused as error:
            form.refuse(error)
    person = queries.user_by_id(known.user_id).display_name if known else ""
    return _page("accounts/come_in.html", form, person=person)


def _link(answered: dict[str, Any]) -> Any:
    """For a person who is signed in: link the provider's account, or prove to be oneself."""
    actor = current_actor()
    assert actor.id is not None
    known = queries.identity(answered["issuer"], answered["subject"])
    is_own = known is not None and known.user_id == actor.id
    # A borrowed screen must not give somebody else a way in: the password once more.
    form = Form() if is_own else own_form()
    if form.validate_on_submit():
        try:
            if not is_own and not own_proof(form).is_right:
                raise Invalid(N_("密码不正确。"), field="password")
            with transaction():
                operations.link_identity(actor, answered["issuer"], answered["subject"])
            session.pop(ANSWERED, None)
            sessions.note_identity()
            flash(_("身份已确认。") if is_own else _("已绑定，今后可以用它登录。"))
            return redirect(answered["next"] or url_for("accounts.me"), code=303)
        except Refused as error:
            form.refuse(error)
    return _page("accounts/link_identity.html", form, is_own=is_own, name=answered["name"])


@bp.post("/account/identity/unlink")
@guarded(rules.may_change_password)
def unlink_identity() -> Any:
    """Sign in by password alone from now on."""
    issuer = current_app.config["SETTINGS"].oidc_issuer.rstrip("/")
    with transaction():
        operations.unlink_identity(current_actor(), issuer)
    flash(_("已解除绑定。"))
    return redirect(url_for("accounts.me"), code=303)


def _provider() -> Provider:
    # Its libraries take most of a second to load: a start without a provider does not pay for it.
    from participation.accounts.provider import Provider

    settings = current_app.config["SETTINGS"]
    if not settings.oidc_issuer:
        abort(404)
    return Provider(settings, f"{settings.site}{url_for('accounts.hear_provider')}")


def _page(template: str, form: Any, **values: Any) -> Any:
    name = current_app.config["SETTINGS"].oidc_name
    page = render_template(template, form=form, provider=name, **values)
    return page, 422 if form.errors else 200
