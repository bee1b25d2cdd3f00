"""What a load balancer asks: is the process alive, and can it do its work."""

from __future__ import annotations

import logging

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from sqlalchemy import text

from participation.api import schemas
from participation.kernel import clock, jobs
from participation.kernel.db import db
from participation.kernel.schema import present_revision, wanted_revision
from participation.web.access import public

bp = Blueprint("health", __name__, description="运行状态 / health")
log = logging.getLogger(__name__)


@bp.get("/healthz")
@bp.response(200, schemas.Health)
@bp.alt_response(503, schema=schemas.Health)
@public
def healthz() -> Response:
    """Alive: the process answers and its database does."""
    return _answer({"database": _database()})


@bp.get("/readyz")
@bp.response(200, schemas.Health)
@bp.alt_response(503, schema=schemas.Health)
@public
def readyz() -> Response:
    """Ready: database at the code's schema, storage writable, a worker seen lately."""
    return _answer(
        {
            "database": _database(),
            "schema": _schema(),
            "storage": _storage(),
            "worker": _worker(),
        },
        optional={"worker"},
    )


def _answer(checks: dict[str, str], optional: frozenset[str] | set[str] = frozenset()) -> Response:
    # A missing worker delays what is published by itself; it is told, but taking part goes on.
    ready = all(said == "ok" for name, said in checks.items() if name not in optional)
    response = jsonify(status="ok" if ready else "unavailable", checks=checks)
    response.headers["Cache-Control"] = "no-store"
    if not ready:
        response.status_code = 503
        response.headers["Retry-After"] = "10"
    return response


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except Exception:
        log.exception("health: database")
        db.session.rollback()
        return "unavailable"
    return "ok"


def _schema() -> str:
    try:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        return "ok" if present_revision() == wanted_revision(app) else "outdated"
    except Exception:
        log.exception("health: schema")
        return "unavailable"


def _storage() -> str:
    try:
        current_app.extensions["storage"].check()
    except Exception:
        log.exception("health: storage")
        return "unavailable"
    return "ok"


def _worker() -> str:
    try:
        seen = jobs.last_sign()
    except Exception:
        db.session.rollback()
        return "unavailable"
    return "ok" if seen and clock.now() - seen <= jobs.WORKER_ALIVE else "not seen lately"
