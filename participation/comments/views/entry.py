"""Entering what came by letter, telephone or meeting: one page, one minute, the keyboard alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments import operations, rules
from participation.comments.forms import OFFLINE, EntryForm
from participation.comments.operations import EnteredComment, Submission
from participation.comments.receipts import grouped
from participation.comments.rules import Channel
from participation.comments.views.blueprint import bp
from participation.comments.views.files import change_files, is_about_files, waiting
from participation.comments.views.staff import clause_choices, seen_by
from participation.consultations.place import zone
from participation.consultations.rules import may_see_desk
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid
from participation.web.access import current_actor, guarded
from participation.web.locale import language


@bp.route("/desk/consultations/<slug>/comments/enter", methods=["GET", "POST"])
@guarded(may_see_desk)
def enter(slug: str) -> Any:
    """The form; saved, it opens again with the same source and day for the next one."""
    consultation = seen_by(slug)
    verdict = rules.may_enter(
        current_actor(), consultation.stage(clock.now()), consultation.department_id
    )
    clauses = [("", _("整个草案"))]
    clauses += [(key, label) for _id, key, label in clause_choices(consultation.id)]
    form = EntryForm(clauses, data=_given())
    status = 200
    if form.is_submitted():
        verdict.enforce()
        is_ready = change_files(slug, form, operations.keep_evidence) and not is_about_files()
        status = 200 if is_about_files() and not form.files.errors else 422
        if is_ready and form.validate():
            try:
                return _entered(slug, _enter(slug, form))
            except Invalid as error:
                form.refuse(error)
    consultation = seen_by(slug)
    page = render_template(
        "comments/enter.html",
        consultation=consultation,
        form=form,
        verdict=verdict,
        files=waiting(consultation.id, form),
    )
    return page, status


def _given() -> dict[str, Any]:
    """Source, day and place as the last entry had them; a telephone call of today at first."""
    channel = request.args.get("channel", "")
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = clock.now().astimezone(zone()).date()
    return {
        "channel": channel if channel in list(OFFLINE) else Channel.PHONE,
        "said_on": day,
        "said_at_place": request.args.get("place", "")[: rules.LONGEST_PLACE],
    }


def _enter(slug: str, form: EntryForm) -> Submission:
    entered = EnteredComment(
        **form.words(),
        channel=Channel(form.channel.data),
        said_on=form.said_on.data,
        said_at_place=form.said_at_place.data or "",
        locale=language(),
    )
    with transaction():
        return operations.enter_comment(current_actor(), slug, entered)


def _entered(slug: str, submission: Submission) -> Any:
    comment = submission.comment
    flash(
        _(
            "已录入第 %(number)s 号。回执码 %(receipt)s，可以告诉提意见的人。",
            number=comment.number,
            receipt=grouped(comment.receipt),
        )
    )
    return redirect(
        url_for(
            "comments.enter",
            slug=slug,
            channel=comment.channel,
            day=comment.said_on,
            place=comment.said_at_place or None,
        ),
        code=303,
    )
