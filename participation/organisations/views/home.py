"""One's own organisations, and one of them: members, invitations, joint drafts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from participation.comments.rules import RESPONDENT_WORDS
from participation.consultations.queries import public_by_slug
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.organisations import operations, queries, rules
from participation.organisations.forms import InviteForm, OrganisationForm
from participation.organisations.rules import PART_WORDS, may_draft_together
from participation.organisations.views.blueprint import bp, page
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.forms import Form
from participation.web.locale import language


@bp.get("/organisations")
@guarded(may_draft_together)
def mine() -> Any:
    """The organisations one belongs to."""
    actor = current_actor()
    assert actor.id is not None
    found = queries.mine(actor.id)
    return page(
        "mine",
        found=found,
        may_found=rules.may_found(len(found)),
        parts=PART_WORDS,
        kinds=RESPONDENT_WORDS,
    )


@bp.get("/consultations/<slug>/together")
@guarded(may_draft_together)
def together(slug: str) -> Any:
    """For which organisation one writes here; `clause` is passed on to the form."""
    actor = current_actor()
    assert actor.id is not None
    consultation = public_by_slug(slug, clock.now())
    return page(
        "together",
        consultation=consultation,
        found=queries.mine(actor.id),
        clause=request.args.get("clause") or None,
        parts=PART_WORDS,
        now=clock.now(),
    )


@bp.route("/organisations/new", methods=["GET", "POST"])
@guarded(may_draft_together)
@limited("follow")
def new() -> Any:
    """Found an organisation; `back` is the matter that one came from."""
    form = OrganisationForm()
    slug = request.args.get("on", "")
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.found_organisation(current_actor(), *form.values())
                number = made.id
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("单位已建立，您是负责人。现在可以邀请成员。"))
            return redirect(
                url_for("organisations.show", organisation_id=number, on=slug or None), code=303
            )
    return page("new", 422 if form.errors else 200, form=form, on=slug)


@bp.get("/organisations/<int:organisation_id>")
@guarded(may_draft_together)
def show(organisation_id: int) -> Any:
    """An organisation as its members see it."""
    return _home(organisation_id, InviteForm())


@bp.post("/organisations/<int:organisation_id>/invitations")
@guarded(may_draft_together)
@limited("follow")
def invite(organisation_id: int) -> Any:
    """Send an invitation to an address."""
    form = InviteForm()
    if form.validate():
        try:
            with transaction():
                operations.invite_member(
                    current_actor(), organisation_id, form.email.data or "", language()
                )
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("邀请会在几分钟内寄到。对方打开邮件里的链接，登录后就能加入。"))
            return _back(organisation_id)
    return _home(organisation_id, form)


@bp.post("/organisations/<int:organisation_id>/invitations/<int:invitation_id>/revoke")
@guarded(may_draft_together)
def revoke(organisation_id: int, invitation_id: int) -> Any:
    """Make an invitation worth nothing."""
    with transaction():
        operations.revoke_invitation(current_actor(), organisation_id, invitation_id)
    flash(_("邀请已撤销，邮件里的链接不能再用。"))
    return _back(organisation_id)


@bp.route("/organisations/<int:organisation_id>/name", methods=["GET", "POST"])
@guarded(may_draft_together)
def rename(organisation_id: int) -> Any:
    """Change name and kind."""
    own = queries.own_membership(organisation_id, current_actor().id)
    rules.may_manage(own.part).enforce()
    found = own.organisation
    form = OrganisationForm(name=found.name, kind=found.kind.value)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.rename_organisation(current_actor(), organisation_id, *form.values())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("名称已改。以前提交的意见不变。"))
            return _back(organisation_id)
    return page("rename", 422 if form.errors else 200, form=form, organisation_id=organisation_id)


def _back(organisation_id: int) -> Any:
    return redirect(url_for("organisations.show", organisation_id=organisation_id), code=303)


def _home(organisation_id: int, form: Form) -> Any:
    own = queries.own_membership(organisation_id, current_actor().id)
    now = clock.now()
    may_manage = rules.may_manage(own.part)
    invited = queries.invitations_of(organisation_id, now) if may_manage else []
    on = request.args.get("on", "")
    return page(
        "show",
        422 if form.errors else 200,
        form=form,
        own=own,
        organisation=own.organisation,
        members=queries.members_of(organisation_id),
        invited=[(each, operations.invited_address(each)) for each in invited],
        drafts=queries.drafts_of(organisation_id),
        may_manage=may_manage,
        parts=PART_WORDS,
        kind=sentence(RESPONDENT_WORDS[own.organisation.kind]),
        lives=rules.INVITED_FOR,
        on=public_by_slug(on, now) if on else None,
        now=now,
    )
