"""Several opinions in one sending: the list to look over before it, then all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from participation.comments import operations, rules
from participation.comments.baskets import KEY, MOST_TEXT, Basket, Item, item_of
from participation.comments.forms import BasketForm, CommentForm
from participation.comments.operations import SubmittedComment
from participation.comments.rules import Channel, ProposalKind, Stance
from participation.comments.views.about import places_of
from participation.comments.views.blueprint import bp
from participation.comments.views.files import change_files, is_about_files
from participation.comments.views.senders import admit, new_challenge
from participation.comments.views.write import (
    AUTOMATIC,
    closed_page,
    contact_hint,
    may_write,
    notice_of,
    unkept,
    writing_page,
)
from participation.consultations.models import Consultation
from participation.consultations.queries import public_by_slug
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_
from participation.web.access import current_actor, public
from participation.web.filters import sentence
from participation.web.locale import language

SENDER = ("respondent_kind", "name", "contact")
# Whoever wrote the first one long ago is not too fast with the last.
CARRIED = (*SENDER, "opened")
FULL = N_("一次最多提交 %(most)s 条，请先提交写好的这些。")
TOO_MUCH = N_("写好的合起来已超过 %(most)s 字，请先提交这些，其余的另外提交。")
UNSURE = N_("第 %(place)s 条有地方要改。")


@dataclass(frozen=True)
class Written:
    """One opinion as the list shows it; `error` is what stops it."""

    key: str
    place: str
    stance: Stance | None
    body: str
    quoted: str
    proposal_kind: ProposalKind | None
    proposed_text: str
    files: int = 0
    error: str = ""


@bp.route("/consultations/<slug>/basket", methods=["GET", "POST"])
@public
@limited("submit")
def basket(slug: str) -> Any:
    """What was written so far; everything is in the form, so that nothing is kept of who leaves.

    `act` is the button: `add` (the form of one opinion), `write`, `edit:<key>`, `drop:<key>`,
    `send`; without one the list is shown.
    """
    now = clock.now()
    consultation = public_by_slug(slug, now)
    filled = Basket.read(request.form.get("basket", ""))
    verdict = may_write(consultation)
    # What was sent in time is answered by its receipt at any time: the operation decides.
    if not verdict and request.form.get("act") != "send":
        return closed_page(consultation, _typed(filled), verdict)
    act, _sep, key = request.form.get("act", "").partition(":")
    if act == "add" or is_about_files():
        return _add(consultation, filled)
    if act == "write":
        return _write(consultation, filled, {"clause": request.form.get("clause", "")})
    if act == "edit" and (found := filled.find(key)):
        return _write(consultation, filled, found)
    if act == "send":
        return _send(consultation, filled)
    return _page(consultation, filled.without(key) if act == "drop" else filled)


def _add(consultation: Consultation, filled: Basket) -> Any:
    form = CommentForm()
    if not change_files(consultation.slug, form) or is_about_files():
        return writing_page(consultation, form, 422 if form.files.errors else 200, filled)
    if form.looks_automatic:
        form.form_errors.append(sentence(AUTOMATIC))
    elif form.validate():
        more = filled.put(item_of({name: field.data for name, field in form._fields.items()}))
        if filled.is_full and len(more) > len(filled):
            form.form_errors.append(_(FULL, most=rules.MOST_AT_ONCE))
        elif more.is_too_long:
            form.form_errors.append(_(TOO_MUCH, most=MOST_TEXT))
        else:
            return _page(consultation, more)
    return writing_page(consultation, form, 422, filled)


def _write(consultation: Consultation, filled: Basket, given: Item) -> Response:
    sender = {name: request.form.get(name, "") for name in CARRIED}
    data = {name: value for name, value in {**sender, **given}.items() if value}
    return writing_page(consultation, CommentForm(formdata=None, data=data), 200, filled)


def _page(
    consultation: Consultation,
    filled: Basket,
    form: BasketForm | None = None,
    errors: dict[int, str] | None = None,
) -> Response:
    """The list; after `add` and its like who speaks is filled in as it was in that form."""
    status = 422 if form else 200
    if form is None:
        given = {name: request.form.get(name) for name in CARRIED}
        data = {name: value for name, value in given.items() if value}
        form = BasketForm(formdata=None, data=data)
    form.basket.data = str(filled)
    choices = places_of(consultation.id)
    notice, names = notice_of(consultation)
    page = render_template(
        "comments/basket.html",
        consultation=consultation,
        form=form,
        written=_written(filled, choices, errors or {}),
        is_full=filled.is_full,
        choices=[(key, label) for (kind, key), label in choices.items() if kind == "clause"],
        keep=consultation.slug,
        words=rules,
        challenge=new_challenge(form),
        contact_hint=contact_hint(consultation),
        notice=notice,
        notice_names=names,
        now=clock.now(),
    )
    return unkept(make_response(page, status))


def _send(consultation: Consultation, filled: Basket) -> Any:
    form = BasketForm()
    errors: dict[int, str] = {}
    if form.looks_automatic:
        form.form_errors.append(sentence(AUTOMATIC))
    elif form.validate():
        sent, errors = _read(filled, form)
        if not errors:
            try:
                return _sent(_submit(consultation.slug, form, sent))
            except Invalid as error:
                place = error.field.removeprefix("item-")
                if place == error.field:
                    form.refuse(error)
                else:
                    errors[int(place)] = sentence(error)
            except Refused as error:
                again = public_by_slug(consultation.slug, clock.now())
                return closed_page(again, _typed(filled), error)
    form.form_errors += [_(UNSURE, place=place + 1) for place in sorted(errors)]
    return _page(public_by_slug(consultation.slug, clock.now()), filled, form, errors)


def _read(filled: Basket, sender: BasketForm) -> tuple[list[SubmittedComment], dict[int, str]]:
    """Every opinion through the form that a single one goes through, and what stops which."""
    channel = Channel.ACCOUNT if current_actor().is_authenticated else Channel.WEB
    sent, errors = [], {}
    said = {name: sender[name].data or "" for name in SENDER}
    for place, item in enumerate(filled.items):
        form = CommentForm(formdata=MultiDict({**item, **said}), meta={"csrf": False})
        if form.validate():
            sent.append(SubmittedComment(**form.words(), channel=channel, locale=language()))
        else:
            errors[place] = str(next(iter(form.errors.values()))[0])
    return sent, errors


def _submit(slug: str, form: BasketForm, sent: list[SubmittedComment]) -> operations.Sent:
    proof = admit(form)
    with transaction():
        key = form.submission_key.data or ""
        made = operations.submit_sending(current_actor(), slug, key, sent)
        if proof and made.is_new:
            operations.spend_proof(proof)
    return made


def _sent(made: operations.Sent) -> Any:
    session["sent_receipt"] = made.sending.code
    return redirect(url_for("comments.sending", code=made.sending.code), code=303)


def _typed(filled: Basket) -> list[tuple[str, str]]:
    """What was written, to be handed back where it cannot be taken."""
    return [
        (_(label), item[name])
        for item in filled.items
        for name, label in (("body", N_("您的意见")), ("proposed_text", N_("您建议怎么写")))
        if item[name]
    ]


def _written(
    filled: Basket, places: dict[tuple[str, str], str], errors: dict[int, str]
) -> list[Written]:
    whole = _("整个草案")
    return [
        Written(
            key=item[KEY],
            place=places.get(("document", item["document"]))
            or places.get(("clause", item["clause"]))
            or whole,
            stance=Stance(item["stance"]) if item["stance"] in list(Stance) else None,
            body=item["body"],
            quoted=item["quoted_text"],
            proposal_kind=ProposalKind(item["proposal_kind"])
            if item["proposal_kind"] in list(ProposalKind)
            else None,
            proposed_text=item["proposed_text"],
            files=len(item["files"].split()),
            error=errors.get(place, ""),
        )
        for place, item in enumerate(filled.items)
    ]
