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
from participation.comments.baskets import Basket
from participation.comments.forms import CommentForm
from participation.comments.operations import Submission, SubmittedComment
from participation.comments.rules import Channel
from participation.comments.views.about import about, aim
from participation.comments.views.blueprint import bp
from participation.comments.views.files import change_files, is_about_files, waiting
from participation.comments.views.senders import admit, new_challenge
from participation.consultations.models import Consultation
from participation.consultations.queries import public_by_slug
from participation.consultations.rules import Identity
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.throttle import limited
from participation.kernel.verdict import N_, Verdict
from participation.rulebook.privacy import Notice, personal_data_notice
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
    verdict = may_write(consultation)
    form = CommentForm()
    if request.method == "GET":
        if not verdict:
            return closed_page(consultation, [], verdict)
        aim(form, request.args, consultation.id)
        return writing_page(consultation, form, 200)
    if verdict and (not change_files(slug, form) or is_about_files()):
        return writing_page(consultation, form, 422 if form.files.errors else 200)
    if form.looks_automatic:
        form.form_errors.append(sentence(AUTOMATIC))
    elif form.validate():
        try:
            return _sent(_submit(slug, form))
        except Invalid as error:
            form.refuse(error)
        except Refused as error:
            return closed_page(public_by_slug(slug, now), _typed(form), error)
    elif not verdict:
        return closed_page(consultation, _typed(form), verdict)
    return writing_page(public_by_slug(slug, now), form, 422)


def _submit(slug: str, form: CommentForm) -> Submission:
    actor = current_actor()
    sent = SubmittedComment(
        **form.words(),
        channel=Channel.ACCOUNT if actor.is_authenticated else Channel.WEB,
        locale=language(),
    )
    proof = admit(form)
    with transaction():
        submission = operations.submit_comment(actor, slug, sent)
        if proof and submission.is_new:
            operations.spend_proof(proof)
    return submission


def _sent(submission: Submission) -> Any:
    # Read once by the receipt page, so that only the first look says "received" and ends the
    # keeping of the unsent text in this browser.
    session["sent_receipt"] = submission.comment.receipt
    return redirect(url_for("comments.receipt", code=submission.comment.receipt), code=303)


def contact_hint(consultation: Consultation) -> str:
    """What the contact is for, and whether it is asked to be proved."""
    if consultation.identity is Identity.CONFIRMED and not current_actor().is_authenticated:
        return str(
            _(
                "必填，不公开。填电子邮箱的，会收到一封核实邮件；填电话的，意见照样收下，"
                "标为“未核实”，工作人员可能打电话核实。"
            )
        )
    return str(_("一个手机、座机号码或者电子邮箱。不公开，只在需要向您核实时使用。"))


def may_write(consultation: Consultation) -> Verdict:
    """Whether whoever is asking can send an opinion now."""
    verdict = rules.may_submit(consultation.stage(clock.now()))
    return verdict and rules.may_submit_as(current_actor(), consultation.identity)


def keep_key(slug: str, clause_key: str | None, document: object = None) -> str:
    """The name under which a browser keeps a text that was not sent yet."""
    return f"comment:{slug}:{clause_key or ''}{f'document-{document}' if document else ''}"


def writing_page(
    consultation: Consultation, form: CommentForm, status: int, filled: Basket | None = None
) -> Response:
    """The form of one opinion; with `filled` it goes to those written before and not sent yet."""
    notice, names = notice_of(consultation)
    page = render_template(
        "comments/write.html",
        consultation=consultation,
        form=form,
        about=about(consultation.id, form),
        keep=keep_key(consultation.slug, form.clause.data, form.document.data),
        filled=filled,
        files=waiting(consultation.id, form),
        challenge=new_challenge(form),
        contact_hint=contact_hint(consultation),
        notice=notice,
        notice_names=names,
        now=clock.now(),
    )
    return unkept(make_response(page, status))


def unkept(response: Response) -> Response:
    """A page with a submission key is one person's; a kept copy would make two opinions one."""
    response.headers["Cache-Control"] = "no-store"
    return response


def notice_of(consultation: Consultation) -> tuple[Notice, dict[str, str]]:
    """The personal-information notice, and the names that its sentences are filled with."""
    names = {
        "department": consultation.contact_unit or consultation.department.name,
        "contact": reach(consultation),
    }
    return personal_data_notice(), names


def _typed(form: CommentForm) -> list[tuple[str, str]]:
    return [
        (field.label.text, field.data)
        for field in (form.body, form.proposed_text, form.name, form.contact)
        if field.data
    ]


def closed_page(
    consultation: Consultation, typed: list[tuple[str, str]], refusal: Verdict | Refused
) -> Response:
    """The refusal, with all that was typed handed back: labels and words."""
    page = render_template(
        "comments/closed.html",
        consultation=consultation,
        refusal=refusal,
        typed=typed,
        reach=reach(consultation),
        may_sign_in=not current_actor().is_authenticated
        and rules.may_submit(consultation.stage(clock.now()))
        and not rules.may_submit_as(current_actor(), consultation.identity),
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
