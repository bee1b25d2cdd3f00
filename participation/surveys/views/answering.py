"""The public's pages of a survey: the form, the thanks, the results with their charts."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.throttle import limited
from participation.surveys import charts, operations, queries, rules, tickets
from participation.surveys.forms import AnswerForm, answer_form
from participation.surveys.models import Survey
from participation.surveys.views.entrance import bp, shown
from participation.web.access import current_actor, public
from participation.web.caching import public_page

TICKET_SECONDS = 400 * 24 * 3600


@bp.route("/consultations/<slug>/surveys/<int:survey_id>", methods=["GET", "POST"])
@public
@limited("survey")
def answer(slug: str, survey_id: int) -> Any:
    """Fill in a questionnaire; whoever has done so is told, and nothing is counted twice."""
    consultation, survey = shown(slug, survey_id)
    form = answer_form(survey)()
    signed = _signed_ticket(form)
    if request.method == "POST":
        response, status = _take(consultation, survey, form, signed)
        if response is not None:
            return _with_ticket(response, signed)
    else:
        if consultation.stage(clock.now()) in (Stage.CLOSED, Stage.SEALED):
            return redirect(_address(consultation, survey, "results"))
        status = 200
    form.ticket.data = signed
    return _with_ticket(_page(consultation, survey, form, signed, status), signed)


def _take(
    consultation: Consultation, survey: Survey, form: AnswerForm, signed: str
) -> tuple[Any, int]:
    """Try to take the answers in: where to go then, or the status of the form shown again."""
    if form.looks_automatic:
        form.form_errors.append(_("没有收下：有一栏只有程序才会填写，请清空后再提交。"))
        return None, 422
    if not form.validate_on_submit():
        return None, 422
    slug, survey_id = consultation.slug, survey.id
    try:
        given = form.given(survey.questions)
        with transaction():
            answered = operations.answer_survey(slug, survey_id, _ticket(survey_id, signed), given)
            is_new = answered.is_new
    except Refused as error:
        form.refuse(error)
        return None, 422 if isinstance(error, Invalid) else 403
    if not is_new:
        flash(_("您已经答过这份问卷，以第一次提交的为准。"))
    return redirect(url_for("surveys.answer", slug=slug, survey_id=survey_id), code=303), 303


def _page(
    consultation: Consultation, survey: Survey, form: AnswerForm, signed: str, status: int
) -> Response:
    stage = consultation.stage(clock.now())
    hashed = operations.hash_of(survey.id, _ticket(survey.id, signed))
    page = render_template(
        "surveys/answer.html",
        consultation=consultation,
        survey=survey,
        form=form,
        verdict=rules.may_answer(stage),
        has_been_sent=request.method == "POST",
        response=queries.response_of(survey.id, hashed),
        now=clock.now(),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _signed_ticket(form: AnswerForm) -> str:
    """The browser's ticket: the one it keeps, else the one in the form, else a fresh one."""
    secret = str(current_app.secret_key)
    for signed in (request.cookies.get(tickets.COOKIE), form.ticket.data):
        if tickets.opened(secret, signed) is not None:
            return str(signed)
    return tickets.new(secret)


def _ticket(survey_id: int, signed: str) -> str:
    secret, actor = str(current_app.secret_key), current_actor()
    if actor.id is not None:
        return tickets.of_account(secret, survey_id, actor.id)
    found = tickets.opened(secret, signed)
    assert found is not None
    return found


def _with_ticket(response: Response, signed: str) -> Response:
    response.set_cookie(
        tickets.COOKIE,
        signed,
        max_age=TICKET_SECONDS,
        path="/consultations/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def _address(consultation: Consultation, survey: Survey, view: str) -> str:
    return url_for(f"surveys.{view}", slug=consultation.slug, survey_id=survey.id)


@bp.get("/consultations/<slug>/surveys/<int:survey_id>/results")
@public
def results(slug: str, survey_id: int) -> Any:
    """What the answers come to, question by question; public once the window has closed."""
    consultation, survey = shown(slug, survey_id)
    now = clock.now()
    stage = consultation.stage(now)
    if stage in (Stage.FORTHCOMING, Stage.OPEN):
        return redirect(_address(consultation, survey, "answer"))

    def render() -> str:
        found = queries.results(survey)
        return render_template(
            "surveys/results.html",
            consultation=consultation,
            survey=survey,
            responses=queries.response_counts([survey.id])[survey.id],
            results=[(each, charts.size_of(each.options)) for each in found],
            words=rules.QUESTION_WORDS,
            now=now,
        )

    return public_page((consultation.revision, stage), now, render)


@bp.get("/consultations/<slug>/surveys/<int:survey_id>/chart/<int:question_id>.svg")
@public
def chart(slug: str, survey_id: int, question_id: int) -> Any:
    """The picture beside a question's table."""
    consultation, survey = shown(slug, survey_id)
    now = clock.now()
    rules.may_show_results(consultation.stage(now)).enforce()
    for each in queries.results(survey):
        if each.id == question_id and each.options:
            response = make_response(charts.draw(each.text, each.options))
            response.content_type = "image/svg+xml; charset=utf-8"
            response.headers["Content-Security-Policy"] = charts.POLICY
            response.headers["Cache-Control"] = "public, max-age=3600"
            return response
    raise NotFound(str(question_id))
