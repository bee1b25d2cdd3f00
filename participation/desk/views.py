"""Composed staff pages: what lies on the desk, a matter's history, who may do what."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from participation.audit.queries import heads_before
from participation.audit.queries import history as history_of
from participation.audit.rules import may_see_audit
from participation.consultations.place import zone
from participation.consultations.queries import desk_by_slug
from participation.consultations.rules import may_create, may_see_desk
from participation.desk import operations, places, queries, rules
from participation.desk.board import board_of
from participation.desk.matrix import PHASES, SUBJECTS, lasting_rows, staged_rows, subject_of
from participation.desk.overview import NOBODY, Narrow, overview_of, read_narrow
from participation.desk.sentences import job_word, line_entry
from participation.duties.letters import path_of
from participation.duties.rules import DUTY_WORDS, WHEN_WORDS, DutyKind, When, may_see_overview
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import transaction
from participation.kernel.paging import parse_cursor
from participation.rulebook.days import local
from participation.web.access import current_actor, guarded

bp = Blueprint("desk", __name__, url_prefix="/desk")


@bp.get("")
@guarded(may_see_desk)
def home() -> Any:
    """What lies on my desk."""
    actor, now = current_actor(), clock.now()
    is_administrator = actor.is_any(Role.ADMINISTRATOR)
    return render_template(
        "desk/home.html",
        board=board_of(actor, now),
        house=queries.house() if is_administrator else None,
        dead_jobs=queries.dead_jobs() if is_administrator else [],
        may_create=may_create(actor),
        job_word=job_word,
        now=now,
        today=local(now, zone()).date(),
    )


@bp.get("/overview")
@guarded(may_see_overview)
def overview() -> Any:
    """What the departments owe by when: what is late, by unit, by person and by kind."""
    narrow, now = read_narrow(request.args), clock.now()
    found = overview_of(current_actor(), now, narrow)

    def address(to: Narrow, **more: Any) -> str:
        return url_for("desk.overview", **{**to.words, **more})

    whole, every = found.whole, ("", _("全部"))
    nears: list[tuple[When | None, Any, int]] = [(None, _("全部"), whole.total)]
    nears += [(each, _(WHEN_WORDS[each]), whole.figures.get(each, 0)) for each in When]
    return render_template(
        "desk/overview.html",
        found=found,
        narrow=narrow.but(page=min(narrow.page, found.last_page)),
        is_whole=narrow.but() == Narrow(),
        tabs=[
            (word, address(narrow.but(when=when)), count, narrow.when is when)
            for when, word, count in nears
        ],
        units=[every, *((each.id, each.label) for each in found.unit_choices)],
        kinds=[every, *((each.value, _(DUTY_WORDS[each])) for each in DutyKind)],
        people=[
            every,
            *((each.id, each.name) for each in found.person_choices),
            (NOBODY, _("没有经办人")),
        ],
        address=address,
        path_of=path_of,
        kind_words=DUTY_WORDS,
        when_words=WHEN_WORDS,
        today=local(now, zone()).date(),
    )


@bp.post("/jobs/retry")
@guarded(rules.may_retry_jobs)
def retry_jobs() -> Any:
    """Let the jobs that were given up be tried anew."""
    if FlaskForm().validate_on_submit():
        with transaction():
            count = operations.retry_jobs(current_actor())
        flash(_("已重新安排 %(num)s 个任务。", num=count))
    return redirect(url_for("desk.home"), code=303)


@bp.get("/consultations/<slug>/history")
@guarded(may_see_desk)
def history(slug: str) -> Any:
    """Who did what with a matter, the latest first."""
    found = desk_by_slug(current_actor(), slug, clock.now())
    by = "staff" if request.args.get("by") == "staff" else None
    after = parse_cursor(request.args.get("after"))
    page = history_of(found.id, after, by_staff=by is not None)

    def address(**values: Any) -> str:
        return url_for("desk.history", slug=slug, **values)

    return render_template(
        "desk/history.html",
        consultation=found,
        entries=[line_entry(each) for each in page.items],
        tabs=[
            (_("全部"), address(), None, by is None),
            (_("只看工作人员办理的"), address(by="staff"), None, by is not None),
        ],
        older=address(by=by, after=page.next) if page.next else None,
        newer=address(by=by) if after else None,
    )


@bp.get("/permissions")
@guarded(may_see_desk)
def matrix() -> Any:
    """Who may do what in which stage, by the rules themselves."""
    subject = subject_of(request.args.get("role"), current_actor())
    staged = staged_rows(subject)
    return render_template(
        "desk/matrix.html",
        subject=subject,
        tabs=[
            (_(each.words), url_for("desk.matrix", role=each.key), None, each is subject)
            for each in SUBJECTS
        ],
        phases=PHASES,
        staged=staged,
        lasting=lasting_rows(subject),
    )


@bp.get("/audit")
@guarded(may_see_audit)
def audit() -> Any:
    """The signed heads of the audit's log, the latest first."""
    after = parse_cursor(request.args.get("after"))
    page = heads_before(after.id if after else None)
    return render_template(
        "desk/audit.html",
        heads=page.items,
        mailed_to=current_app.config["SETTINGS"].audit_mail,
        older=url_for("desk.audit", after=page.next) if page.next else None,
        newer=url_for("desk.audit") if after else None,
    )


def connect(app: Flask) -> None:
    """Give all staff pages their navigation."""
    places.connect(app)
