"""Outages near a close: kept, noted once for each window touched, answered in one of two ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import User
from participation.audit.models import AuditEntry
from participation.consultations import operations, queries
from participation.consultations.models import Consultation, Outage, OutageNote
from participation.consultations.queries import outages
from participation.desk.board import board_of
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Refused
from participation.rulebook.days import last_day_of
from participation.rulebook.outages import Span
from tests.factories.accounts import a_user, actor_of, sign_in
from tests.factories.consultations import a_consultation

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@contextmanager
def _at(instant: datetime) -> Iterator[None]:
    with clock.fixed(instant), transaction():
        yield


def _closing_tonight() -> Consultation:
    """A window that closes on 1 June, 24:00: twelve hours after NOON."""
    opened_at = NOON - timedelta(days=40)
    return a_consultation("open", opens_at=opened_at, closes_at=NOON + 12 * HOUR)


def _an_outage(from_at: datetime, until_at: datetime) -> list[OutageNote]:
    with _at(until_at):
        operations.note_unavailable(from_at, until_at)
        return operations.note_touched_windows(Span(from_at, until_at))


def _events(name: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == name)))


@pytest.mark.both_databases
def test_an_outage_of_more_than_half_an_hour_is_noted_once_for_the_window_it_touched(
    context: Flask,
) -> None:
    tonight = _closing_tonight()
    later = a_consultation("open")
    assert _an_outage(NOON + HOUR, NOON + HOUR + timedelta(minutes=25)) == []
    found = _an_outage(NOON + 3 * HOUR, NOON + 3 * HOUR + timedelta(minutes=10))
    # Together they are more than 30 minutes: both are noted, in the record and in the audit.
    assert [each.consultation_id for each in found] == [tonight.id, tonight.id]
    assert len(_events("OutageNoted")) == 2
    assert _an_outage(NOON + 5 * HOUR, NOON + 5 * HOUR + timedelta(minutes=9))
    with _at(NOON + 6 * HOUR):
        assert operations.note_touched_windows(Span(NOON, NOON + 6 * HOUR)) == [], "once each"
    assert outages.unanswered([tonight.id, later.id]) == {tonight.id}


@pytest.mark.both_databases
def test_an_outage_that_goes_on_is_kept_once_and_ends_once(context: Flask) -> None:
    with _at(NOON + HOUR):
        operations.note_unavailable(NOON, None)
    with _at(NOON + 2 * HOUR):
        operations.note_unavailable(NOON, None)
    assert outages.ongoing_outage() is not None
    with _at(NOON + 3 * HOUR):
        operations.note_unavailable(NOON, NOON + 3 * HOUR)
    (kept,) = db.session.scalars(select(Outage)).all()
    assert (kept.from_at, kept.until_at) == (NOON, NOON + 3 * HOUR)
    assert outages.ongoing_outage() is None


def test_an_extension_answers_and_so_does_a_reason_and_both_are_kept(context: Flask) -> None:
    tonight = _closing_tonight()
    officer = a_user(Role.OFFICER, tonight.department)
    _an_outage(NOON + HOUR, NOON + 2 * HOUR)
    actor, slug, id = actor_of(officer), tonight.slug, tonight.id
    with pytest.raises(Refused), _at(NOON + 3 * HOUR):
        operations.explain_outage(actor, slug, " … ")
    with _at(NOON + 3 * HOUR):
        operations.explain_outage(actor, slug, "已电话逐一告知，无人需要延长。")
    assert outages.unanswered([id]) == set()
    with pytest.raises(Refused), _at(NOON + 3 * HOUR):
        operations.explain_outage(actor, slug, "再说一遍。")
    _an_outage(NOON + 4 * HOUR, NOON + 5 * HOUR)
    assert outages.unanswered([id]) == {id}
    with _at(NOON + 6 * HOUR):
        new = outages.proposed_close(queries.by_slug(slug), outages.notes_of(id))
        operations.extend_window(actor, slug, new, "服务中断。")
    assert outages.unanswered([id]) == set()
    first, second = outages.notes_of(id)
    assert (first.reason, first.extension_id) == ("已电话逐一告知，无人需要延长。", None)
    assert second.extension_id is not None
    assert _events("OutageExplained")


def test_the_desk_asks_the_officer_and_one_click_extends(client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        tonight = _closing_tonight()
        officer = a_user(Role.OFFICER, tonight.department)
        slug = tonight.slug
        _an_outage(NOON + HOUR, NOON + 2 * HOUR)
        with clock.fixed(NOON + 3 * HOUR):
            (task,) = board_of(actor_of(db.session.get_one(User, officer.id)), clock.now()).tasks
        assert task.owes_answer
        assert task.task
        assert task.task.endpoint == "consultations.manage"
    with clock.fixed(NOON + 3 * HOUR):
        sign_in(client, officer)
        page = client.get(f"/desk/consultations/{slug}").get_data(as_text=True)
        assert "截止前 24 小时内有服务中断" in page
        assert "延长到 2026年6月2日 24:00" in page
        assert "截止前服务中断" in client.get("/desk").get_data(as_text=True)
        form = client.get(f"/desk/consultations/{slug}/outage/explain")
        assert form.status_code == 200
        empty = client.post(f"/desk/consultations/{slug}/outage/explain", data={"reason": ""})
        assert empty.status_code == 422
        done = client.post(f"/desk/consultations/{slug}/outage/extend")
        assert done.status_code == 303
        after = client.get(f"/desk/consultations/{slug}").get_data(as_text=True)
        assert "6月1日13:00至6月1日14:00" in after, "the public note says why"
        assert "已延长期限" in after
        client.post(f"/desk/consultations/{slug}/outage/extend")
    with app.app_context():
        found = queries.by_slug(slug)
        assert found.closes_at
        assert last_day_of(found.closes_at).isoformat() == "2026-06-02", "twice is once"


def test_a_reason_is_put_on_record_on_its_page(client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        tonight = _closing_tonight()
        officer = a_user(Role.OFFICER, tonight.department)
        slug, id = tonight.slug, tonight.id
        _an_outage(NOON + HOUR, NOON + 2 * HOUR)
        sign_in(client, officer)
    # The close has passed meanwhile: it cannot be extended any more, the reason is still owed.
    with clock.fixed(NOON + 20 * HOUR):
        page = client.get(f"/desk/consultations/{slug}").get_data(as_text=True)
        assert "不延长，说明理由" in page
        assert "延长到" not in page
        done = client.post(
            f"/desk/consultations/{slug}/outage/explain", data={"reason": "另行征求一轮。"}
        )
        assert done.status_code == 303
        assert "另行征求一轮。" in client.get(f"/desk/consultations/{slug}").get_data(as_text=True)
    with app.app_context():
        assert outages.unanswered([id]) == set()


@pytest.mark.both_databases
def test_planned_downtime_extends_each_window_whose_end_it_takes_and_says_why(
    context: Flask,
) -> None:
    tonight, later = _closing_tonight(), a_consultation("open")
    untouched = later.closes_at
    with _at(NOON):
        downtime = operations.plan_downtime(
            SYSTEM, NOON + 10 * HOUR, NOON + 13 * HOUR, "更换机房电源", extends=True
        )
        touched = operations.settle_downtime(downtime)
        assert [each.slug for each, _ in touched] == [tonight.slug]
        assert operations.settle_downtime(downtime) == [], "twice is once"
    assert last_day_of(tonight.closes_at or NOON).isoformat() == "2026-06-02"
    assert later.closes_at == untouched
    (extension,) = queries.extensions_of(tonight.id)
    assert "更换机房电源" in extension.note
    assert extension.extended_by_id is None
    assert outages.unanswered([tonight.id]) == set()
    (noted,) = _events("OutageNoted")
    assert noted.payload["planned"] is True
    # What the probe finds meanwhile is not kept a second time, what lies outside is.
    with _at(NOON + 14 * HOUR):
        made = operations.note_unavailable(NOON + 10 * HOUR, NOON + 14 * HOUR)
        assert [(each.from_at, each.until_at) for each in made] == [
            (NOON + 13 * HOUR, NOON + 14 * HOUR)
        ]


def test_downtime_without_the_order_to_extend_asks_the_departments(context: Flask) -> None:
    tonight = _closing_tonight()
    before = tonight.closes_at
    with _at(NOON):
        downtime = operations.plan_downtime(
            SYSTEM, NOON + 10 * HOUR, NOON + 13 * HOUR, "更换机房电源", extends=False
        )
        operations.settle_downtime(downtime)
    assert tonight.closes_at == before
    assert outages.unanswered([tonight.id]) == {tonight.id}


def test_downtime_is_announced_beforehand_by_whoever_runs_the_server(context: Flask) -> None:
    officer = actor_of(a_user(Role.OFFICER))
    for actor, start, end in (
        (officer, NOON + HOUR, NOON + 2 * HOUR),
        (SYSTEM, NOON - HOUR, NOON + HOUR),
        (SYSTEM, NOON + 2 * HOUR, NOON + HOUR),
        (SYSTEM, NOON + HOUR, NOON + 99 * HOUR),
    ):
        with pytest.raises(Refused), _at(NOON):
            operations.plan_downtime(actor, start, end, "维护", extends=True)
    with _at(NOON):
        made = operations.plan_downtime(SYSTEM, NOON + HOUR, NOON + 2 * HOUR, "维护", extends=True)
        assert [each.id for each in outages.planned_after(NOON)] == [made.id]
        operations.cancel_downtime(SYSTEM, made.id)
        assert outages.planned_after(NOON) == []
