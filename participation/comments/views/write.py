"""Writing an opinion: on the whole draft or on one clause, without account and without script."""

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
from flask_babel import gettext as _

from participation.comments import operations, rules
from participation.comments.forms import CommentForm
from participation.comments.operations import Submission, SubmittedComment
from participation.comments.rules import Channel
from participation.comments.views.about import about, aim
from participation.comments.views.blueprint import bp
from participation.consultations.models import Consultation
from participation.consultations.queries import public_by_slug
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_, Verdict
from participation.rulebook.privacy import personal_data_notice
from participation.web.access import current_actor, public
from participation.web.filters import sentence
from participation.web.locale import language

AUTOMATIC = N_("这次没有接收：像是程序自动填写的。如果是您本人填写，请再按一次“提交意见”。")


@bp.route("/consultations/<slug>/comment", methods=["GET", "POST"])
@public
@limited("submit")
def write(slug: str) -> Any:
    """The form; sent, it leads to the receipt, and a resent form leads to the same one."""
    now = clock.now()
    consultation = public_by_slug(slug, now)
    verdict = rules.may_submit(consultation.stage(now))
    form = CommentForm()
    if request.method == "GET":
        if not verdict:
            return _closed(consultation, form, verdict)
        aim(form, request.args, consultation.id)
        return _page(consultation, form, 200)
    if form.looks_automatic:
        form.form_errors.append(sentence(AUTOMATIC))
    elif form.validate():
        try:
            return _sent(_submit(slug, form))
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return _closed(public_by_slug(slug, now), form, error)
    elif not verdict:
        return _closed(consultation, form, verdict)
    return _page(public_by_slug(slug, now), form, 422)


def _submit(slug: str, form: CommentForm) -> Submission:
    actor = current_actor()
    sent = SubmittedComment(
        **form.words(),
        channel=Channel.ACCOUNT if actor.is_authenticated else Channel.WEB,
        locale=language(),
    )
    with transaction():
        return operations.submit_comment(actor, slug, sent)


def _sent(submission: Submission) -> Any:
    # Read once by the receipt page, so that only the first look says "received" and ends the
    # keeping of the unsent text in this browser.
    session["sent_receipt"] = submission.comment.receipt
    return redirect(url_for("comments.receipt", code=submission.comment.receipt), code=303)


def keep_key(slug: str, clause_key: str | None, document: object = None) -> str:
    """The name under which a browser keeps a text that was not sent yet."""
    return f"comment:{slug}:{clause_key or ''}{f'document-{document}' if document else ''}"


def _page(consultation: Consultation, form: CommentForm, status: int) -> Response:
    page = render_template(
        "comments/write.html",
        consultation=consultation,
        form=form,
        about=about(consultation.id, form),
        keep=keep_key(consultation.slug, form.clause.data, form.document.data),
        notice=personal_data_notice(),
        notice_names={
            "department": consultation.contact_unit or consultation.department.name,
            "contact": reach(consultation),
        },
        now=clock.now(),
    )
    response = make_response(page, status)
    # Its submission key is one person's; a kept copy would make two opinions one.
    response.headers["Cache-Control"] = "no-store"
    return response


def _closed(consultation: Consultation, form: CommentForm, refusal: Verdict | Refused) -> Response:
    """The refusal, with all that was typed handed back."""
    typed = [
        (field.label.text, field.data)
        for field in (form.body, form.proposed_text, form.name, form.contact)
        if field.data
    ]
    page = render_template(
        "comments/closed.html",
        consultation=consultation,
        refusal=refusal,
        typed=typed,
        reach=reach(consultation),
        now=clock.now(),
    )
    return make_response(page, 403)


def reach(consultation: Consultation) -> str:
    """How the department is reached, in one line."""
    ways = (
        consultation.contact_phone,
        consultation.contact_email,
        consultation.contact_address,
    )
    return str(_("、")).join(way for way in ways if way)


def site_url(path: str) -> str:
    """The full public address of a path of this site."""
    return f"{current_app.config['SETTINGS'].site}{path}"
