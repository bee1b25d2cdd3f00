"""The staff's pages of surveys: the list, the editor that works without script, the texts."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.paging import parse_cursor
from participation.surveys import operations, queries, rules
from participation.surveys.forms import (
    SurveyForm,
    blank_row,
    filled,
    row_of,
    shape_of,
    survey_form,
)
from participation.surveys.models import Survey
from participation.surveys.rules import QuestionKind
from participation.surveys.views.entrance import bp, entered
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.forms import Form

ACT = re.compile(r"(add|remove|up|down)-([a-z]+|[0-9]{1,2})")


@bp.get("/desk/consultations/<slug>/surveys")
@guarded(may_see_desk)
def listed(slug: str) -> Any:
    """The questionnaires of a consultation and how many have answered."""
    consultation = entered(slug)
    surveys = queries.of_consultation(consultation.id)
    return render_template(
        "surveys/listed.html",
        consultation=consultation,
        surveys=surveys,
        counts=queries.response_counts(each.id for each in surveys),
        verdict=_may_edit(consultation),
    )


@bp.route("/desk/consultations/<slug>/surveys/new", methods=["GET", "POST"])
@guarded(may_see_desk)
def new(slug: str) -> Any:
    """Write a new questionnaire."""
    consultation = entered(slug)
    if request.method == "GET":
        _may_edit(consultation).enforce()
        form = filled("", "", [blank_row(QuestionKind.SINGLE)])
        return _editor(consultation, None, form)
    return _edited(consultation, None)


@bp.route("/desk/consultations/<slug>/surveys/<int:survey_id>", methods=["GET", "POST"])
@guarded(may_see_desk)
def edit(slug: str, survey_id: int) -> Any:
    """Change a questionnaire; once the window has opened, look at it."""
    consultation = entered(slug)
    survey = queries.by_id(consultation.id, survey_id)
    if request.method == "POST":
        return _edited(consultation, survey)
    verdict = _may_edit(consultation)
    if verdict:
        rows = [row_of(each) for each in survey.questions]
        return _editor(consultation, survey, filled(survey.title, survey.note, rows))
    stage = consultation.stage(clock.now())
    return render_template(
        "surveys/survey.html",
        consultation=consultation,
        survey=survey,
        verdict=verdict,
        words=rules.QUESTION_WORDS,
        kinds=QuestionKind,
        responses=queries.response_counts([survey.id])[survey.id],
        shows_results=bool(rules.may_show_results(stage)),
    )


def _edited(consultation: Consultation, survey: Survey | None) -> Any:
    form = survey_form(shape_of(request.form.get("kinds")))()
    slug, survey_id = consultation.slug, survey.id if survey else None
    act = ACT.fullmatch(request.form.get("act", ""))
    if act:
        rows = _rearranged(form.typed(), act[1], act[2])
        return _editor(consultation, survey, filled(form.title.data, form.note.data, rows))
    if form.validate_on_submit():
        try:
            with transaction():
                fields = form.fields()
                if survey_id is None:
                    operations.create_survey(current_actor(), slug, fields)
                else:
                    operations.edit_survey(current_actor(), slug, survey_id, fields)
            flash(_("问卷已保存。"))
            return redirect(url_for("surveys.listed", slug=slug), code=303)
        except Refused as error:
            form.refuse(error)
    return _editor(consultation, survey, form), 422


def _rearranged(rows: list[dict[str, Any]], act: str, where: str) -> list[dict[str, Any]]:
    """The rows after a button was pressed that adds, removes or moves a question."""
    if act == "add":
        kinds = set(QuestionKind)
        is_allowed = where in kinds and len(rows) < rules.MOST_QUESTIONS
        return [*rows, blank_row(QuestionKind(where))] if is_allowed else rows
    place = int(where) if where.isdecimal() else -1
    if not 0 <= place < len(rows):
        return rows
    row = rows.pop(place)
    if act != "remove":
        rows.insert(max(0, place + (-1 if act == "up" else 1)), row)
    return rows


def _editor(consultation: Consultation, survey: Survey | None, form: SurveyForm) -> str:
    return render_template(
        "surveys/editor.html",
        consultation=consultation,
        survey=survey,
        form=form,
        words=rules.QUESTION_WORDS,
        most=rules.MOST_QUESTIONS,
        is_public=consultation.published_at is not None,
    )


def _may_edit(consultation: Consultation) -> Any:
    stage = consultation.stage(clock.now())
    return rules.may_edit(current_actor(), stage, consultation.department_id)


@bp.post("/desk/consultations/<slug>/surveys/<int:survey_id>/remove")
@guarded(may_see_desk)
def remove(slug: str, survey_id: int) -> Any:
    """Take a questionnaire away before the window opens."""
    entered(slug)
    if Form().validate_on_submit():
        try:
            with transaction():
                operations.remove_survey(current_actor(), slug, survey_id)
            flash(_("问卷已删除。"))
        except Refused as error:
            flash(sentence(error), "error")
    return redirect(url_for("surveys.listed", slug=slug), code=303)


@bp.get("/desk/consultations/<slug>/surveys/<int:survey_id>/texts/<int:question_id>")
@guarded(may_see_desk)
def texts(slug: str, survey_id: int, question_id: int) -> Any:
    """What people wrote in answer to a question, for the department, after the close."""
    consultation = entered(slug)
    rules.may_show_results(consultation.stage(clock.now())).enforce()
    survey = queries.by_id(consultation.id, survey_id)
    question = next((each for each in survey.questions if each.id == question_id), None)
    if question is None or question.kind is not QuestionKind.TEXT:
        raise NotFound(str(question_id))
    after = parse_cursor(request.args.get("after"))
    return render_template(
        "surveys/texts.html",
        consultation=consultation,
        survey=survey,
        question=question,
        found=queries.texts_of(question.id, after),
        is_first=after is None,
    )
