"""The result by itself: bulletin at the close, sealed on time, once, and only if it adds up."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from participation.adoption import operations, queries
from participation.adoption.document import canonical, digest_of
from participation.adoption.models import AdoptionSummary, Bulletin, PublicationHold
from participation.adoption.rules import SealingCause
from participation.audit.models import AuditEntry
from participation.comments import operations as comment_operations
from participation.comments.models import Comment
from participation.consultations import operations as consultation_operations
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock, jobs
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.jobs import Job, JobState
from participation.rulebook.days import close_after
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment, an_entered_comment, an_officer
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context")
SECOND = timedelta(seconds=1)


def _open(**fields: Any) -> Consultation:
    return a_consultation("open", **fields)


def _close(found: Consultation) -> datetime:
    assert found.closes_at is not None
    return found.closes_at


def _due(found: Consultation) -> datetime:
    return queries.due_of(found).at


def _versions(found: Consultation) -> list[tuple[int, str]]:
    return [(each.version, each.cause.value) for each in queries.versions(found.id)][::-1]


def _break(found: Consultation, statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement), {"id": found.id})


@pytest.mark.both_databases
def test_the_bulletin_is_live_at_the_close_and_the_same_once_it_is_a_row() -> None:
    found = _open()
    for kind in ("person", "firm"):
        a_comment(found, respondent_kind=kind, released=True)
    a_comment(found, withdrawn=True)
    live = queries.public_result(found, _close(found)).bulletin
    assert live is not None
    assert (live["received"], live["withdrawn"]) == (3, 1)
    assert live["channels"] == {"web": 3}
    assert live["respondent_kinds"] == {"person": 2, "firm": 1}
    run_worker(NOON)  # the withdrawn words' traces are removed at once
    run_worker(_close(found) - SECOND)
    assert db.session.get(Bulletin, found.id) is None
    run_worker(_close(found))
    row = db.session.get(Bulletin, found.id)
    assert row is not None
    assert canonical(row.content) == canonical(live)
    assert queries.public_result(found, _close(found)).bulletin == live
    assert queries.bulletin(found) == live


def test_the_bulletin_stands_whatever_happens_after_the_close() -> None:
    found = _open()
    comment = a_comment(found)
    run_worker(_close(found))
    before = canonical(queries.bulletin(found))
    with clock.fixed(_close(found) + SECOND):
        an_entered_comment(found)
        with transaction():
            comment_operations.withdraw(comment.receipt)
    run_worker(_close(found) + 2 * SECOND)
    assert canonical(queries.bulletin(found)) == before
    assert db.session.scalar(select(func.count()).select_from(Bulletin)) == 1


def test_looks_are_rows_at_the_close_and_the_due_date() -> None:
    found = _open()
    due = queries.due_of(found)
    rows = db.session.execute(select(Job.kind, Job.run_at).where(Job.kind.like("adoption.%"))).all()
    assert set(map(tuple, rows)) == {
        ("adoption.close", _close(found)),
        ("adoption.seal", _close(found)),
        ("adoption.seal", close_after(due.on)),
        ("adoption.seal", due.at),
    }


def test_after_an_extension_the_earlier_looks_find_nothing_to_do() -> None:
    found = _open()
    a_comment(found)
    first_close, first_due = _close(found), _due(found)
    later = first_close + timedelta(days=60)
    reviewer = actor_of(a_user(Role.REVIEWER, found.department))
    with clock.fixed(NOON), transaction():
        consultation_operations.extend_window(reviewer, found.slug, later, "应来信要求延长。")
    run_worker(first_close)
    run_worker(first_due)
    assert db.session.get(Bulletin, found.id) is None
    assert _versions(found) == []
    run_worker(later)
    assert db.session.get(Bulletin, found.id) is not None
    assert _versions(found) == []
    run_worker(_due(found))
    assert _versions(found) == [(1, "due")]


@pytest.mark.both_databases
def test_the_result_is_sealed_as_soon_as_everything_is_answered() -> None:
    found = _open()
    first, second = a_comment(found), a_comment(found)
    run_worker(_close(found))
    with clock.fixed(_close(found) + SECOND):
        a_point(found, [first], "adopted")
    run_worker(_close(found) + SECOND)
    assert _versions(found) == []
    at = _close(found) + 2 * SECOND
    with clock.fixed(at):
        a_point(found, [second], "not_adopted")
    assert queries.public_result(found, at).sealed is False
    run_worker(at)
    assert _versions(found) == [(1, "all_decided")]
    result = queries.public_result(found, at)
    assert (result.sealed, result.version, result.cause) == (True, 1, "all_decided")
    assert (result.received, result.outcomes["adopted"], result.outcomes["not_adopted"]) == (
        2,
        1,
        1,
    )
    assert [(each.number, each.members) for each in result.points] == [(1, 1), (2, 1)]
    db.session.refresh(found)
    assert found.stage(at) is Stage.SEALED


def test_what_was_prepared_before_the_close_is_sealed_at_the_close() -> None:
    found = _open()
    with clock.fixed(NOON):
        a_point(found, [a_comment(found)], "explained")
    run_worker(_close(found) - SECOND)
    assert _versions(found) == []
    run_worker(_close(found))
    assert _versions(found) == [(1, "all_decided")]


def test_what_is_pending_at_the_due_instant_is_named_as_overdue() -> None:
    found = _open()
    answered, grouped, alone = (a_comment(found) for _ in range(3))
    with clock.fixed(_close(found)):
        a_point(found, [answered], "adopted")
        a_point(found, [grouped], None, title="还没有答复的一点")
    run_worker(_due(found) - SECOND)
    assert _versions(found) == []
    live = queries.public_result(found, _due(found))
    assert (live.sealed, live.is_overdue, live.pending) == (False, True, 2)
    run_worker(_due(found))
    assert _versions(found) == [(1, "due")]
    result = queries.public_result(found, _due(found))
    assert (result.is_overdue, result.pending) == (True, 2)
    assert result.pending_numbers == [alone.number]
    document = queries.document_of(found.id, 1)
    assert document["overdue"] == {"count": 2, "points": [2], "unsorted": [alone.number]}


def test_a_late_answer_makes_the_next_version_and_the_old_one_never_changes() -> None:
    found = _open()
    first, second = a_comment(found, released=True), a_comment(found)
    with clock.fixed(_close(found)):
        a_point(found, [first], "adopted")
    run_worker(_due(found))
    sealed = queries.public_result(found, _due(found))
    document = canonical(queries.document_of(found.id, 1))
    later = _due(found) + timedelta(days=3)
    with clock.fixed(later):
        a_point(found, [second], "out_of_scope", title="超出范围的一点")
    assert queries.public_result(found, later).version == 1
    run_worker(later)
    assert _versions(found) == [(1, "due"), (2, "all_decided")]
    latest = queries.public_result(found, later)
    assert (latest.version, latest.pending, latest.is_overdue) == (2, 0, False)
    old = queries.public_result(found, later, version=1)
    assert old == sealed
    assert canonical(queries.document_of(found.id, 1)) == document
    assert digest_of(queries.document_of(found.id, 1)) == old.digest
    with pytest.raises(NotFound):
        queries.public_result(found, later, version=3)


@pytest.mark.both_databases
def test_the_digest_is_that_of_the_document_as_it_is_stored() -> None:
    found = _open()
    with clock.fixed(_close(found)):
        a_point(found, [a_comment(found, released=True)], "adopted", changed_text="新的文字")
    run_worker(_close(found))
    summary = queries.latest_summary(found.id)
    assert summary is not None
    assert digest_of(queries.document_of(found.id, 1)) == summary.digest
    event = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "SummarySealed")).one()
    assert event.payload["digest"] == summary.digest
    with transaction() as session:
        session.execute(text("UPDATE sealed_point SET content = '{\"number\": 1}'"))
    assert digest_of(queries.document_of(found.id, 1)) != summary.digest


def test_after_the_sealing_only_a_correction_changes_what_is_public() -> None:
    found = _open()
    comment = a_comment(found)
    at = _close(found) + SECOND
    with clock.fixed(at):
        point = a_point(found, [comment], "adopted")
    run_worker(at)
    later = at + timedelta(days=1)
    with clock.fixed(later), transaction():
        operations.decide_point(SYSTEM, point.id, "not_adopted", "经费没有落实。")
    run_worker(later)
    assert _versions(found) == [(1, "all_decided")]
    assert queries.public_result(found, later).outcomes["adopted"] == 1
    told = queries.point_of(db.session.get_one(Comment, comment.id), later)
    assert told is not None
    assert told.disposition == "adopted"
    assert queries.working(found).has_unpublished_changes
    officer = an_officer(found)
    with clock.fixed(later), transaction():
        operations.publish_correction(officer, found.slug, "第 1 点的处理有误。")
    assert _versions(found) == [(1, "all_decided"), (2, "correction")]
    corrected = queries.public_result(found, later)
    assert (corrected.outcomes["adopted"], corrected.outcomes["not_adopted"]) == (0, 1)
    assert corrected.note == "第 1 点的处理有误。"
    assert queries.public_result(found, later, version=1).outcomes["adopted"] == 1
    assert not queries.working(found).has_unpublished_changes


def test_a_correction_needs_its_note_a_sealed_version_and_an_officer() -> None:
    found = _open()
    officer = an_officer(found)
    with clock.fixed(_close(found)):
        a_point(found, [a_comment(found)], "adopted")
        with pytest.raises(Refused), transaction():
            operations.publish_correction(officer, found.slug, "还没有定稿。")
    run_worker(_close(found))
    with clock.fixed(_close(found)):
        for actor, note in (
            (officer, "  "),
            (actor_of(a_user("drafter", found.department)), "更正"),
        ):
            with pytest.raises(Refused), transaction():
                operations.publish_correction(actor, found.slug, note)
        with pytest.raises(Invalid), transaction():
            operations.publish_correction(officer, found.slug, "长" * 2001)
    assert _versions(found) == [(1, "all_decided")]


def test_words_withheld_after_the_sealing_are_quoted_no_more() -> None:
    found = _open()
    comment = a_comment(found, released=True)
    with clock.fixed(_close(found)):
        a_point(found, [comment], "adopted")
    run_worker(_close(found))
    (point,) = queries.public_result(found, _close(found)).points
    assert point.excerpts == [comment.body]
    with clock.fixed(_close(found) + SECOND), transaction():
        comment_operations.withhold(SYSTEM, found.slug, comment.id, next(iter(WithholdingReason)))
    (point,) = queries.public_result(found, _close(found) + SECOND).points
    assert point.excerpts == []
    assert digest_of(queries.document_of(found.id, 1)) == queries.versions(found.id)[0].digest


MISMATCHES = {
    "a counter": "UPDATE comment_tally SET count = count + 1 "
    "WHERE consultation_id = :id AND dimension = 'outcome' AND value = 'adopted'",
    "the series": "UPDATE comment_series SET received = received + 1 WHERE consultation_id = :id",
    "two outcomes that cancel out": "UPDATE comment SET outcome = 'explained' "
    "WHERE consultation_id = :id AND number = 1",
    "a channel": "UPDATE comment_tally SET count = count + 1 "
    "WHERE consultation_id = :id AND dimension = 'channel'",
    "a lost member": "DELETE FROM point_member WHERE comment_id IN "
    "(SELECT id FROM comment WHERE consultation_id = :id AND number = 1)",
    "a point's own count": "UPDATE opinion_point SET member_count = 5 WHERE consultation_id = :id",
}


@pytest.mark.parametrize("statement", MISMATCHES.values(), ids=MISMATCHES.keys())
def test_figures_that_do_not_add_up_are_never_published(
    statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = _open()
    with clock.fixed(NOON):
        a_point(found, [a_comment(found), a_comment(found)], "adopted")
    assert queries.agreement(found.id)
    _break(found, statement)
    assert not queries.agreement(found.id)
    with caplog.at_level(logging.ERROR):
        run_worker(_close(found), rounds=1)
    assert any("refused" in each.message for each in caplog.records)
    assert db.session.get(Bulletin, found.id) is None
    assert _versions(found) == []
    failing = db.session.scalars(
        select(Job).where(Job.kind.like("adoption.%"), Job.last_error.is_not(None))
    ).all()
    assert {each.kind for each in failing} == {"adoption.close", "adoption.seal"}
    assert all("FiguresDisagree" in (each.last_error or "") for each in failing)
    refusals = queries.refusals()
    assert {each.what for each in refusals} == {"adoption.close", "adoption.seal"}
    assert all(each.slug == found.slug and "账目不符" in each.verdict.reason for each in refusals)
    told = db.session.scalars(
        select(AuditEntry).where(AuditEntry.event == "PublicationRefused")
    ).all()
    assert len(told) == 2
    shown = queries.public_result(found, _close(found))
    assert "公布已暂停" in shown.mismatch
    assert "公布已暂停" in queries.bulletin_mismatch(found)
    assert shown.sealed is False


def test_a_figure_that_is_off_on_the_live_page_is_said_before_the_worker_looks() -> None:
    found = _open()
    a_comment(found)
    assert queries.public_result(found, _close(found)).mismatch == ""
    assert queries.bulletin_mismatch(found) == ""
    _break(found, MISMATCHES["a channel"])
    assert "公布已暂停" in queries.public_result(found, _close(found)).mismatch


@pytest.mark.parametrize("given_up", [False, True])
def test_once_the_figures_are_mended_publication_goes_on_by_itself(given_up: bool) -> None:
    found = _open()
    with clock.fixed(NOON):
        a_point(found, [a_comment(found)], "adopted")
    _break(found, MISMATCHES["a counter"])
    at = _close(found)
    run_worker(at, rounds=1)
    if given_up:
        for _ in range(jobs.MOST_ATTEMPTS):
            at += timedelta(minutes=4)
            run_worker(at, rounds=1)
        assert jobs.backlog().dead == 2
    _break(found, MISMATCHES["a counter"].replace("+ 1", "- 1"))
    at += timedelta(hours=2)
    run_worker(at)
    assert _versions(found) == [(1, "all_decided")]
    assert queries.refusals() == []
    assert db.session.scalars(select(PublicationHold)).all() == []
    assert jobs.backlog().dead == 0
    resumed = select(AuditEntry).where(AuditEntry.event == "PublicationResumed")
    assert len(db.session.scalars(resumed).all()) == 2
    assert queries.public_result(found, at).mismatch == ""


def test_a_refused_publication_is_tried_at_once_when_somebody_asks() -> None:
    found = _open()
    officer = an_officer(found)
    with clock.fixed(NOON):
        a_point(found, [a_comment(found)], "adopted")
    _break(found, MISMATCHES["a counter"])
    run_worker(_close(found), rounds=1)
    _break(found, MISMATCHES["a counter"].replace("+ 1", "- 1"))
    drafter = actor_of(a_user("drafter", found.department))
    with clock.fixed(_close(found)):
        with pytest.raises(Refused), transaction():
            operations.retry_publication(drafter, found.slug)
        with transaction():
            operations.retry_publication(officer, found.slug)
    run_worker(_close(found))
    assert _versions(found) == [(1, "all_decided")]


def test_a_correction_whose_figures_do_not_add_up_is_refused() -> None:
    found = _open()
    with clock.fixed(_close(found)):
        a_point(found, [a_comment(found)], "adopted")
    run_worker(_close(found))
    _break(found, MISMATCHES["a counter"])
    with (
        clock.fixed(_close(found)),
        pytest.raises(operations.FiguresDisagree),
        transaction(),
    ):
        operations.publish_correction(SYSTEM, found.slug, "更正")
    assert _versions(found) == [(1, "all_decided")]


def test_nobody_took_part_and_that_is_published_too() -> None:
    found = _open()
    run_worker(_close(found))
    result = queries.public_result(found, _close(found))
    assert (result.sealed, result.received, result.points) == (True, 0, [])
    assert result.outcomes == dict.fromkeys(result.outcomes, 0)
    assert len(result.outcomes) == 8


@pytest.mark.settings(
    calendar={"2026": {"off": ["2026-07-12", "2026-07-13", "2026-07-14"], "work": []}}
)
def test_the_due_instant_is_the_plain_day_whatever_the_calendar_allows() -> None:
    found = _open(opens_at=datetime(2026, 5, 12, 1, tzinfo=UTC))
    due = queries.due_of(found)
    assert due.on.isoformat() == "2026-07-11"
    assert due.latest_on.isoformat() == "2026-07-15"
    a_comment(found)
    assert due.at == close_after(due.on)
    run_worker(due.at - timedelta(seconds=1))
    assert _versions(found) == []
    run_worker(due.at)
    assert _versions(found) == [(1, SealingCause.DUE.value)]


def test_a_withdrawal_may_be_the_last_thing_missing() -> None:
    found = _open()
    answered, gone = a_comment(found), a_comment(found)
    with clock.fixed(_close(found)):
        a_point(found, [answered], "adopted")
        run_worker(_close(found))
        assert _versions(found) == []
        with transaction():
            comment_operations.withdraw(gone.receipt)
    run_worker(_close(found))
    assert _versions(found) == [(1, "all_decided")]
    assert queries.public_result(found, _close(found)).outcomes["withdrawn"] == 1


def test_the_worker_looks_twice_and_publishes_once() -> None:
    found = _open()
    a_comment(found)
    for _ in range(3):
        with clock.fixed(_due(found)), transaction():
            operations.publish_bulletin(found.id)
            operations.seal_summary(found.id)
    assert _versions(found) == [(1, "due")]
    assert db.session.scalar(select(func.count()).select_from(Bulletin)) == 1
    told = select(AuditEntry.event).where(AuditEntry.event == "ConsultationSealed")
    assert len(db.session.scalars(told).all()) == 1
    summary = db.session.scalars(select(AdoptionSummary)).one()
    assert summary.pending == 1
    done = select(Job.state).where(Job.kind == "adoption.seal", Job.state == JobState.DEAD)
    assert db.session.scalars(done).all() == []


def test_the_public_pages_say_that_publication_is_held(client: FlaskClient) -> None:
    found = _open()
    a_comment(found)
    _break(found, MISMATCHES["a counter"].replace("'adopted'", "'pending'"))
    run_worker(_close(found), rounds=1)
    with clock.fixed(_close(found)):
        for place in ("result", "bulletin"):
            page = client.get(f"/consultations/{found.slug}/{place}")
            assert page.status_code == 200
            assert "公布已暂停" in page.text
            assert "等于以下各项之和" not in page.text


def test_a_letter_entered_after_the_sealing_makes_the_next_version() -> None:
    found = _open()
    run_worker(_close(found))
    assert _versions(found) == [(1, "all_decided")], "nothing was pending at the close"
    with clock.fixed(_close(found) + timedelta(days=1)):
        late = an_entered_comment(found)
        run_worker(_close(found) + timedelta(days=1))
        assert _versions(found) == [(1, "all_decided")], "it waits for its answer"
        a_point(found, [late], "adopted")
    run_worker(_close(found) + timedelta(days=2))
    assert [version for version, _ in _versions(found)] == [1, 2]
    result = queries.public_result(found, _close(found) + timedelta(days=2))
    assert (result.version, result.received, result.outcomes["adopted"]) == (2, 1, 1)
