"""The purge forgets what is due on its day and not before, twice no more than once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from participation.accounts.models import SetupLink, User
from participation.comments.models import Comment
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState
from participation.privacy import rules
from participation.privacy.jobs import PURGE, due, plan_purge, purge
from tests.conftest import NOON
from tests.factories.accounts import a_user
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context")


@pytest.mark.both_databases
def test_contacts_go_on_the_ninetieth_day_even_where_their_job_was_lost() -> None:
    made = a_consultation("sealed")
    comment = a_comment(made, name="王小明", contact="13800001111", body="路灯早点修。")
    with transaction():
        db.session.query(Job).delete()
    sealed_at = made.sealed_at
    assert sealed_at is not None
    for day, left in ((89, 1), (90, 0), (91, 0)):
        with clock.fixed(sealed_at + timedelta(days=day)):
            assert due()["contacts"] == (1 if day >= 90 and not _is_gone(comment) else 0)
            assert purge()["contacts"] == (1 if day == 90 else 0)
            assert purge()["contacts"] == 0
        assert (not _is_gone(comment)) is bool(left)
    db.session.rollback()
    assert db.session.get_one(Comment, comment.id, populate_existing=True).body == "路灯早点修。"


def _is_gone(comment: Comment) -> bool:
    db.session.rollback()
    row = db.session.get_one(Comment, comment.id, populate_existing=True)
    return row.contact_sealed is None and row.name_sealed is None


@pytest.mark.both_databases
def test_citizens_go_after_two_years_without_a_sign_in_and_staff_never() -> None:
    citizen, busy, officer = a_user(Role.CITIZEN), a_user(Role.CITIZEN), a_user(Role.OFFICER)
    edge = datetime(2028, 6, 1, 4, tzinfo=NOON.tzinfo)
    with transaction():
        db.session.execute(update(User).values(created_at=NOON))
        db.session.execute(
            update(User).where(User.id == busy.id).values(last_sign_in_at=NOON + timedelta(days=9))
        )
    with clock.fixed(edge):
        assert purge()["idle_accounts"] == 0
    with clock.fixed(edge + timedelta(seconds=1)):
        assert due()["idle_accounts"] == 1
        assert purge()["idle_accounts"] == 1
    erased = {each.id for each in db.session.query(User) if each.erased_at}
    assert erased == {citizen.id}
    assert officer.id not in erased


def test_two_years_back_from_a_leap_day_is_the_last_of_february() -> None:
    leap = datetime(2028, 2, 29, 4, tzinfo=NOON.tzinfo)
    assert rules.idle_since(leap) == datetime(2026, 2, 28, 4, tzinfo=NOON.tzinfo)


def test_done_jobs_and_dead_links_go_and_what_waits_stays() -> None:
    with clock.fixed(NOON), transaction():
        for state in JobState:
            db.session.add(
                Job(kind="x", payload={}, state=state, run_at=NOON, created_at=NOON, done_at=NOON)
            )
        db.session.add(SetupLink(token_hash="a" * 64, created_at=NOON))
    with clock.fixed(NOON + rules.DONE_JOBS_KEPT):
        purge()
        assert db.session.query(Job).filter_by(kind="x").count() == len(JobState)
    with clock.fixed(NOON + rules.DONE_JOBS_KEPT + timedelta(seconds=1)):
        counted = due()
        assert (counted["done_jobs"], counted["setup_links"]) == (1, 0)
        assert purge()["done_jobs"] == 1
    states = set(db.session.scalars(select(Job.state).where(Job.kind == "x")))
    assert states == set(JobState) - {JobState.DONE}
    assert db.session.query(SetupLink).count() == 0


def test_every_night_has_one_purge_and_the_worker_runs_it() -> None:
    with clock.fixed(NOON):
        plan_purge()
        plan_purge()
    (planned,) = db.session.query(Job).filter_by(kind=PURGE)
    # 03:20 in China, the night after.
    assert planned.run_at == datetime(2026, 6, 1, 19, 20, tzinfo=NOON.tzinfo)
    with clock.fixed(planned.run_at):
        assert jobs.run_due() >= 1
        plan_purge()
    db.session.rollback()
    states = [each.state for each in db.session.query(Job).filter_by(kind=PURGE)]
    assert sorted(states) == [JobState.DONE, JobState.READY]


def test_the_dry_run_of_the_command_changes_nothing_and_counts_the_same(app: Flask) -> None:
    made = a_consultation("sealed")
    comment = a_comment(made, contact="13800001111")
    # The command's clock is the database's: this consultation was sealed long ago.
    with transaction():
        db.session.execute(
            update(type(made)).values(sealed_at=clock.machine() - timedelta(days=91))
        )
    run = app.test_cli_runner().invoke
    said = json.loads(run(args=["privacy", "purge", "--dry-run", "--json"]).output)
    assert (said["dry_run"], said["contacts"]) == (True, 1)
    assert not _is_gone(comment)
    assert "姓名和联系方式" in run(args=["privacy", "purge"]).output
    assert _is_gone(comment)
    again = json.loads(run(args=["privacy", "purge", "--json"]).output)
    assert again["contacts"] == 0
