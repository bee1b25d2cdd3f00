"""After an outage near the close: the window is extended at one click, or a reason is given."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from participation.consultations import operations, rules
from participation.consultations.forms import ExplainForm
from participation.consultations.models import Consultation, OutageNote
from participation.consultations.place import zone
from participation.consultations.queries import outages
from participation.consultations.rules import Stage, may_see_desk
from participation.consultations.views.entrance import act, bp, seen, to_matter
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.rulebook.days import local
from participation.web.access import current_actor, guarded
from participation.web.filters import last_moment

EXTENSION_NOTE = "因平台服务中断（%(spans)s），其间不能提交意见，期限相应延长。"
"""The public note of the extension; public words are Chinese."""


def answer_due(consultation: Consultation, actor: Actor, stage: Stage) -> dict[str, Any] | None:
    """What the matter's page says of outages near the close; None where there were none.

    `notes`: the outages with their answers; `is_owed`: one has none; `new_closes_at`: the close
    that one click gives, where the actor may still extend; `form`: whether the actor may explain.
    """
    notes = outages.notes_of(consultation.id)
    if not notes:
        return None
    is_owed = any(each.answered_at is None for each in notes)
    may_extend = rules.may_extend(actor, stage, consultation.department_id)
    may_explain = rules.may_explain_outage(actor, consultation.department_id)
    return {
        "notes": notes,
        "is_owed": is_owed,
        "new_closes_at": outages.proposed_close(consultation, notes)
        if is_owed and may_extend
        else None,
        "form": bool(is_owed and may_explain),
    }


@bp.post("/<slug>/outage/extend")
@guarded(may_see_desk)
def extend_after_outage(slug: str) -> Any:
    """Give back what the outage took, with a note that says so."""
    found, actor = seen(slug), current_actor()
    notes = [each for each in outages.notes_of(found.id) if each.answered_at is None]
    if not notes:
        return to_matter(slug, _("已经延长或者说明过了。"))
    closes_at = outages.proposed_close(found, notes)
    note = EXTENSION_NOTE % {"spans": "、".join(map(_said, notes))}
    return act(
        slug,
        lambda: operations.extend_window(actor, slug, closes_at, note),
        _("已延长到%(at)s。", at=last_moment(closes_at)),
    )


def _said(note: OutageNote) -> str:
    """An outage in the words of a public notice, whatever language the staff member reads."""
    assert note.outage.until_at is not None
    start, end = local(note.outage.from_at, zone()), local(note.outage.until_at, zone())
    return f"{start.month}月{start.day}日{start:%H:%M}至{end.month}月{end.day}日{end:%H:%M}"


@bp.route("/<slug>/outage/explain", methods=["GET", "POST"])
@guarded(may_see_desk)
def explain_outage(slug: str) -> Any:
    """Put on record why the window is not extended."""
    found, actor = seen(slug), current_actor()
    rules.may_explain_outage(actor, found.department_id).enforce()
    form = ExplainForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.explain_outage(actor, slug, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            return to_matter(slug, _("已记录不延长的理由。"))
    page = render_template(
        "consultations/explain_outage.html",
        form=form,
        consultation=found,
        notes=outages.notes_of(found.id),
        now=clock.now(),
    )
    return page, 422 if form.is_submitted() else 200
