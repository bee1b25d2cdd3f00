"""Publishing what was approved, and keeping a window open longer."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from participation.consultations import operations, queries, rules
from participation.consultations.forms import ExtendForm, PublishForm, closing_values
from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.consultations.views.entrance import bp, seen, to_matter
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.rulebook.publication import check_public
from participation.web.access import current_actor, guarded
from participation.web.filters import instant, last_moment

NOW, PLANNED = "now", "planned"


@bp.route("/<slug>/publish", methods=["GET", "POST"])
@guarded(may_see_desk)
def publish(slug: str) -> Any:
    """Look once more at what will be public, then publish."""
    found, actor = seen(slug), current_actor()
    rules.may_publish(actor, found.status, found.department_id).enforce()
    now = clock.now()
    form = _publish_form(found, is_late=not rules.may_open(found.planned_opens_at, now))
    if form.validate_on_submit():
        try:
            with transaction():
                published = operations.publish(
                    actor,
                    slug,
                    at_once=form.opens.data == NOW,
                    closes_at=form.later_close(found.closes_at),
                )
                opens_at = published.opens_at
        except Refused as error:
            form.refuse(error)
        else:
            assert opens_at is not None
            return to_matter(slug, _("已发布，%(at)s开始征求意见。", at=instant(opens_at)))
    planned = None if form.opens.data == NOW else found.planned_opens_at
    page = render_template(
        "consultations/publish.html",
        form=form,
        consultation=found,
        finding=queries.window_finding(found, rules.opening(planned, now)),
        verdict=check_public(found.publication_attribute, found.attribute_reason),
        reminders=queries.reminders(found, queries.current_draft(found.id), now),
        now=now,
    )
    return page, 422 if form.is_submitted() else 200


def _publish_form(consultation: Consultation, *, is_late: bool) -> PublishForm:
    planned = consultation.planned_opens_at
    ahead = planned is not None and not is_late
    form = PublishForm(
        data={
            "opens": PLANNED if ahead else NOW,
            **closing_values(consultation.closes_at),
        }
    )
    choices = [SelectChoice(NOW, _("发布时立即开始"))]
    if ahead and planned is not None:
        choices.insert(0, SelectChoice(PLANNED, _("按计划在%(at)s开始", at=instant(planned))))
    form.opens.choices = choices
    return form


@bp.route("/<slug>/extend", methods=["GET", "POST"])
@guarded(may_see_desk)
def extend(slug: str) -> Any:
    """Give people more time, and say why."""
    found, actor, now = seen(slug), current_actor(), clock.now()
    rules.may_extend(actor, found.stage(now), found.department_id).enforce()
    form = ExtendForm()
    if form.validate_on_submit() and form.closes_at is not None:
        try:
            with transaction():
                operations.extend_window(actor, slug, form.closes_at, form.note.data)
                closes_at = form.closes_at
        except Refused as error:
            form.refuse(error)
        else:
            return to_matter(slug, _("已延长到%(at)s。", at=last_moment(closes_at)))
    page = render_template(
        "consultations/extend.html",
        form=form,
        consultation=found,
        extensions=queries.extensions_of(found.id),
        now=now,
    )
    return page, 422 if form.is_submitted() else 200
