"""Every route says who may come in: `public`, or the rules that must allow the actor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user

from participation.kernel.actor import GUEST, Actor
from participation.kernel.errors import Refused
from participation.kernel.verdict import N_, Verdict

View = TypeVar("View", bound=Callable[..., Any])
Rule = Callable[[Actor], Verdict]

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = frozenset({"same-origin", "none"})
"""What a browser says of a request that this site's page or the person's own hand has sent."""


def current_actor() -> Actor:
    """Who is asking in this request, as a value."""
    actor = getattr(current_user, "actor", GUEST)
    assert isinstance(actor, Actor)
    return actor


def public(view: View) -> View:
    """Declare that anybody may call a view."""
    view.access = ("public",)  # type: ignore[attr-defined]
    return view


def guarded(*rules: Rule) -> Callable[[View], View]:
    """Let a view be called only where every rule allows; a guest is asked to sign in first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            for rule in rules:
                verdict = rule(actor)
                if not verdict and not actor.is_authenticated:
                    return ask_to_sign_in()
                verdict.enforce()
            return current_app.ensure_sync(view)(*args, **kwargs)

        entered.access = tuple(rule.__name__ for rule in rules)  # type: ignore[attr-defined]
        return entered  # type: ignore[return-value]

    return decorate


def ask_to_sign_in() -> Any:
    """Send a guest to the sign-in page, and back here afterwards where this page can be got."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back))


def local_path(target: str | None) -> str | None:
    """The target where it is a path of this site that the router knows, else None."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(ord(letter) < 32 for letter in target):
        return None
    path = target.split("?", 1)[0].split("#", 1)[0]
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except Exception:
        return None
    return target


def connect(app: Flask) -> None:
    """Refuse what a page of another site sends, before the form keys are even looked at.

    Browsers say so themselves (W3C Fetch Metadata); tools and old browsers say nothing, and for
    them the form keys stand alone.
    """

    @app.before_request
    def refuse_other_sites() -> None:
        sent_by = request.headers.get("Sec-Fetch-Site", "none")
        if request.method not in READING and sent_by not in OWN_PAGES:
            raise Refused(N_("这次提交来自别的网站，没有受理。请在本站的页面上重新提交。"))
