"""The staff's pages of a record: attendance and statements, files, making it public."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft
from participation.consultations.rules import may_see_desk
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.files import LARGEST_FILE
from participation.kernel.throttle import limited
from participation.meetings import operations, rules
from participation.meetings.forms import (
    FileForm,
    RecordForm,
    Typed,
    count_of,
    record_filled,
    record_form,
    record_of,
)
from participation.meetings.intake import take_file
from participation.meetings.models import Meeting
from participation.meetings.speakers import read_statements
from participation.meetings.views.entrance import (
    DESK,
    bp,
    entered,
    entered_meeting,
    may_record,
    to_meeting,
)
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.forms import Form

ACT = re.compile(r"(add|paste|remove|up|down)(?:-([0-9]{1,3}))?")


@bp.route(f"{DESK}/<int:meeting_id>/record", methods=["GET", "POST"])
@guarded(may_see_desk)
def record(slug: str, meeting_id: int) -> Any:
    """Fill in the record; statements one by one, or many pasted at once."""
    consultation, meeting = entered_meeting(slug, meeting_id)
    if request.method == "GET":
        may_record(consultation, meeting).enforce()
        return _record_page(consultation, meeting, record_of(meeting))
    form = record_form(count_of(request.form.get("count")))()
    act = ACT.fullmatch(request.form.get("act", ""))
    if act:
        return _after_act(consultation, meeting, form, act[1], int(act[2] or -1))
    if form.validate_on_submit():
        try:
            fields = _with_pasted(form).fields()
            with transaction():
                operations.save_record(current_actor(), slug, meeting_id, fields)
            return to_meeting(slug, meeting_id, _("会议记录已保存。"))
        except Refused as error:
            form.refuse(error)
    return _record_page(consultation, meeting, form), 422


def _with_pasted(form: RecordForm) -> RecordForm:
    """The form with what was pasted and not yet added: saving must not lose it."""
    if not (form.pasted.data or "").strip():
        return form
    return record_filled(form.typed_rest(), [*form.typed_rows(), *_pasted_rows(form)])


def _pasted_rows(form: RecordForm) -> list[Typed]:
    kind = form.pasted_kind.data
    return [
        {"speaker": speaker, "kind": kind, "clause": "", "text": text}
        for speaker, text in read_statements(form.pasted.data or "")
    ]


def _after_act(
    consultation: Consultation, meeting: Meeting, form: RecordForm, act: str, place: int
) -> Any:
    """The form after a button was pressed that adds, removes or moves statements."""
    rows, rest = form.typed_rows(), form.typed_rest()
    try:
        if act == "add":
            rows.append({"kind": form.pasted_kind.data})
        elif act == "paste":
            rows += _pasted_rows(form)
            rest["pasted"] = ""
        elif 0 <= place < len(rows):
            row = rows.pop(place)
            if act != "remove":
                rows.insert(max(0, place + (-1 if act == "up" else 1)), row)
    except Refused as error:
        form.refuse(error)
        return _record_page(consultation, meeting, form), 422
    if len(rows) > rules.MOST_STATEMENTS:
        form.form_errors.append(_("最多记录%(limit)s条发言。", limit=rules.MOST_STATEMENTS))
        return _record_page(consultation, meeting, form), 422
    return _record_page(consultation, meeting, record_filled(rest, rows))


def _record_page(consultation: Consultation, meeting: Meeting, form: RecordForm) -> str:
    draft = current_draft(consultation.id)
    rows = clauses_of(draft.id) if draft is not None else []
    return render_template(
        "meetings/record.html",
        consultation=consultation,
        meeting=meeting,
        form=form,
        labels=[row.label for row in rows if row.kind == "article"],
        attendee_words=rules.ATTENDEE_WORDS,
        most=rules.MOST_STATEMENTS,
    )


@bp.route(f"{DESK}/<int:meeting_id>/files", methods=["GET", "POST"])
@guarded(may_see_desk)
@limited("upload")
def files(slug: str, meeting_id: int) -> Any:
    """The files of a record: what is there, one more."""
    consultation, meeting = entered_meeting(slug, meeting_id)
    form = FileForm()
    verdict = may_record(consultation, meeting)
    if request.method == "POST" and verdict and form.validate_on_submit():
        try:
            upload = form.file.data
            stored = take_file(upload.filename or "", upload.stream.read(LARGEST_FILE + 1))
            with transaction():
                operations.add_file(current_actor(), slug, meeting_id, stored)
            flash(_("文件已上传。"))
            return redirect(url_for("meetings.files", slug=slug, meeting_id=meeting_id), code=303)
        except Refused as error:
            form.refuse(error)
            consultation, meeting = entered_meeting(slug, meeting_id)
    page = render_template(
        "meetings/files.html",
        consultation=consultation,
        meeting=meeting,
        form=form,
        verdict=verdict,
        most=rules.MOST_FILES,
    )
    return page, 422 if form.errors else 200


@bp.post(f"{DESK}/<int:meeting_id>/files/<int:file_id>/remove")
@guarded(may_see_desk)
def remove_file(slug: str, meeting_id: int, file_id: int) -> Any:
    """Take a file off the record."""
    return _pressed(
        slug,
        meeting_id,
        lambda: operations.remove_file(current_actor(), slug, meeting_id, file_id),
        _("文件已移除。"),
    )


@bp.post(f"{DESK}/<int:meeting_id>/publish")
@guarded(may_see_desk)
def publish_record(slug: str, meeting_id: int) -> Any:
    """Make the record public."""
    return _pressed(
        slug,
        meeting_id,
        lambda: operations.publish_record(current_actor(), slug, meeting_id),
        _("会议记录已公布。"),
    )


def _pressed(slug: str, meeting_id: int, operation: Any, message: str) -> Any:
    """One press of a button: done, or refused with its sentence on the meeting's page."""
    entered(slug)
    if not Form().validate_on_submit():
        return to_meeting(slug, meeting_id, _("请再试一次。"), "error")
    try:
        with transaction():
            operation()
    except Refused as error:
        return to_meeting(slug, meeting_id, sentence(error), "error")
    return to_meeting(slug, meeting_id, message)
