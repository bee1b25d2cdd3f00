"""Asking a question: on the whole draft or on one clause, without account and without script."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from participation.comments.operations import spend_proof
from participation.comments.views.senders import admit, new_challenge
from participation.comments.views.write import AUTOMATIC, reach
from participation.consultations.models import Consultation
from participation.consultations.queries import (
    WITHHELD_WORDS,
    current_draft,
    public_by_slug,
    public_clauses,
    wording,
)
from participation.inquiries import operations, rules
from participation.inquiries.forms import AskForm
from participation.inquiries.operations import Asked, AskedQuestion, Elsewhere, due_for
from participation.inquiries.views.blueprint import bp
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import Verdict
from participation.rulebook.asking import inquiry_notice
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.recognising import Nature
from participation.rulebook.statutes import rule
from participation.web.access import current_actor, public
from participation.web.filters import sentence
from participation.web.locale import language


@bp.route("/consultations/<slug>/ask", methods=["GET", "POST"])
@public
@limited("submit")
def ask(slug: str) -> Any:
    """The form; sent, it leads to the receipt, and a resent form leads to the same one."""
    now = clock.now()
    consultation = public_by_slug(slug, now)
    verdict = rules.may_ask(consultation.stage(now))
    form = AskForm()
    if request.method == "GET":
        form.clause.data = request.args.get("clause", "")
        return _page(consultation, form, 200) if verdict else _closed(consultation, form, verdict)
    nature = None
    if form.looks_automatic:
        form.form_errors.append(sentence(AUTOMATIC))
    elif form.validate():
        try:
            return _sent(_ask(slug, form))
        except Elsewhere as error:
            nature = error.nature
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return _closed(public_by_slug(slug, now), form, error)
    elif not verdict:
        return _closed(consultation, form, verdict)
    return _page(public_by_slug(slug, now), form, 422, nature)


def _ask(slug: str, form: AskForm) -> Asked:
    proof = admit(form)
    asked = AskedQuestion(**form.words(), locale=language())
    with transaction():
        made = operations.ask_question(current_actor(), slug, asked)
        if proof and made.is_new:
            spend_proof(proof)
    return made


def _sent(asked: Asked) -> Any:
    session["asked_receipt"] = asked.inquiry.receipt
    return redirect(url_for("inquiries.receipt", code=asked.inquiry.receipt), code=303)


def keep_key(slug: str, clause_key: str | None) -> str:
    """The name under which a browser keeps a question that was not sent yet."""
    return f"question:{slug}:{clause_key or ''}"


def _page(
    consultation: Consultation, form: AskForm, status: int, nature: Nature | None = None
) -> Response:
    key = form.clause.data
    page = render_template(
        "inquiries/ask.html",
        consultation=consultation,
        form=form,
        clause=_quoted(consultation.id, key) if key else None,
        keep=keep_key(consultation.slug, key),
        challenge=new_challenge(form),
        dues=[(each.label, due_for(clock.now(), each)) for each in Difficulty],
        nature=nature,
        elsewhere=_elsewhere(nature) if nature else None,
        notice=inquiry_notice(),
        notice_names={
            "department": consultation.contact_unit or consultation.department.name,
            "contact": reach(consultation),
        },
        reach=reach(consultation),
    )
    response = make_response(page, status)
    # Its submission key is one person's; a kept copy would make two questions one.
    response.headers["Cache-Control"] = "no-store"
    return response


def _quoted(consultation_id: int, key: str) -> dict[str, str]:
    """The clause above the form as the public reads it; raise NotFound for an unknown key."""
    draft = current_draft(consultation_id)
    clauses = public_clauses(draft.id) if draft else []
    found = next((row for row in clauses if row.key == key), None)
    if found is None:
        raise NotFound(key)
    text = wording(clauses)[found.id].replace(WITHHELD_WORDS, sentence(WITHHELD_WORDS))
    return {"label": found.label, "text": text}


def _elsewhere(nature: Nature) -> dict[str, Any]:
    """Where something that is no question goes, and what its sender can expect there."""
    settings = current_app.config["SETTINGS"]
    offices = {
        Nature.PETITION: settings.petition_office,
        Nature.DISCLOSURE: settings.disclosure_office,
    }
    return {"office": offices[nature], "rule": rule(nature.rule)}


def _closed(consultation: Consultation, form: AskForm, refusal: Verdict | Refused) -> Response:
    """The refusal, with what was typed handed back."""
    page = render_template(
        "inquiries/closed.html",
        consultation=consultation,
        refusal=refusal,
        typed=form.body.data or "",
        reach=reach(consultation),
    )
    return make_response(page, 403)
