"""Joining by the link of an invitation: the link asks, the button joins."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.throttle import limited
from participation.organisations import operations, queries, rules
from participation.organisations.models import Invitation
from participation.organisations.views.blueprint import bp, page
from participation.web.access import current_actor, guarded, public
from participation.web.forms import Form


@bp.get("/organisations/join/<token>")
@public
@limited("signin", methods=("GET",))
def join(token: str) -> Any:
    """Ask whether one wants to join; a guest is told of what, and signs in or registers first."""
    found = _usable(token)
    actor = current_actor()
    is_member = False
    if actor.is_authenticated:
        try:
            queries.own_membership(found.organisation_id, actor.id)
            is_member = True
        except NotFound:
            pass
    return page(
        "join",
        organisation=found.organisation,
        form=Form(),
        verdict=rules.may_draft_together(actor),
        is_member=is_member,
        here=request.path,
        ends_at=found.created_at + rules.INVITED_FOR,
    )


@bp.post("/organisations/join/<token>")
@guarded(rules.may_draft_together)
@limited("signin")
def accept(token: str) -> Any:
    """Join."""
    with transaction():
        number = operations.accept_invitation(current_actor(), token).id
    flash(_("您已加入。"))
    return redirect(url_for("organisations.show", organisation_id=number), code=303)


def _usable(token: str) -> Invitation:
    found = queries.invitation_by_token(token)
    if found is None:
        raise Refused(rules.INVITATION_DEAD)
    rules.may_accept(found.created_at, is_open=found.ended_at is None, now=clock.now()).enforce()
    return found
