"""导出与归档: the page of a matter that lists its papers, and each of them as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template

from participation.accounts.sessions import stepped_up
from participation.adoption import queries as adoption
from participation.adoption.rules import may_show_result
from participation.consultations.models import Consultation
from participation.consultations.queries import by_slug, desk_by_slug
from participation.consultations.rules import may_see_desk
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound, Refused
from participation.meetings import queries as meetings
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from participation.papers import operations, queries, rules
from participation.papers.archive import report_verdict, write_archive
from participation.papers.forms import ListForm, NamesForm, NamingForm
from participation.papers.hearing_report import hearing_report
from participation.papers.making import file_of, list_into, official_of
from participation.papers.official import Official
from participation.papers.rules import PAPER_WORDS, Naming, Paper
from participation.web.access import current_actor, guarded

bp = Blueprint("papers", __name__, url_prefix="/desk/consultations/<slug>/papers")

PART = 64 * 1024
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
OFFICIAL = (Paper.RESULT_TABLE, Paper.ANNOUNCEMENT, Paper.PARTICIPATION)


def _seen(slug: str) -> Consultation:
    return desk_by_slug(current_actor(), slug, clock.now())


def _may_take(consultation: Consultation) -> Any:
    stage = consultation.stage(clock.now())
    return rules.may_take(current_actor(), stage, consultation.department_id)


@bp.get("")
@guarded(may_see_desk)
def listed(slug: str) -> Any:
    """What can be taken along, whether it is final, and what is not there yet and why."""
    return _page(_seen(slug), ListForm(formdata=None))


def _page(consultation: Consultation, form: ListForm, status: int = 200) -> Any:
    now = clock.now()
    stage = consultation.stage(now)
    actor, department_id = current_actor(), consultation.department_id
    basis = queries.basis_of(consultation.id)
    mismatch = _mismatch(consultation)
    hearings = [
        (each, report_verdict(meetings.by_id(consultation.id, each.id), now))
        for each in meetings.of_consultation(consultation.id)
        if each.kind is MeetingKind.HEARING
    ]
    body = render_template(
        "papers/listed.html",
        consultation=consultation,
        stage=stage.value,
        now=now,
        basis=basis,
        received=adoption.kept_figures(consultation.id).received,
        verdict=rules.may_take(actor, stage, department_id),
        names=rules.may_take_names(actor, stage, department_id),
        ready={
            each.value: rules.is_ready(each, stage, received=basis.received, mismatch=mismatch)
            for each in Paper
        },
        hearings=hearings,
        form=form,
        archive_form=NamingForm(formdata=None, prefix="archive-"),
    )
    return body, status


def _mismatch(consultation: Consultation) -> str:
    now = clock.now()
    if not may_show_result(consultation.stage(now)):
        return ""
    return adoption.public_result(consultation, now).mismatch


@bp.post("/opinions.xlsx")
@guarded(may_see_desk)
def opinions(slug: str) -> Any:
    """The list of opinions, anonymous or with masked names; who took it is entered first."""
    consultation = _seen(slug)
    form = ListForm()
    if not form.validate():
        return _page(consultation, form, 422)
    naming = Naming(form.naming.data)
    return _list(slug, form, naming)


@bp.route("/names.xlsx", methods=["GET", "POST"])
@guarded(may_see_desk)
@stepped_up
def names(slug: str) -> Any:
    """Ask why; enter each name as revealed; only then make the list with full names."""
    consultation = _seen(slug)
    stage = consultation.stage(clock.now())
    rules.may_take_names(current_actor(), stage, consultation.department_id).enforce()
    form = NamesForm()
    if form.validate_on_submit():
        try:
            return _list(slug, form, Naming.FULL, form.reason.data)
        except Refused as error:
            form.refuse(error)
    page = render_template("papers/names.html", consultation=consultation, form=form)
    return page, 422 if form.errors or form.form_errors else 200


def _list(slug: str, form: Any, naming: Naming, reason: str = "") -> Response:
    with transaction():
        operations.note_taken(current_actor(), slug, Paper.OPINIONS, naming, reason)
    cells = rules.in_order(form.cells.data or [])

    def write(file: IO[bytes], consultation: Consultation) -> None:
        list_into(file, consultation, cells, naming, clock.now())

    return _file(slug, write, f"{slug}-{PAPER_WORDS[Paper.OPINIONS]}.xlsx", SHEET)


@bp.post("/archive.zip")
@guarded(may_see_desk)
def archive(slug: str) -> Any:
    """Everything of the matter in one package; who took it is entered first."""
    consultation = _seen(slug)
    form = NamingForm(prefix="archive-")
    if not form.validate():
        return _page(consultation, ListForm(formdata=None), 422)
    naming = Naming(form.naming.data)
    with transaction():
        operations.note_taken(current_actor(), slug, Paper.ARCHIVE, naming)

    def write(file: IO[bytes], consultation: Consultation) -> None:
        write_archive(file, consultation, naming, clock.now())

    return _file(slug, write, f"{slug}-{PAPER_WORDS[Paper.ARCHIVE]}.zip", "application/zip")


@bp.get("/<name>.<form>")
@guarded(may_see_desk)
def official(slug: str, name: str, form: str) -> Any:
    """An official paper of the matter as Word or PDF."""
    consultation = _seen(slug)
    _may_take(consultation).enforce()
    if name not in OFFICIAL or form not in KINDS:
        raise NotFound(f"{name}.{form}")
    paper, stage = Paper(name), consultation.stage(clock.now())
    rules.is_ready(paper, stage, received=0, mismatch=_mismatch(consultation)).enforce()
    made = official_of(paper, consultation, clock.now())
    return _written(made, form, f"{slug}-{PAPER_WORDS[paper]}")


@bp.get("/hearings/<int:meeting_id>.<form>")
@guarded(may_see_desk)
def hearing(slug: str, meeting_id: int, form: str) -> Any:
    """The report on a hearing."""
    consultation = _seen(slug)
    _may_take(consultation).enforce()
    meeting: Meeting = meetings.by_id(consultation.id, meeting_id)
    if meeting.kind is not MeetingKind.HEARING or form not in KINDS:
        raise NotFound(f"{meeting_id}.{form}")
    report_verdict(meeting, clock.now()).enforce()
    made = hearing_report(consultation, meeting, clock.now())
    return _written(made, form, f"{slug}-{PAPER_WORDS[Paper.HEARING]}-{meeting_id}")


def _written(paper: Official, form: str, name: str) -> Response:
    content = file_of(paper, form)
    response = Response(content, content_type=KINDS[form])
    return _named(response, f"{name}.{form}", len(content))


def _file(
    slug: str, write: Callable[[IO[bytes], Consultation], None], name: str, kind: str
) -> Response:
    """A file made in one snapshot, whole before its first byte is sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 # the answer closes it
    try:
        queries.one_snapshot()
        write(file, by_slug(slug))
    except BaseException:
        file.close()
        raise
    finally:
        db.session.rollback()
    file.seek(0, 2)
    size = file.tell()
    response = Response(_pieces(file), content_type=kind)
    response.call_on_close(file.close)
    return _named(response, name, size)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PART):
            yield piece


def _named(response: Response, name: str, size: int) -> Response:
    plain = name.encode("ascii", "ignore").decode()
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
