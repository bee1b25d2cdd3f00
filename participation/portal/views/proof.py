"""What the holder of a receipt takes away: the receipt file and a sheet to print."""

from __future__ import annotations

import base64
import json
from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for

from participation.comments import queries as comments
from participation.comments.models import Comment
from participation.comments.views.receipts import private
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.kernel.merkle import leaf_hash
from participation.kernel.throttle import limited
from participation.portal.queries import overview
from participation.portal.views.entrance import bp
from participation.record import queries as record
from participation.surveys import queries as surveys
from participation.surveys import tickets
from participation.surveys.operations import hash_of
from participation.web.access import current_actor, public
from participation.web.qr import qr_svg

FORMAT = "application/json; charset=utf-8"


@bp.get("/receipt/<code>/receipt.json")
@public
@limited("receipt", methods=("GET",))
def receipt_file(code: str) -> Response:
    """The receipt file (docs/record-format.md): checked offline, by either verifier."""
    comment, found = _found(code)
    return _file(found, f"receipt-{found['slug']}-{comment.number}.json")


@bp.get("/receipt/<code>/sheet")
@public
@limited("receipt", methods=("GET",))
def receipt_sheet(code: str) -> Response:
    """All that the receipt file says, on a sheet of paper."""
    comment, found = _found(code)
    page = render_template(
        "portal/receipt_sheet.html",
        comment=comment,
        receipt=found,
        leaf_hash=leaf_hash(found["leaf"].encode()).hex(),
        address=f"{current_app.config['SETTINGS'].site}{url_for('comments.receipt', code=code)}",
        qr=url_for("comments.receipt_qr", code=comment.receipt),
        now=clock.now(),
    )
    return private(make_response(page))


@bp.get("/receipt/<code>/leaf.svg")
@public
@limited("receipt", methods=("GET",))
def receipt_leaf_qr(code: str) -> Response:
    """Origin, index and leaf hash as a QR picture: enough to find the leaf in any copy."""
    _comment, found = _found(code)
    hashed = base64.b64encode(leaf_hash(found["leaf"].encode())).decode()
    said = f"{found['origin']}\n{found['index']}\n{hashed}"
    return private(Response(qr_svg(said), mimetype="image/svg+xml"))


def _found(code: str) -> tuple[Comment, dict[str, Any]]:
    comment = comments.by_receipt(code)
    found = record.receipt_file(comment)
    if found is None:
        raise NotFound("receipt")
    return comment, found


@bp.get("/consultations/<slug>/surveys/<int:survey_id>/receipt.json")
@public
@limited("receipt", methods=("GET",))
def survey_receipt_file(slug: str, survey_id: int) -> Response:
    """The receipt file of one's own answers, for the browser or account that gave them."""
    seen = overview(slug, clock.now())
    survey = surveys.by_id(seen.consultation.id, survey_id)
    ticket = _ticket(survey_id)
    response = surveys.response_of(survey.id, hash_of(survey.id, ticket)) if ticket else None
    found = record.survey_receipt_file(response) if response else None
    if found is None:
        raise NotFound("receipt")
    return _file(found, f"survey-receipt-{slug}-{survey_id}.json")


def _ticket(survey_id: int) -> str | None:
    secret, actor = str(current_app.secret_key), current_actor()
    if actor.id is not None:
        return tickets.of_account(secret, survey_id, actor.id)
    return tickets.opened(secret, request.cookies.get(tickets.COOKIE))


def _file(found: dict[str, Any], name: str) -> Response:
    body = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    response = Response(body, content_type=FORMAT)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
