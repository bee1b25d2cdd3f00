"""The front page and the list of consultations."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from participation.consultations import queries
from participation.consultations.queries.choosing import stage_counts
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.portal.changes import recent_results
from participation.portal.course import tag_of
from participation.portal.queries import received_of
from participation.portal.structured import site_data
from participation.portal.views.choosing import choices, name_of, read_choice, subjects
from participation.portal.views.entrance import bp
from participation.web.access import public

CLOSING_SOON, COMING, RESULTS = 6, 3, 3
STAGES = (Stage.OPEN, Stage.FORTHCOMING, Stage.CLOSED, Stage.SEALED)


@bp.get("/")
@public
def front() -> str:
    """What closes soon, what came of what people said, and all by stage; six statements."""
    now = clock.now()
    closing = queries.listed(Stage.OPEN, now, size=CLOSING_SOON)
    coming = queries.listed(Stage.FORTHCOMING, now, size=COMING)
    shown = [*closing.items, *coming.items]
    return render_template(
        "portal/front.html",
        closing=closing,
        coming=coming,
        results=recent_results(now, RESULTS),
        counts=stage_counts(now),
        stages=STAGES,
        received=received_of(each.id for each in shown),
        now=now,
        tag_of=tag_of,
        structured=site_data(),
    )


@bp.get("/consultations")
@public
def consultations() -> str:
    """All public consultations, by stage, field, audience and department."""
    now, choice = clock.now(), read_choice()
    word = request.args.get("stage", "")
    stage = Stage(word) if word in {each.value for each in STAGES} else None
    after = parse_cursor(request.args.get("after"))
    page = queries.listed(stage, now, after=after, where=choice.conditions)
    offered = choices()
    counts: dict[Any, int] = dict(stage_counts(now, choice))
    return render_template(
        "portal/consultations.html",
        page=page,
        is_first=after is None,
        stage=stage.value if stage else "",
        stages=STAGES,
        choice=choice,
        chosen=name_of(choice, offered),
        offered=offered,
        subjects=subjects(choice),
        counts=counts | {"": sum(counts.values())},
        received=received_of(each.id for each in page.items),
        now=now,
        tag_of=tag_of,
    )
