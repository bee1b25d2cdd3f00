"""The receipt of several opinions sent at once: each with its own receipt, all on one page."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, session, url_for

from participation.comments import queries, rules
from participation.comments.story import present, tell
from participation.comments.views.blueprint import bp
from participation.comments.views.receipts import private, qr_of, step_of
from participation.comments.views.write import reach, site_url
from participation.kernel.throttle import limited
from participation.web.access import public


@bp.get("/sending/<code>")
@public
@limited("receipt", methods=("GET",))
def sending(code: str) -> Any:
    """What was sent together, and how each of it stands."""
    found = queries.sending_by_code(code)
    comments = queries.comments_of(found.id)
    page = render_template(
        "comments/sending.html",
        sending=found,
        consultation=found.consultation,
        comments=comments,
        now_at={each.id: step_of(present(tell(each))) for each in comments},
        is_new=session.pop("sent_receipt", None) == found.code,
        address=site_url(url_for("comments.sending", code=found.code)),
        qr=url_for("comments.sending_qr", code=found.code),
        reach=reach(found.consultation),
        words=rules,
    )
    return private(make_response(page))


@bp.get("/sending/<code>/qr.svg")
@public
@limited("receipt", methods=("GET",))
def sending_qr(code: str) -> Response:
    """The address of a sending's page as a QR picture."""
    found = queries.sending_by_code(code)
    return qr_of(url_for("comments.sending", code=found.code))
