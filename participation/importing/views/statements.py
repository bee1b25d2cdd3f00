"""The statements of a meeting's record, each to become an opinion by one press."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments.rules import STANCE_WORDS, Stance
from participation.consultations.rules import may_see_desk
from participation.importing import operations, queries
from participation.importing.views.entrance import bp, entered
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.meetings import queries as meetings
from participation.meetings.rules import ATTENDEE_WORDS
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.forms import Form

PLACE = "/desk/consultations/<slug>/meetings/<int:meeting_id>/opinions"
ALL = "all"


@bp.get(PLACE)
@guarded(may_see_desk)
def statements(slug: str, meeting_id: int) -> Any:
    """Who said what, and which opinion it became."""
    consultation, verdict = entered(slug)
    meeting = meetings.by_id(consultation.id, meeting_id)
    return render_template(
        "importing/statements.html",
        consultation=consultation,
        meeting=meeting,
        rows=[(queries.key_of_statement(each), each) for each in meeting.statements],
        taken=queries.opinions_of_statements(meeting.id),
        verdict=verdict,
        stances=STANCE_WORDS,
        attendee_words=ATTENDEE_WORDS,
    )


@bp.post(PLACE)
@guarded(may_see_desk)
def take(slug: str, meeting_id: int) -> Any:
    """Make one statement, or all that are left, opinions."""
    _consultation, verdict = entered(slug)
    verdict.enforce()
    back = redirect(url_for("importing.statements", slug=slug, meeting_id=meeting_id), code=303)
    if not Form().validate_on_submit():
        flash(_("请再试一次。"), "error")
        return back
    try:
        flash(_take(slug, meeting_id))
    except Refused as error:
        flash(sentence(error), "error")
    return back


def _take(slug: str, meeting_id: int) -> str:
    key = request.form.get("statement", "")
    word = request.form.get("stance", "")
    stance = Stance(word) if word in list(Stance) else Stance.SUGGEST
    actor = current_actor()
    with transaction():
        if key == ALL:
            count = operations.take_all_statements(actor, slug, meeting_id, stance)
            return _("%(count)s 条发言已转为意见。", count=count)
        number = operations.take_statement(actor, slug, meeting_id, key, stance).number
    return _("已转为第 %(number)s 号意见。", number=number)
