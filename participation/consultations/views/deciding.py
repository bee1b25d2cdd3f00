"""The end of a matter for staff: what was decided is put on record."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from participation.consultations import operations, queries, rules
from participation.consultations.forms import DecisionForm, decided
from participation.consultations.rules import may_see_desk
from participation.consultations.views.entrance import bp, seen, to_matter
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor, guarded


@bp.route("/<slug>/decision", methods=["GET", "POST"])
@guarded(may_see_desk)
def decision(slug: str) -> Any:
    """Say what became of the matter; the public reads it at once."""
    found, actor = seen(slug), current_actor()
    rules.may_decide(actor, found.stage(clock.now()), found.department_id).enforce()
    form = DecisionForm(data=decided(found, queries.decision_of(found.id)))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.record_decision(actor, slug, form.fields())
        except Refused as error:
            form.refuse(error)
        else:
            return to_matter(slug, _("已登记，公众页面同时更新。"))
    page = render_template("consultations/decision.html", consultation=found, form=form)
    return page, 422 if form.is_submitted() else 200
