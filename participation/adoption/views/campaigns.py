"""Opinions that say the same: the groups, one of them with all its opinions, a person's say."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.adoption.forms import ActForm, SortForm
from participation.adoption.views.entrance import bp, page, seen
from participation.adoption.views.pile import offer_places, put_into_point
from participation.campaigns import operations, queries
from participation.campaigns.models import Campaign
from participation.campaigns.rules import LEAST_SIGNS, THRESHOLD
from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.text import excerpt
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence

OWN, OUT = "own", "out"
TITLE = 60
METHOD_SHOWN = {"threshold": round(100 * THRESHOLD), "least_signs": LEAST_SIGNS}
_PLACE = re.compile("([0-9]{1,9})-([0-9]{1,9})")


@bp.get("/campaigns")
@guarded(may_see_desk)
def campaigns(slug: str) -> Any:
    """The groups, the largest first, and how they were found."""
    consultation = seen(slug)
    place = _PLACE.fullmatch(request.args.get("after", ""))
    after = (int(place[1]), int(place[2])) if place else None
    rows, following = queries.campaigns(consultation.id, after)
    return page(
        "adoption/campaigns.html",
        consultation,
        rows=rows,
        own_words=queries.own_words(rows),
        next=f"{following[0]}-{following[1]}" if following else None,
        is_first=after is None,
        looked=queries.search_of(consultation.id),
        inside=queries.totals(consultation.id)[1],
        received=queries.received(consultation.id),
        **METHOD_SHOWN,
    )


@bp.post("/campaigns/find")
@guarded(may_see_desk)
def find_campaigns(slug: str) -> Any:
    """Have all opinions looked through now."""
    consultation = seen(slug)
    if ActForm().validate_on_submit():
        try:
            with transaction():
                operations.ask_for_search(current_actor(), slug)
            flash(_("已安排比对。几分钟后回到本页看结果。"))
        except Refused as error:
            flash(sentence(error), "error")
    return redirect(url_for("adoption.campaigns", slug=consultation.slug), code=303)


@bp.get("/campaigns/<int:number>")
@guarded(may_see_desk)
def campaign(slug: str, number: int) -> Any:
    """One group: the common text, and all its opinions with what each of them added."""
    consultation = seen(slug)
    return _campaign_page(consultation, queries.by_number(consultation.id, number))


def _campaign_page(
    consultation: Consultation, found: Campaign, form: SortForm | None = None, status: int = 200
) -> Any:
    shown = queries.view(found)
    show = request.args.get("show", "")
    word = request.args.get("after", "")
    after = int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else 0
    rows, following = queries.members_of(found, after, own_only=show == OWN, taken_out=show == OUT)
    if form is None:
        form = SortForm(formdata=None)
        form.title.data = excerpt(shown.row.common, TITLE)
    offer_places(consultation, form)
    return page(
        "adoption/campaign.html",
        consultation,
        status,
        campaign=shown,
        rows=rows,
        next=following,
        is_first=after == 0,
        show=show,
        form=form,
        **METHOD_SHOWN,
    )


@bp.post("/campaigns/<int:number>/sort")
@guarded(may_see_desk)
def sort_campaign(slug: str, number: int) -> Any:
    """Put a whole group into a new point or into one there is."""
    consultation = seen(slug)
    found = queries.by_number(consultation.id, number)
    form = SortForm()
    if form.validate():
        try:
            flash(put_into_point(consultation, form, [], [found.id]))
            return _to_campaign(slug, number)
        except Refused as error:
            form.refuse(error)
    return _campaign_page(consultation, found, form, 422)


@bp.post("/campaigns/<int:number>/confirm")
@guarded(may_see_desk)
def confirm_campaign(slug: str, number: int) -> Any:
    """Say that the opinions of a group belong together."""
    seen(slug)
    if ActForm().validate_on_submit():
        word = request.form.get("seen", "")
        try:
            with transaction():
                operations.confirm(
                    current_actor(), slug, number, int(word) if word.isdecimal() else 0
                )
            flash(_("已确认这一组。"))
        except Refused as error:
            flash(sentence(error), "error")
    return _to_campaign(slug, number)


@bp.post("/campaigns/<int:number>/arrange")
@guarded(may_see_desk)
def arrange_campaign(slug: str, number: int) -> Any:
    """Take the ticked opinions out of a group, or put them back."""
    seen(slug)
    ids = [int(each) for each in request.form.getlist("selected") if each.isdecimal()]
    is_back = request.form.get("action") == "back"
    if ActForm().validate_on_submit():
        act = operations.put_back if is_back else operations.take_out
        try:
            with transaction():
                count = act(current_actor(), slug, number, ids)
            flash(
                _("已放回 %(count)s 条意见。", count=count)
                if is_back
                else _("已移出 %(count)s 条意见，不再算作这一组。", count=count)
            )
        except Refused as error:
            flash(sentence(error), "error")
    return _to_campaign(slug, number)


def _to_campaign(slug: str, number: int) -> Response:
    return redirect(url_for("adoption.campaign", slug=slug, number=number), code=303)
