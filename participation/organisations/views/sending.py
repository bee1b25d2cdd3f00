"""The lead looks the joint draft over and sends it for the organisation."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _

from participation.comments.operations import spend_proof
from participation.comments.rules import RESPONDENT_WORDS
from participation.comments.views.about import places_of
from participation.comments.views.basket import UNSURE
from participation.comments.views.files import change_files, is_about_files, waiting
from participation.comments.views.senders import admit, new_challenge
from participation.comments.views.write import (
    AUTOMATIC,
    closed_page,
    contact_hint,
    may_write,
    notice_of,
)
from participation.consultations.models import Consultation
from participation.consultations.queries import public_by_slug
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.organisations import operations, queries, rules
from participation.organisations.forms import SendForm
from participation.organisations.models import Membership
from participation.organisations.operations import Changed, GivenSending
from participation.organisations.views.blueprint import bp, page
from participation.organisations.views.drafting import (
    PLACE,
    Written,
    entered,
    written_of,
)
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.locale import language


@bp.route(f"{PLACE}/send", methods=["GET", "POST"])
@guarded(rules.may_draft_together)
@limited("submit")
def send(organisation_id: int, slug: str) -> Any:
    """The list as it will be sent, and what the lead adds; sent, it leads to the receipt."""
    own, consultation = entered(organisation_id, slug)
    rules.may_send(own.part).enforce()
    if request.method == "POST":
        return _send(own, consultation)
    listed = _listed(own, consultation)
    verdict = may_write(consultation)
    if not verdict:
        return closed_page(consultation, _typed(listed), verdict)
    if not listed:
        return _emptied(organisation_id, slug)
    return _page(own, consultation, SendForm(_choices(listed), formdata=None), listed)


def _send(own: Membership, consultation: Consultation) -> Any:
    number, slug = own.organisation_id, consultation.slug
    listed = _listed(own, consultation)
    form = SendForm(_choices(listed))
    known = queries.draft_by_key(number, form.submission_key.data or "")
    if known is not None and known.sending is not None:
        return _receipt(known.sending.code)
    if not change_files(slug, form) or is_about_files():
        return _page(own, consultation, form, listed)
    errors: dict[int, str] = {}
    if form.looks_automatic:
        form.form_errors.append(sentence(AUTOMATIC))
    elif form.validate():
        try:
            return _receipt(_submit(number, slug, form))
        except Invalid as error:
            place = error.field.removeprefix("item-")
            if place == error.field:
                form.refuse(error)
            else:
                errors[int(place)] = sentence(error)
        except Changed as error:
            form.refuse(error)
        except Refused as error:
            again = public_by_slug(slug, clock.now())
            return closed_page(again, _typed(listed), error)
    own, consultation = entered(number, slug)
    listed = _listed(own, consultation, errors)
    return _page(own, consultation, form, listed) if listed else _emptied(number, slug)


def _submit(organisation_id: int, slug: str, form: SendForm) -> str:
    proof = admit(form)
    given = GivenSending(
        key=form.submission_key.data or "",
        state=form.state.data or "",
        contact=form.contact.data or "",
        locale=language(),
        files=form.refs,
        files_at=form.files_at.data or 0,
    )
    with transaction():
        made = operations.send_joint_draft(current_actor(), organisation_id, slug, given)
        if proof and made.is_new:
            spend_proof(proof)
        return made.sending.code


def _receipt(code: str) -> Any:
    session["sent_receipt"] = code
    return redirect(url_for("comments.sending", code=code), code=303)


def _listed(
    own: Membership, consultation: Consultation, errors: dict[int, str] | None = None
) -> list[Written]:
    found = queries.unsent_draft(own.organisation_id, consultation.id)
    if found is None:
        return []
    names = queries.names_of(own.organisation_id)
    return written_of(found.id, names, places_of(consultation.id), errors)


def _choices(listed: list[Written]) -> list[tuple[int, str]]:
    return [
        (at, _("第 %(place)s 条：%(on)s", place=at + 1, on=each.place))
        for at, each in enumerate(listed)
    ]


def _page(
    own: Membership, consultation: Consultation, form: SendForm, listed: list[Written]
) -> Response:
    """The list as it is now; where a member changed it meanwhile, that is said."""
    draft = queries.unsent_draft(own.organisation_id, consultation.id)
    state = queries.state_of([each.opinion for each in listed])
    told = sentence(Changed())
    if form.state.data and form.state.data != state and told not in form.form_errors:
        form.form_errors.append(told)
    wrong = [place for place, each in enumerate(listed, 1) if each.error]
    form.form_errors += [_(UNSURE, place=place) for place in wrong]
    form.state.data = state
    form.submission_key.data = draft.submission_key if draft else ""
    form.files_at.choices = _choices(listed)
    notice, names = notice_of(consultation)
    return page(
        "send",
        422 if form.errors else 200,
        own=own,
        organisation=own.organisation,
        kind=sentence(RESPONDENT_WORDS[own.organisation.kind]),
        consultation=consultation,
        form=form,
        written=listed,
        files=waiting(consultation.id, form),
        challenge=new_challenge(form),
        contact_hint=contact_hint(consultation),
        notice=notice,
        notice_names=names,
        now=clock.now(),
    )


def _typed(listed: list[Written]) -> list[tuple[str, str]]:
    """What was written, to be copied where it cannot be sent."""
    return [
        (f"{each.place}{_('：')}{_(label)}", text)
        for each in listed
        for label, text in (
            (N_("您的意见"), each.opinion.body),
            (N_("您建议怎么写"), each.opinion.proposed_text),
        )
        if text
    ]


def _emptied(organisation_id: int, slug: str) -> Any:
    """Back to the draft, which says that nothing waits in it."""
    return redirect(
        url_for("organisations.draft", organisation_id=organisation_id, slug=slug), code=303
    )
