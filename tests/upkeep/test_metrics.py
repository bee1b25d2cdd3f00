"""The figures for Prometheus: where they may be had, and that they name nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, event
from sqlalchemy.exc import OperationalError

from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from tests.conftest import NOON
from tests.factories.consultations import a_consultation

BODY = "灯太暗，我的电话是 13812345678。"


def _figures(client: FlaskClient, **headers: str) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (each.name, *each.labels.values()): each.value
        for family in text_string_to_metric_families(answer.text)
        for each in family.samples
    }


def _send(client: FlaskClient, slug: str, key: str) -> Any:
    words = {
        "stance": "suggest", "body": BODY, "respondent_kind": "person", "submission_key": key,
    }  # fmt: skip
    return client.post(f"/api/v1/consultations/{slug}/comments", json=words)


def test_they_are_off_unless_switched_on(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.settings(metrics="on", metrics_token="s3cret", public_url="https://a.example.cn")
def test_behind_an_untrusted_proxy_only_the_token_opens_them(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    for word in ("Bearer wrong", "Bearer ", "s3cre", ""):
        assert client.get("/metrics", headers={"Authorization": word}).status_code == 404
    assert _figures(client, Authorization="Bearer s3cret")


@pytest.mark.settings(metrics="on")
def test_another_machine_is_refused(client: FlaskClient) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", environ_base=elsewhere).status_code == 404
    assert client.get("/metrics").status_code == 200


@pytest.mark.both_databases
@pytest.mark.settings(metrics="on")
def test_requests_submissions_and_the_instance_are_counted(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        made = a_consultation("open")
        slug, closes_at = made.slug, made.closes_at
        assert closes_at is not None
        with transaction():
            # What its publication has left to do is older than the job that is measured.
            db.session.execute(delete(jobs.Job))
    before = _figures(client)
    route = ("POST", "/api/v1/consultations/<slug>/comments")
    with clock.fixed(NOON):
        assert _send(client, slug, "one").status_code == 201
        with app.app_context(), transaction():
            jobs.enqueue("nothing", {}, run_at=NOON - timedelta(seconds=90))
        after = _figures(client)
        assert after["zhongyan_oldest_due_job_seconds",] == 90
    with clock.fixed(closes_at):
        assert _send(client, slug, "two").status_code == 403
        late = _figures(client)

    def grown(*name: str) -> float:
        return late.get(name, 0) - before.get(name, 0)

    assert grown("zhongyan_requests_total", *route, "201") == 1
    assert grown("zhongyan_requests_total", *route, "403") == 1
    assert grown("zhongyan_submissions_total", "comment") == 1
    assert grown("zhongyan_submissions_refused_total", "comment") == 1
    assert grown("zhongyan_request_seconds_count", route[1]) == 2
    assert after["zhongyan_database_up",] == 1
    assert after["zhongyan_read_only",] == 0
    assert after["zhongyan_jobs", "ready"] >= 1
    assert after["zhongyan_free_bytes",] > 0
    assert abs(after["zhongyan_clock_skew_seconds",]) < 60


@pytest.mark.settings(metrics="on")
def test_nothing_typed_becomes_a_label(app: Flask, client: FlaskClient) -> None:
    for path in ("/receipt/AAAA-BBBB-CCCC-DDDD", "/no/13812345678", "/about?q=13812345678"):
        client.get(path)
    client.open("/about", method="BREW13812345678")
    page = client.get("/metrics").text
    for canary in ("13812345678", "AAAA", "BREW"):
        assert canary not in page
    routes = {key[2] for key in _figures(client) if key[0] == "zhongyan_requests_total"}
    assert routes <= {rule.rule for rule in app.url_map.iter_rules()} | {"-"}


@pytest.mark.settings(metrics="on")
def test_a_database_that_is_away_is_a_figure_and_no_error(client: FlaskClient, app: Flask) -> None:
    def fails(*_: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", fails)
        try:
            figures = _figures(client)
        finally:
            event.remove(db.engine, "before_cursor_execute", fails)
    assert figures["zhongyan_database_up",] == 0
    assert "zhongyan_free_bytes" in {key[0] for key in figures}
