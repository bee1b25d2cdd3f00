"""One question on the desk: class it, answer it, correct the answer, hand it on, remove it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from participation.comments.masking import mask
from participation.comments.views.staff import marked, seen_by
from participation.consultations.rules import may_see_desk
from participation.inquiries import operations, queries, rules
from participation.inquiries.forms import (
    AnswerForm,
    ClassForm,
    EraseForm,
    ReferForm,
    ReturnForm,
    ReviseForm,
)
from participation.inquiries.models import Inquiry
from participation.inquiries.operations import due_for
from participation.inquiries.views.blueprint import bp
from participation.inquiries.views.receipts import steps_of
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.recognising import Nature
from participation.rulebook.removal import RemovalReason
from participation.web.access import current_actor, guarded
from participation.web.forms import Form

PLACE = "/desk/consultations/<slug>/questions/<int:number>"


@bp.get(PLACE)
@guarded(may_see_desk)
def detail(slug: str, number: int) -> Any:
    """A question as staff see it, with what can be done now."""
    return _page(slug, number)


def _page(slug: str, number: int, **sent: Form) -> Any:
    """The page; `sent` is the form that was refused, by its name in the template."""
    consultation = seen_by(slug)
    inquiry = queries.by_number(consultation.id, number)
    page = render_template(
        "inquiries/detail.html",
        consultation=consultation,
        inquiry=inquiry,
        body=marked(inquiry.body),
        steps=steps_of(inquiry),
        dues={each: due_for(inquiry.received_at, each) for each in Difficulty},
        verdict=rules.may_handle_questions(current_actor(), consultation.department_id),
        may_answer=rules.may_be_answered(inquiry.state),
        is_overdue=clock.now() >= inquiry.due_at,
        forms={**_blank(inquiry), **sent},
        refused=next(iter(sent.values()), None),
        words=rules,
    )
    return page, 422 if sent else 200


def _blank(inquiry: Inquiry) -> dict[str, Form]:
    """The forms as they open: what is known already stands in them."""
    settings = current_app.config["SETTINGS"]
    offices = {
        Nature.PETITION: settings.petition_office,
        Nature.DISCLOSURE: settings.disclosure_office,
    }
    nature = inquiry.recognised
    referred = {"nature": nature, "unit": offices.get(nature, "") if nature else ""}
    return {
        "class": ClassForm(formdata=None, data={"difficulty": inquiry.difficulty}),
        "answer": AnswerForm(formdata=None, data={"shown_question": mask(inquiry.body).text}),
        "revise": ReviseForm(formdata=None, data={"answer": inquiry.answer}),
        "refer": ReferForm(formdata=None, data=referred),
        "return": ReturnForm(formdata=None),
        "erase": EraseForm(formdata=None),
    }


def _do(slug: str, number: int, name: str, form: Form, act: Callable[[], Any], said: str) -> Any:
    """Do it where the form is right and the rules allow; else the page with what is wrong."""
    seen_by(slug)
    if form.validate_on_submit():
        try:
            with transaction():
                act()
        except Refused as error:
            form.refuse(error)
        else:
            flash(said)
            return redirect(url_for("inquiries.detail", slug=slug, number=number), code=303)
    return _page(slug, number, **{name: form})


@bp.post(f"{PLACE}/class")
@guarded(may_see_desk)
def classify(slug: str, number: int) -> Any:
    """Say how hard it is."""
    form = ClassForm()

    def act() -> None:
        difficulty = Difficulty(form.difficulty.data)
        operations.class_inquiry(current_actor(), slug, number, difficulty)

    return _do(slug, number, "class", form, act, _("已定难易，答复期限随之确定。"))


@bp.post(f"{PLACE}/answer")
@guarded(may_see_desk)
def answer(slug: str, number: int) -> Any:
    """Answer it."""
    form = AnswerForm()

    def act() -> None:
        operations.answer_inquiry(current_actor(), slug, number, form.given())

    return _do(slug, number, "answer", form, act, _("已答复。留了邮箱的，答复会寄给提问人。"))


@bp.post(f"{PLACE}/revise")
@guarded(may_see_desk)
def revise(slug: str, number: int) -> Any:
    """Correct a given answer."""
    form = ReviseForm()

    def act() -> None:
        operations.revise_answer(current_actor(), slug, number, form.answer.data)

    return _do(slug, number, "revise", form, act, _("答复已更正，原来的答复保留在下面。"))


@bp.post(f"{PLACE}/refer")
@guarded(may_see_desk)
def refer(slug: str, number: int) -> Any:
    """Hand it on, with a note to its sender."""
    form = ReferForm()

    def act() -> None:
        nature = Nature(form.nature.data)
        unit, note = form.unit.data, form.note.data
        operations.refer_inquiry(current_actor(), slug, number, nature, unit, note)

    return _do(slug, number, "refer", form, act, _("已登记转办，并告知提问人。"))


@bp.post(f"{PLACE}/return")
@guarded(may_see_desk)
def take_back(slug: str, number: int) -> Any:
    """Note that the other body objected; it waits here again."""
    form = ReturnForm()

    def act() -> None:
        operations.return_inquiry(current_actor(), slug, number, form.note.data)

    return _do(slug, number, "return", form, act, _("已登记退回，请重新办理。"))


@bp.post(f"{PLACE}/erase")
@guarded(may_see_desk)
def erase(slug: str, number: int) -> Any:
    """Destroy the words for a coded reason."""
    form = EraseForm()

    def act() -> None:
        reason = RemovalReason(form.reason.data)
        operations.erase_inquiry(current_actor(), slug, number, reason, form.basis.data)

    return _do(slug, number, "erase", form, act, _("内容已删除。"))
