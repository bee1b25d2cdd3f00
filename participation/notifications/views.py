"""Following by mail: ask, confirm, change, end; and the page of one's own for an account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts import places, portable
from participation.accounts.models import User
from participation.accounts.places import Place
from participation.accounts.queries import all_departments
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.notifications import links, operations, queries, rules
from participation.notifications.forms import AddressForm, FollowForm, OwnForm
from participation.notifications.models import Follower, FollowRequest
from participation.notifications.rules import Pace, Subject, SubjectKind, may_see_own
from participation.rulebook.subjects import Audience, Topic
from participation.web.access import current_actor, guarded, public
from participation.web.filters import sentence
from participation.web.locale import language

bp = Blueprint("notifications", __name__)


@bp.route("/follow", methods=["GET", "POST"])
@public
@limited("follow")
def follow() -> Any:
    """Choose what to follow; a letter asks the address whether it agrees."""
    wanted = queries.known_subjects(request.args.getlist("of")[:20])
    others = [each for each in wanted if each.kind is SubjectKind.CONSULTATION]
    others.append(Subject(SubjectKind.ALL))
    form = FollowForm(_choices(others), data=_ticked(wanted))
    if not form.validate_on_submit():
        page = render_template("notifications/follow.html", form=form, wanted=wanted)
        return page, 422 if form.is_submitted() else 200
    if not form.looks_automatic:
        subjects = queries.known_subjects(form.subjects)
        with transaction():
            pace = Pace(form.pace.data)
            operations.ask_to_follow(form.address.data, subjects, pace, language())
    return redirect(url_for("notifications.sent"), code=303)


def _choices(others: list[Subject]) -> dict[str, list[tuple[str, str]]]:
    names = queries.names_of(others)
    departments = [
        (f"{SubjectKind.DEPARTMENT}:{each.id}", "　" * each.depth + each.name)
        for each in all_departments()
    ]
    return {
        "others": [(str(each), sentence(names[each])) for each in others if each in names],
        "topics": [(f"{SubjectKind.TOPIC}:{each}", _(each.label)) for each in Topic],
        "audiences": [(f"{SubjectKind.AUDIENCE}:{each}", _(each.label)) for each in Audience],
        "departments": departments,
    }


def _ticked(wanted: list[Subject]) -> dict[str, list[str]]:
    fields = {
        SubjectKind.TOPIC: "topics",
        SubjectKind.AUDIENCE: "audiences",
        SubjectKind.DEPARTMENT: "departments",
    }
    ticked: dict[str, list[str]] = {}
    for each in wanted:
        ticked.setdefault(fields.get(each.kind, "others"), []).append(str(each))
    return ticked


@bp.get("/follow/sent")
@public
def sent() -> str:
    """A letter is on its way: the same words whether the address is known or not."""
    return render_template("notifications/sent.html")


@bp.route("/follow/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Any:
    """Press the button to follow; opening the link alone does nothing."""
    asked = _request(links.CONFIRM, token)
    if not asked.subjects:
        raise NotFound(token)
    names = queries.names_of(queries.known_subjects(asked.subjects))
    is_done, problem = False, ""
    if request.method == "POST":
        try:
            with transaction():
                operations.confirm(asked.nonce)
            is_done = True
        except Refused as error:
            problem = sentence(error)
    page = render_template(
        "notifications/confirm.html",
        names=names,
        pace=asked.pace,
        is_done=is_done,
        problem=problem or _too_old(asked),
        token=token,
    )
    return page, 403 if problem else 200


def _request(purpose: str, token: str) -> FollowRequest:
    nonce = links.read(purpose, token)
    found = queries.request_by_nonce(nonce) if nonce else None
    if found is None:
        raise NotFound(token)
    return found


def _too_old(asked: FollowRequest) -> str:
    is_old = clock.now() >= asked.created_at + rules.CONFIRM_WITHIN
    return sentence(operations.WORN_OUT) if is_old else ""


@bp.route("/unsubscribe/<key>", methods=["GET", "POST"])
@public
def unsubscribe(key: str) -> Any:
    """End one subscription of a letter, or all; without signing in, and good for nothing else.

    Mail programs press the button themselves (RFC 8058): one POST, no cookie, no redirect.
    """
    word = request.form.get("of") or request.args.get("of") or ""
    if request.form.get("all"):
        word = ""
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None
    if request.method == "POST":
        with transaction():
            operations.stop(key[:40], number)
        return render_template("notifications/stopped.html", is_all=number is None)
    follower = queries.follower_by_stop_key(key[:40])
    every = follower.subscriptions if follower else []
    one = next((each for each in every if each.id == number), None)
    names = queries.names_of(queries.known_subjects([one.subject] if one else []))
    return render_template(
        "notifications/unsubscribe.html",
        key=key,
        count=len(every),
        one=one,
        name=sentence(next(iter(names.values()), "")),
    )


@bp.route("/follow/mine", methods=["GET", "POST"])
@public
@limited("follow")
def ask_for_own() -> Any:
    """Have the link to one's subscriptions sent to the address itself."""
    form = AddressForm()
    if not form.validate_on_submit():
        page = render_template("notifications/ask_for_own.html", form=form)
        return page, 422 if form.is_submitted() else 200
    if not form.looks_automatic:
        with transaction():
            operations.ask_for_own(form.address.data, language())
    return redirect(url_for("notifications.sent"), code=303)


@bp.route("/follow/mine/<token>", methods=["GET", "POST"])
@public
def mine(token: str) -> Any:
    """What an address follows, for whoever holds the letter's link."""
    asked = _request(links.MINE, token)
    if asked.subjects or _too_old(asked):
        raise NotFound(token)
    return _own_page(queries.follower_by_digest(asked.digest))


@bp.route("/follow/own", methods=["GET", "POST"])
@guarded(may_see_own)
def own() -> Any:
    """What the confirmed address of one's account follows."""
    user = db.session.get(User, current_actor().id)
    found = user.email_digest if user else None
    return _own_page(queries.follower_by_digest(found) if found else None)


def _own_page(follower: Follower | None) -> Any:
    if follower is None:
        return render_template("notifications/mine.html", form=None, is_saved=False)
    followed = [each.subject for each in follower.subscriptions]
    names = queries.names_of(queries.known_subjects(followed))
    form = OwnForm(
        [(str(each), sentence(name)) for each, name in names.items()],
        data={"keep": followed, "pace": follower.pace.value, "locale": follower.locale},
    )
    is_saved = form.validate_on_submit()
    if is_saved:
        with transaction():
            pace = Pace(form.pace.data)
            is_left = operations.change(follower, form.keep.data or [], pace, form.locale.data)
        if not is_left:
            return render_template("notifications/stopped.html", is_all=True)
        return redirect(url_for(str(request.endpoint), **(request.view_args or {})), code=303)
    return render_template("notifications/mine.html", form=form, is_saved=is_saved)


def _count(user_id: int) -> int:
    user = db.session.get(User, user_id)
    return queries.count_of(user.email_digest) if user and user.email_digest else 0


def _portable(user_id: int) -> dict[str, Any]:
    user = db.session.get(User, user_id)
    found = queries.follower_by_digest(user.email_digest) if user and user.email_digest else None
    return {"subscriptions": [each.subject for each in found.subscriptions] if found else []}


def connect(_app: Flask) -> None:
    """Name the page of one's own among those of the account, and what it holds in its data."""
    if not any(each.endpoint == "notifications.own" for each in places.places):
        places.places.append(Place("notifications.own", N_("我订阅的消息"), _count))
        portable.tellers.append(_portable)


# The key in the address is the whole right; mail programs send no form key (RFC 8058, 3.1).
csrf_exempt = (unsubscribe,)
