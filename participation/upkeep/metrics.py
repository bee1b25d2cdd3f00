"""Figures for Prometheus: what was asked and answered, what waits, how the instance stands.

No label holds anything that a person typed or is: routes by their pattern, methods and states from
closed lists. Counters are of this process; where several serve, PROMETHEUS_MULTIPROC_DIR lets
any of them answer for all, as prometheus-client's guide says.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from datetime import datetime

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

from participation.consultations.models import Consultation
from participation.consultations.queries import stage_clause
from participation.consultations.rules import Stage
from participation.kernel import clock, jobs, readonly
from participation.kernel.db import database_now, db
from participation.record.models import RecordHead, RecordLog
from participation.upkeep.logs import route_name

log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SUBMITTING = {"comments.write": "comment", "api.submit": "comment", "surveys.answer": "survey"}
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

COUNTED = CollectorRegistry()
REQUESTS = Counter(
    "zhongyan_requests", "Requests answered.", ("method", "route", "status"), registry=COUNTED
)
DURATION = Histogram(
    "zhongyan_request_seconds",
    "Time from a request's arrival to its answer.",
    ("route",),
    buckets=SECONDS,
    registry=COUNTED,
)
SUBMISSIONS = Counter(
    "zhongyan_submissions", "Opinions and answers received and kept.", ("kind",), registry=COUNTED
)
REFUSED = Counter(
    "zhongyan_submissions_refused",
    "Opinions and answers refused because the window was not open.",
    ("kind",),
    registry=COUNTED,
)


def count_requests(app: Flask) -> None:
    """Count every request of an application."""

    @app.after_request
    def count(response: Response) -> Response:
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route_name(), str(response.status_code)).inc()
        DURATION.labels(route_name()).observe(time.perf_counter() - g.began_at)
        kind = SUBMITTING.get(request.endpoint or "")
        if kind and request.method == "POST" and response.status_code == 403:
            REFUSED.labels(kind).inc()
        return response


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    else:
        counted = COUNTED
    looked_at = CollectorRegistry()
    looked_at.register(_Instance())
    return bytes(generate_latest(counted) + generate_latest(looked_at))


class _Instance:
    """How the instance stands, looked at when asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("free_bytes", "Free bytes on the instance's disk.", readonly.free_bytes())
        try:
            found = list(_of_database())
        except Exception:
            log.exception("metrics: database")
            found = []
        finally:
            db.session.rollback()
        yield _gauge("database_up", "Whether the database answers.", bool(found))
        yield from found
        on = readonly.known() is not None
        yield _gauge("read_only", "Whether only reading is served.", on)


def _of_database() -> Iterator[GaugeMetricFamily]:
    session = db.session()
    now = clock.now()
    readonly.ask(session)
    skew = (clock.machine() - database_now(session)).total_seconds()
    yield _gauge("clock_skew_seconds", "This machine's clock less the database's.", skew)
    waiting = GaugeMetricFamily("zhongyan_jobs", "Jobs in the outbox.", labels=["state"])
    found = jobs.backlog()
    for state in ("ready", "running", "dead"):
        waiting.add_metric([state], getattr(found, state))
    yield waiting
    age = (now - found.oldest_due_at).total_seconds() if found.oldest_due_at else 0
    yield _gauge("oldest_due_job_seconds", "For how long the oldest job is due.", age)
    seen = jobs.last_sign()
    if seen is not None:
        age = (now - seen).total_seconds()
        yield _gauge("worker_age_seconds", "Since when no worker was seen.", age)
    newest = _oldest_newest_head()
    if newest is not None:
        age = (now - newest).total_seconds()
        yield _gauge("head_age_seconds", "Age of the oldest newest head of open logs.", age)
    unsigned = session.scalar(select(func.min(RecordLog.unsigned_since)))
    age = (now - unsigned).total_seconds() if unsigned else 0
    yield _gauge("unsigned_leaf_seconds", "For how long a leaf waits for its head.", age)


def _oldest_newest_head() -> datetime | None:
    newest = (
        select(func.max(RecordHead.signed_at).label("at"))
        .join(Consultation, Consultation.id == RecordHead.consultation_id)
        .where(stage_clause(Stage.OPEN, clock.now()))
        .group_by(RecordHead.consultation_id)
        .subquery()
    )
    return db.session.scalar(select(func.min(newest.c.at)))


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zhongyan_{name}", words, value=float(value))
