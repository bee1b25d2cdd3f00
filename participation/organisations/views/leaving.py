"""Acts that are asked once more before they are done: removing, handing over, leaving, the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.verdict import Verdict
from participation.organisations import operations, queries, rules
from participation.organisations.models import Membership
from participation.organisations.views.blueprint import bp, page
from participation.web.access import current_actor, guarded
from participation.web.forms import Form


@bp.route(
    "/organisations/<int:organisation_id>/members/<int:member_id>/remove", methods=["GET", "POST"]
)
@guarded(rules.may_draft_together)
def remove(organisation_id: int, member_id: int) -> Any:
    """Take a member out."""
    own, found = _pair(organisation_id, member_id)
    return _asked(
        own,
        rules.may_manage(own.part) and rules.may_be_removed(found.part),
        lambda: operations.remove_member(current_actor(), organisation_id, member_id),
        _("已移除。"),
        what="remove",
        name=found.user.display_name,
    )


@bp.route(
    "/organisations/<int:organisation_id>/members/<int:member_id>/lead", methods=["GET", "POST"]
)
@guarded(rules.may_draft_together)
def hand_over(organisation_id: int, member_id: int) -> Any:
    """Make another member the lead."""
    own, found = _pair(organisation_id, member_id)
    return _asked(
        own,
        rules.may_manage(own.part) and rules.may_be_lead(found.part),
        lambda: operations.hand_over(current_actor(), organisation_id, member_id),
        _("负责人已换。"),
        what="hand_over",
        name=found.user.display_name,
    )


@bp.route("/organisations/<int:organisation_id>/leave", methods=["GET", "POST"])
@guarded(rules.may_draft_together)
def leave(organisation_id: int) -> Any:
    """Leave; whoever is alone dissolves by it."""
    own = queries.own_membership(organisation_id, current_actor().id)
    others = queries.member_count(organisation_id) - 1
    return _asked(
        own,
        rules.may_leave(own.part, others),
        lambda: operations.leave_organisation(current_actor(), organisation_id),
        _("您已退出。"),
        what="leave" if others else "dissolve",
        is_gone=True,
    )


@bp.route("/organisations/<int:organisation_id>/dissolve", methods=["GET", "POST"])
@guarded(rules.may_draft_together)
def dissolve(organisation_id: int) -> Any:
    """End the organisation."""
    own = queries.own_membership(organisation_id, current_actor().id)
    return _asked(
        own,
        rules.may_manage(own.part),
        lambda: operations.dissolve_organisation(current_actor(), organisation_id),
        _("单位已解散，没有提交的草稿已销毁。"),
        what="dissolve",
        is_gone=True,
    )


def _pair(organisation_id: int, member_id: int) -> tuple[Membership, Membership]:
    own = queries.own_membership(organisation_id, current_actor().id)
    return own, queries.member(organisation_id, member_id)


def _asked(
    own: Membership,
    verdict: Verdict,
    act: Callable[[], None],
    done: str,
    *,
    what: str,
    name: str = "",
    is_gone: bool = False,
) -> Any:
    """The page that asks, the reason why not, or the act and the way back."""
    form, organisation = Form(), own.organisation
    number, own_id = organisation.id, own.id
    members = queries.members_of(number)
    waiting = sum(each.opinions for each in queries.drafts_of(number))
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                act()
        except Refused as error:
            form.refuse(error)
        else:
            flash(done)
            if is_gone:
                return redirect(url_for("organisations.mine"), code=303)
            return redirect(url_for("organisations.show", organisation_id=number), code=303)
    return page(
        "ask",
        403 if not verdict else 422 if form.errors else 200,
        form=form,
        what=what,
        verdict=verdict,
        name=name,
        others=[each for each in members if each.id != own_id],
        organisation=organisation,
        waiting=waiting,
    )
