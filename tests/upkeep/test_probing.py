"""The probe: only a process that can write gives the sign, and a gap is an outage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from participation.consultations.models import Outage, OutageNote
from participation.consultations.queries import by_slug
from participation.kernel import clock, readonly
from participation.kernel.db import db, transaction
from participation.kernel.jobs import WEB, last_sign
from participation.kernel.readonly import ReadOnly
from participation.upkeep.downtime import look_ahead
from participation.upkeep.jobs.probing import beat, probe
from participation.upkeep.readonly import begin, end, mode_of
from tests.factories.consultations import a_consultation

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _beat_at(*instants: datetime) -> None:
    for each in instants:
        with clock.fixed(each):
            beat()


def _kept() -> list[tuple[datetime, datetime | None]]:
    db.session.rollback()
    return [(each.from_at, each.until_at) for each in db.session.scalars(select(Outage)).all()]


@pytest.mark.both_databases
def test_signs_every_minute_are_no_outage_and_a_gap_is_one(context: Flask) -> None:
    _beat_at(*(NOON + timedelta(minutes=each) for each in range(5)))
    assert _kept() == []
    back = NOON + 2 * HOUR
    _beat_at(back)
    assert _kept() == [(NOON + timedelta(minutes=4), back)]
    assert last_sign(WEB) == back


@pytest.mark.both_databases
def test_the_worker_keeps_an_outage_while_it_lasts_and_the_next_sign_ends_it(
    context: Flask,
) -> None:
    _beat_at(NOON)
    for minutes in (1, 10, 20):
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            probe()
    assert _kept() == [(NOON, None)]
    _beat_at(NOON + HOUR)
    assert _kept() == [(NOON, NOON + HOUR)]


def test_an_outage_on_the_last_evening_flags_the_window(context: Flask) -> None:
    tonight = a_consultation("open", opens_at=NOON - timedelta(days=40), closes_at=NOON + 12 * HOUR)
    _beat_at(NOON, NOON + HOUR)
    (note,) = db.session.scalars(select(OutageNote)).all()
    assert note.consultation_id == tonight.id


def test_read_only_mode_counts_as_an_outage(context: Flask) -> None:
    _beat_at(NOON)
    with clock.fixed(NOON), transaction():
        begin(mode_of("演练", None))
    with pytest.raises(ReadOnly):
        _beat_at(NOON + timedelta(minutes=1))
    with clock.fixed(NOON + HOUR), transaction(even_read_only=True):
        end()
    _beat_at(NOON + HOUR)
    assert _kept() == [(NOON, NOON + HOUR)]


def test_announced_downtime_is_on_every_page_read_only_while_it_lasts_and_kept_once(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        tonight = a_consultation(
            "open", opens_at=NOON - timedelta(days=40), closes_at=NOON + 12 * HOUR
        )
        slug = tonight.slug
    runner: FlaskCliRunner = app.test_cli_runner()
    words = ["upkeep", "downtime", "--reason", "更换机房电源", "--extend", "--json"]
    with clock.fixed(NOON):
        said = runner.invoke(
            args=[*words, "--from", "2026-06-01T22:00", "--until", "2026-06-02T01:00"]
        )
    assert said.exit_code == 0, said.output
    assert f'"slug": "{slug}"' in said.output
    assert '"new_closes_at": "2026-06-02T16:00:00Z"' in said.output
    with clock.fixed(NOON):
        with app.app_context():
            look_ahead()
        assert "更换机房电源" in client.get("/").get_data(as_text=True)
        assert "2026年6月1日 22:00" in client.get(f"/consultations/{slug}").get_data(as_text=True)
    with app.app_context():
        _beat_at(NOON + 10 * HOUR - timedelta(seconds=30))
    within = NOON + 11 * HOUR
    with clock.fixed(within):
        assert "更换机房电源" not in client.get("/").get_data(as_text=True), "read-only says it"
        with app.app_context():
            assert readonly.ask(db.session()) is not None
            with pytest.raises(ReadOnly):
                beat()
            probe()
    with app.app_context():
        assert [each[1] for each in _kept()] == [NOON + 13 * HOUR], "no second row meanwhile"
        _beat_at(NOON + 13 * HOUR + timedelta(minutes=1))
        assert len(_kept()) == 1
        closes_at = by_slug(slug).closes_at
    assert closes_at == datetime(2026, 6, 2, 16, tzinfo=UTC)


def test_downtime_taken_back_is_neither_announced_nor_read_only(app: Flask) -> None:
    runner = app.test_cli_runner()
    words = ["upkeep", "downtime", "--reason", "维护"]
    with clock.fixed(NOON):
        done = runner.invoke(
            args=[*words, "--from", "2026-06-01T22:00", "--until", "2026-06-02T01:00"]
        )
        assert done.exit_code == 0, done.output
        assert "1  " in runner.invoke(args=["upkeep", "downtime"]).output
        assert runner.invoke(args=["upkeep", "downtime", "--cancel", "1"]).exit_code == 0
        assert "没有公告" in runner.invoke(args=["upkeep", "downtime"]).output
    with clock.fixed(NOON + 11 * HOUR), app.app_context():
        assert readonly.ask(db.session()) is None
        assert runner.invoke(args=["upkeep", "downtime", "--cancel", "1"]).exit_code == 1


@pytest.mark.parametrize("words", ["2026-06-01", "morgen"])
def test_odd_dates_are_refused_in_one_line(app: Flask, words: str) -> None:
    with clock.fixed(NOON):
        said = app.test_cli_runner().invoke(
            args=["upkeep", "downtime", "--reason", "x", "--from", words, "--until", words]
        )
    assert said.exit_code != 0
    assert "Traceback" not in said.output
