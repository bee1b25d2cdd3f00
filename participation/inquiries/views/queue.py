"""The staff's queue of questions: what waits by its due date, of all matters or of one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from participation.consultations.queries import desk_by_slug
from participation.consultations.rules import may_see_desk
from participation.inquiries import queries, rules
from participation.inquiries.rules import State
from participation.inquiries.views.blueprint import bp
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence


@bp.get("/desk/questions")
@guarded(may_see_desk)
def queue() -> Any:
    """The questions to one's departments, by state; `of` narrows it to one matter."""
    actor, now = current_actor(), clock.now()
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in list(State) else State.WAITING
    matter = None
    if of := request.args.get("of", ""):
        matter = desk_by_slug(actor, of, now)
    matter_id = matter.id if matter else None
    after = parse_cursor(request.args.get("after"))
    page = queries.queue(actor, state, after, matter_id)
    waiting, overdue = queries.waiting(actor, now, matter_id)
    kept: dict[str, Any] = {"of": matter.slug} if matter else {}

    def address(**values: Any) -> str:
        return url_for("inquiries.queue", **values, **kept)

    return render_template(
        "inquiries/queue.html",
        matter=matter,
        state=state,
        tabs=[
            (
                sentence(rules.STATE_WORDS[each]),
                address(state=each.value),
                waiting if each is State.WAITING else None,
                each is state,
            )
            for each in State
        ],
        rows=page.items,
        onward=address(state=state.value, after=page.next) if page.next else None,
        first=address(state=state.value) if after else None,
        waiting=waiting,
        overdue=overdue,
        now=now,
    )
