"""The joint draft: the list of what members wrote, and the form of one opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from participation.comments.rules import MOST_AT_ONCE
from participation.comments.views.about import about, aim, places_of
from participation.comments.views.write import closed_page, may_write
from participation.consultations.models import Consultation
from participation.consultations.queries import (
    public_by_slug,
)
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.throttle import limited
from participation.organisations import operations, queries, rules
from participation.organisations.forms import OpinionForm
from participation.organisations.models import JointOpinion, Membership
from participation.organisations.operations import Overtaken
from participation.organisations.views.blueprint import bp, page
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.locale import language

PLACE = "/organisations/<int:organisation_id>/drafts/<slug>"


@dataclass(frozen=True)
class Written:
    """One opinion as a list shows it: where it is about, by whom it was last written, `error`."""

    opinion: JointOpinion
    place: str
    writer: str
    error: str = ""


@bp.get(PLACE)
@guarded(rules.may_draft_together)
def draft(organisation_id: int, slug: str) -> Any:
    """What members wrote so far, and what was sent."""
    own, consultation = entered(organisation_id, slug)
    found = queries.unsent_draft(organisation_id, consultation.id)
    choices, names = places_of(consultation.id), queries.names_of(organisation_id)
    return page(
        "draft",
        own=own,
        organisation=own.organisation,
        consultation=consultation,
        written=written_of(found.id, names, choices) if found else [],
        sent=queries.sent_drafts(organisation_id, consultation.id),
        names=names,
        choices=[(key, label) for (kind, key), label in choices.items() if kind == "clause"],
        verdict=may_write(consultation),
        may_send=rules.may_send(own.part),
        most=MOST_AT_ONCE,
        forgotten_at=consultation.closes_at + rules.UNSENT_KEPT if consultation.closes_at else None,
        saved=session.pop("joint_saved", None),
        is_open=consultation.stage(clock.now()) is Stage.OPEN,
        now=clock.now(),
    )


@bp.route(f"{PLACE}/write", methods=["GET", "POST"])
@guarded(rules.may_draft_together)
@limited("submit")
def write(organisation_id: int, slug: str) -> Any:
    """The form of one opinion: a new one (`clause`, `document`, `words`), or that of a `key`."""
    own, consultation = entered(organisation_id, slug)
    verdict = may_write(consultation)
    if request.method == "GET":
        if not verdict:
            return closed_page(consultation, [], verdict)
        return _page(own, consultation, _asked(organisation_id, consultation), 200)
    form = OpinionForm()
    if not form.validate():
        return _page(own, consultation, form, 422)
    try:
        with transaction():
            operations.save_opinion(
                current_actor(), organisation_id, slug, form.written(language()), form.seen
            )
    except Overtaken as error:
        return _overtaken(organisation_id, slug, form, error)
    except Refused as error:
        if not may_write(public_by_slug(slug, clock.now())) or error.reason == rules.SENT_ALREADY:
            return closed_page(public_by_slug(slug, clock.now()), _typed(form), error)
        form.refuse(error)
        own, consultation = entered(organisation_id, slug)
        return _page(own, consultation, form, 422)
    flash(_("已存到共同草稿，其他成员现在能看到。"))
    # Read once by the list, which ends the keeping of the words in this browser.
    session["joint_saved"] = _keep(organisation_id, slug, form)
    return redirect(_draft_url(organisation_id, slug), code=303)


@bp.post(f"{PLACE}/drop")
@guarded(rules.may_draft_together)
def drop(organisation_id: int, slug: str) -> Any:
    """Take one opinion out of the draft."""
    seen = request.form.get("version", "")
    try:
        with transaction():
            operations.drop_opinion(
                current_actor(),
                organisation_id,
                slug,
                request.form.get("key", ""),
                int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            )
    except Refused as error:
        flash(sentence(error), "error")
    else:
        flash(_("已去掉。"))
    return redirect(_draft_url(organisation_id, slug), code=303)


def entered(organisation_id: int, slug: str) -> tuple[Membership, Consultation]:
    """The reader's place in the organisation, and the matter; NotFound for whoever is no member."""
    own = queries.own_membership(organisation_id, current_actor().id)
    return own, public_by_slug(slug, clock.now())


def written_of(
    draft_id: int,
    names: dict[int, str],
    places: dict[tuple[str, str], str],
    errors: dict[int, str] | None = None,
) -> list[Written]:
    """The opinions of a draft as lists show them; `names` of members, `errors` by place, from 0."""
    whole = _("整个草案")
    return [
        Written(
            each,
            places.get(("document", str(each.document_id)))
            or places.get(("clause", each.clause_key or ""))
            or (_("草案里已没有的一条") if each.clause_key else whole),
            names.get(each.written_by_id or 0) or _("已退出的成员"),
            (errors or {}).get(place, ""),
        )
        for place, each in enumerate(queries.opinions_of(draft_id))
    ]


def _draft_url(organisation_id: int, slug: str) -> str:
    return url_for("organisations.draft", organisation_id=organisation_id, slug=slug)


def _asked(organisation_id: int, consultation: Consultation) -> OpinionForm:
    """The empty form, or that of the opinion which the address names."""
    key = request.args.get("key")
    if not key:
        form = OpinionForm(formdata=None)
        aim(form, request.args, consultation.id)
        return form
    found = queries.unsent_draft(organisation_id, consultation.id)
    opinion = queries.opinion_by_key(found.id, key) if found else None
    if opinion is None:
        raise NotFound(key)
    return _form_of(opinion)


def _form_of(opinion: JointOpinion) -> OpinionForm:
    return OpinionForm(
        formdata=None,
        data={
            "clause": opinion.clause_key or "",
            "document": str(opinion.document_id or ""),
            "quoted_text": opinion.quoted_text,
            "quoted_at": "" if opinion.quoted_at is None else str(opinion.quoted_at),
            "stance": opinion.stance,
            "body": opinion.body,
            "proposal_kind": opinion.proposal_kind or "",
            "proposed_text": opinion.proposed_text,
            "submission_key": opinion.submission_key,
            "version": str(opinion.version),
        },
    )


def _overtaken(organisation_id: int, slug: str, form: OpinionForm, error: Overtaken) -> Response:
    """The other's words beside what was typed; saved from here, they are replaced knowingly."""
    own, consultation = entered(organisation_id, slug)
    draft = queries.unsent_draft(organisation_id, consultation.id)
    key = form.submission_key.data or ""
    present = queries.opinion_by_key(draft.id, key) if draft and error.present else None
    form.version.data = str(present.version) if present else "0"
    names = queries.names_of(organisation_id)
    writer = names.get(present.written_by_id or 0, "") if present else ""
    is_own = present is not None and present.written_by_id == current_actor().id
    return _page(
        own, consultation, form, 409, overtaken=True, present=present, writer=writer, is_own=is_own
    )


def _page(
    own: Membership, consultation: Consultation, form: OpinionForm, status: int, **more: Any
) -> Response:
    return page(
        "write",
        status,
        own=own,
        organisation=own.organisation,
        consultation=consultation,
        form=form,
        about=about(consultation.id, form),
        keep=_keep(own.organisation_id, consultation.slug, form),
        now=clock.now(),
        **more,
    )


def _keep(organisation_id: int, slug: str, form: OpinionForm) -> str:
    """The name under which a browser keeps words that were not saved yet."""
    place = form.clause.data or form.document.data or ""
    return f"joint:{organisation_id}:{slug}:{place}:{form.seen}"


def _typed(form: OpinionForm) -> list[tuple[str, str]]:
    fields = (form.body, form.proposed_text)
    return [(each.label.text, each.data) for each in fields if each.data]
