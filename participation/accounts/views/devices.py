"""Where one is signed in: the list of browsers, ended one by one or all at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts import operations, queries, rules, sessions
from participation.accounts.views.blueprint import bp
from participation.kernel.db import transaction
from participation.web.access import current_actor, guarded


@bp.get("/account/sessions")
@guarded(rules.may_change_password)
def own_sessions() -> Any:
    """The browsers one is signed in with."""
    number = current_actor().id
    assert number is not None
    return render_template(
        "accounts/sessions.html",
        found=queries.sessions_of(number),
        present=sessions.present_key(),
    )


@bp.post("/account/sessions/end")
@guarded(rules.may_change_password)
def end_sessions() -> Any:
    """End one session, or with no key all but this one."""
    actor, key = current_actor(), request.form.get("key", "")[:32]
    with transaction(even_read_only=True):
        if key:
            count = operations.end_session(actor, key)
        else:
            count = operations.end_other_sessions(actor, sessions.present_key())
    if key == sessions.present_key():
        sessions.end()
        return redirect(url_for("portal.front"), code=303)
    said = _("已退出 %(num)s 个登录。", num=count)
    flash(said if count else _("没有别的登录。"))
    return redirect(url_for("accounts.own_sessions"), code=303)
