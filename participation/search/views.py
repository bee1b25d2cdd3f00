"""The search page, the note of what was not found, and the list of it for the departments."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from participation.accounts.queries import all_departments
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.consultations.queries import public_by_slug
from participation.consultations.rules import PUBLIC_STAGES, shown_stage
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.throttle import limited
from participation.rulebook.days import local
from participation.rulebook.subjects import Audience, Topic
from participation.search import operations, queries
from participation.search.addresses import address_of
from participation.search.forms import asked_of, with_below
from participation.search.queries import Hit
from participation.search.rules import (
    KIND_WORDS,
    LEAST_ASKERS,
    LONGEST_QUERY,
    MISSES_KEPT,
    MOST_RANKED,
    Kind,
    Order,
    may_see_misses,
)
from participation.web.access import current_actor, guarded, public

bp = Blueprint("search", __name__)

NAMES = ("q", "kind", "order", "stage", "department", "topic", "audience", "consultation")
RECENT = timedelta(days=30)


@bp.get("/search")
@public
@limited("search", methods=("GET",))
def search() -> Response:
    """What is found for words, among all that is public or within one consultation."""
    now = clock.now()
    within = _within()
    departments = [] if within else all_departments()
    asked = asked_of(
        request.args,
        within.id if within else None,
        with_below(request.args.get("department", ""), departments),
    )
    page = render_template(
        "search/search.html",
        asked=asked,
        found=queries.find(asked, now) if asked.query else None,
        within=within,
        given=_given(),
        departments=departments,
        stages=PUBLIC_STAGES,
        kinds=KIND_WORDS,
        topics=Topic,
        audiences=Audience,
        orders=Order,
        most_ranked=MOST_RANKED,
        longest=LONGEST_QUERY,
        address_of=address_of,
        stage_of=lambda hit: _stage(hit, now),
        noted=request.args.get("noted") == "1",
        now=now,
    )
    response = make_response(page)
    # What is hidden is not to be found a moment later: nobody keeps this page.
    response.headers["Cache-Control"] = "no-store"
    return response


def _within() -> Consultation | None:
    slug = request.args.get("consultation", "")
    return public_by_slug(slug, clock.now()) if slug else None


def _given() -> dict[str, str]:
    """The parameters that are set, for links that change one of them."""
    return {name: value for name in NAMES if (value := request.args.get(name, "").strip())}


def _stage(hit: Hit, now: datetime) -> str | None:
    """The stage, said where a hit is a consultation itself."""
    is_told = hit.kind is Kind.CONSULTATION
    return shown_stage(hit.stage, hit.closes_at, now, zone()) if is_told else None


@bp.post("/search/missed")
@public
@limited("search")
def missed() -> Any:
    """Note that words find nothing, for the departments; no trace of who has looked for them."""
    query = asked_of(request.form).query
    actor = current_actor()
    asker = f"account {actor.id}" if actor.is_authenticated else _network(request.remote_addr or "")
    with transaction():
        operations.note_miss(query, asker, clock.now())
    return redirect(url_for("search.search", q=query, noted="1"), code=303)


def _network(address: str) -> str:
    """The network that an address is of: one household or office counts as one asker."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{found}/{24 if found.version == 4 else 56}", strict=False))


@bp.get("/desk/search-misses")
@guarded(may_see_misses)
def misses() -> str:
    """What people search for and do not find."""
    today = local(clock.now(), zone()).date()
    return render_template(
        "search/misses.html",
        words=queries.missed_words(today - MISSES_KEPT),
        days=queries.misses_by_day(today - RECENT),
        least=LEAST_ASKERS,
        kept=MISSES_KEPT.days,
    )


# The note says nothing of the reader and changes nothing for anybody: no form key, which would
# make a session and a cookie for every reader.
csrf_exempt = (missed,)
