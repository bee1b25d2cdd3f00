"""The front page and the list of consultations."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request

from participation.consultations import queries
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.portal.course import tag_of
from participation.portal.queries import received_of
from participation.portal.views.entrance import bp
from participation.web.access import public

SHOWN = 8
STAGES = (Stage.OPEN, Stage.FORTHCOMING, Stage.CLOSED, Stage.SEALED)


@bp.get("/")
@public
def front() -> str:
    """What is open, what comes, what came of it."""
    now = clock.now()
    lists: dict[str, Any] = {
        stage.value: queries.listed(stage, now, size=SHOWN if stage is Stage.OPEN else 4)
        for stage in STAGES
    }
    received = received_of(each.id for page in lists.values() for each in page.items)
    return render_template(
        "portal/front.html", lists=lists, received=received, now=now, tag_of=tag_of
    )


@bp.get("/consultations")
@public
def consultations() -> Response | str:
    """All public consultations, by stage."""
    now = clock.now()
    word = request.args.get("stage", "")
    stage = Stage(word) if word in {each.value for each in STAGES} else None
    page = queries.listed(stage, now, after=parse_cursor(request.args.get("after")))
    return render_template(
        "portal/consultations.html",
        page=page,
        stage=stage.value if stage else "",
        stages=STAGES,
        received=received_of(each.id for each in page.items),
        now=now,
        tag_of=tag_of,
    )
