"""What a load balancer asks: is the process alive, and can it do its work."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from sqlalchemy import text
from sqlalchemy.engine import make_url

from participation.api import schemas
from participation.kernel import clock, jobs, readonly
from participation.kernel.db import database_now, db
from participation.kernel.schema import present_revision, wanted_revision
from participation.web.access import public

bp = Blueprint("health", __name__, description="运行状态 / health")
log = logging.getLogger(__name__)

LATE = timedelta(minutes=5)
MOST_SKEW_SECONDS = 2.0


@bp.get("/healthz")
@bp.response(200, schemas.Health)
@bp.alt_response(503, schema=schemas.Health)
@public
def healthz() -> Response:
    """Alive: the process answers and its database does."""
    return _answer({"database": _database()})


@bp.get("/readyz")
@bp.response(200, schemas.Readiness)
@bp.alt_response(503, schema=schemas.Readiness)
@public
def readyz() -> Response:
    """Ready: whether requests may be sent here, and how all that they need stands.

    503 only where nothing can be served: no database, or another schema. In read-only mode, with
    a full disk or without storage or worker pages are still read and refusals still keep what was
    typed; taking the host out of service would take that away. It is then 200 and `limited`.
    """
    database = _database()
    checks = {"database": database, "schema": _schema(), "storage": _storage()}
    figures: dict[str, float] = {"free_bytes": readonly.free_bytes()}
    if database == "ok":
        checks["writing"] = _asked(_writing)
        checks["worker"] = _asked(_worker)
        checks["outbox"] = _asked(lambda: _outbox(figures))
        checks["clock"] = _asked(lambda: _clock(figures))
    return _answer(checks, figures, needed={"database", "schema"})


def _answer(
    checks: dict[str, str],
    figures: dict[str, float] | None = None,
    needed: set[str] | None = None,
) -> Response:
    wrong = {name for name, said in checks.items() if said != "ok"}
    can_serve = not wrong & (needed if needed is not None else set(checks))
    status = ("limited" if wrong else "ok") if can_serve else "unavailable"
    told = {"status": status, "checks": checks}
    response = jsonify(told if figures is None else {**told, "figures": figures})
    response.headers["Cache-Control"] = "no-store"
    if not can_serve:
        response.status_code = 503
        response.headers["Retry-After"] = "10"
    return response


def _asked(look: Callable[[], str]) -> str:
    try:
        return look()
    except Exception:
        log.exception("health")
        return "unavailable"
    finally:
        db.session.rollback()


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


def _writing() -> str:
    if readonly.ask(db.session()) is not None:
        return "read-only"
    settings = current_app.config["SETTINGS"]
    if settings.is_sqlite:
        can = os.access(make_url(settings.database).database or "", os.W_OK)
    else:
        refuses = "pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean"
        can = not db.session.scalar(text(f"SELECT {refuses}"))
    return "ok" if can else "unavailable"


def _worker() -> str:
    seen = jobs.last_sign()
    return "ok" if seen and clock.now() - seen <= jobs.WORKER_ALIVE else "not seen lately"


def _outbox(figures: dict[str, float]) -> str:
    found = jobs.backlog()
    late = (clock.now() - found.oldest_due_at) if found.oldest_due_at else timedelta(0)
    figures["jobs_waiting"], figures["jobs_given_up"] = found.ready + found.running, found.dead
    figures["oldest_due_seconds"] = round(late.total_seconds(), 1)
    if found.dead:
        return "given up"
    return "late" if late > LATE else "ok"


def _clock(figures: dict[str, float]) -> str:
    before = clock.machine()
    skew = (before - database_now(db.session())).total_seconds()
    # The way to the database and back is no skew.
    spent = (clock.machine() - before).total_seconds()
    skew = min(0.0, skew + spent) if skew < 0 else skew
    figures["clock_skew_seconds"] = round(skew, 3)
    return "ok" if abs(skew) <= MOST_SKEW_SECONDS else "skewed"
