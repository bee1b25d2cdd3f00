"""Warnings on answers: shown, kept with a note, never in the way of the publication."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts.models import User
from participation.adoption import operations, queries
from participation.adoption.checking import Finding
from participation.adoption.models import KeptAnswer, OpinionPoint
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")
EMPTY, NOTE = "已收到，感谢您的宝贵意见。", "这一点已当面答复提出人，双方没有异议。"


def _matter() -> Consultation:
    return a_consultation("closed", opens_at=NOON - timedelta(days=40))


def _open(found: Consultation) -> list[tuple[int, Finding]]:
    warnings = queries.warnings_of(found.id)
    return [(each.number, each.finding) for each in warnings if each.kept is None]


@pytest.fixture
def officer(context: Flask) -> User:
    return a_user(Role.OFFICER)


@pytest.mark.both_databases
def test_a_warning_kept_stays_with_its_note_until_the_answer_changes(officer: User) -> None:
    found = _matter()
    point = a_point(found, [a_comment(found)], reason=EMPTY)
    assert _open(found) == [(1, Finding.SAYS_NOTHING)]
    with transaction():
        operations.keep_answer(actor_of(officer), point.id, [Finding.SAYS_NOTHING], NOTE)
    [warned] = queries.warnings_of(found.id)
    assert warned.kept is not None
    assert (warned.kept.note, warned.kept.by) == (NOTE, officer.display_name)
    with transaction():
        # Kept twice it is kept once.
        operations.keep_answer(actor_of(officer), point.id, [Finding.SAYS_NOTHING], NOTE)
    assert len(db.session.scalars(select(KeptAnswer)).all()) == 1
    _answer_anew(point)
    assert _open(found) == [(1, Finding.SAYS_NOTHING)]


def _answer_anew(point: OpinionPoint) -> None:
    with clock.fixed(NOON + timedelta(hours=1)), transaction():
        operations.decide_point(SYSTEM, point.id, "explained", "予以研究。")


def test_a_shared_reason_names_the_other_points(context: Flask) -> None:
    found = _matter()
    for disposition in ("adopted", "adopted", "not_adopted"):
        a_point(found, [a_comment(found)], disposition)
    shared = {each.number: list(each.shared_with) for each in queries.warnings_of(found.id)}
    assert shared == {1: [3], 2: [3], 3: [1, 2]}
    [one] = queries.warnings_of(found.id, 2)
    assert list(one.shared_with) == [3]


def test_one_point_is_warned_of_as_in_the_list(context: Flask) -> None:
    found = _matter()
    for reason in (EMPTY, "这样会影响沿街居民休息。", "第三条已经写明。"):
        a_point(found, [a_comment(found)], reason=reason)
    a_point(found, [a_comment(found)], "explained", reason="第三条已经写明。")
    every = queries.warnings_of(found.id)
    assert [
        each for number in range(1, 5) for each in queries.warnings_of(found.id, number)
    ] == every
    assert len(every) == 4


def test_a_warning_delays_no_publication(context: Flask) -> None:
    found = _matter()
    a_point(found, [a_comment(found)], reason=EMPTY)
    assert found.closes_at is not None
    run_worker(NOON)
    assert [each.version for each in queries.versions(found.id)] == [1]


def test_the_missing_reason_cannot_be_kept(officer: User) -> None:
    found = _matter()
    point = a_point(found, [a_comment(found)], None)
    with pytest.raises(Invalid), transaction():
        operations.decide_point(actor_of(officer), point.id, "not_adopted", "　")
    assert queries.warnings_of(found.id) == []


@pytest.mark.parametrize("note", ["", "　 ", "可以"])
def test_a_note_is_needed(officer: User, note: str) -> None:
    found = _matter()
    point = a_point(found, [a_comment(found)], reason=EMPTY)
    with pytest.raises(Invalid), transaction():
        operations.keep_answer(actor_of(officer), point.id, [Finding.SAYS_NOTHING], note)


def test_only_who_may_answer_may_keep(context: Flask) -> None:
    found = _matter()
    point = a_point(found, [a_comment(found)], reason=EMPTY)
    drafter = actor_of(a_user(Role.DRAFTER))
    with pytest.raises(Refused), transaction():
        operations.keep_answer(drafter, point.id, [Finding.SAYS_NOTHING], NOTE)


def test_an_answer_changed_meanwhile_is_not_kept_unseen(officer: User) -> None:
    found = _matter()
    point = a_point(found, [a_comment(found)], reason=EMPTY)
    with pytest.raises(operations.Overtaken), transaction():
        operations.keep_answer(
            actor_of(officer), point.id, [Finding.SAYS_NOTHING], NOTE, seen=point.version - 1
        )


def test_the_pages_warn_take_the_note_and_tell_it(client: FlaskClient, officer: User) -> None:
    found = _matter()
    comment = a_comment(found)
    a_point(found, [comment], None)
    version = queries.point_by_number(found.id, 1).version
    base = f"/desk/consultations/{found.slug}/adoption"
    browser = sign_in(client, officer)
    sent = {"disposition": "not_adopted", "reason": EMPTY, "version": version}
    answer = browser.post(f"{base}/points/1", data=sent)
    assert answer.location.endswith("/points/1#checks")
    page = browser.get(f"{base}/points/1").text
    assert "理由只有“收到”" in page
    assert "系统照常自动公布" in page
    assert "公布前再看看" in browser.get(f"{base}/versions").text
    assert "答复可以改进" in browser.get(f"{base}/points").text
    keep = {"findings": "says_nothing", "note": "", "version": version + 1}
    answer = browser.post(f"{base}/points/1/keep", data=keep)
    assert answer.status_code == 422
    assert "请写明为什么仍这样答复" in answer.text
    answer = browser.post(f"{base}/points/1/keep", data={**keep, "note": NOTE})
    assert answer.status_code == 303
    page = browser.get(f"{base}/points/1").text
    assert "已说明后保留" in page
    assert NOTE in page
    page = browser.get(f"{base}/versions").text
    assert "公布前再看看" not in page
    assert "另有 1 条提醒已写明理由后保留" in page
    assert "写明理由后保留答复" in browser.get(f"/desk/consultations/{found.slug}/history").text
