"""Contacts are deleted when the notice's time is up, and not a day before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.comments.models import Comment
from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from participation.rulebook.statutes import rule
from tests.conftest import NOON
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation


@pytest.mark.both_databases
def test_names_and_contacts_are_gone_ninety_days_after_the_first_version(context: Flask) -> None:
    from participation.consultations.operations import mark_sealed

    made = a_consultation("closed")
    comment = a_comment(made, name="王小明", contact="13800138000", body="路灯早点修。")
    assert comment.contact_sealed is not None
    with clock.fixed(NOON), transaction():
        mark_sealed(made, 1, NOON)
    days = timedelta(days=rule("R1").numbers["days"])

    def sealed() -> tuple[bytes | None, bytes | None, str]:
        db.session.rollback()
        row = db.session.execute(
            select(Comment.name_sealed, Comment.contact_sealed, Comment.body)
        ).one()
        return row.name_sealed, row.contact_sealed, row.body

    with clock.fixed(NOON + days - timedelta(seconds=1)):
        jobs.run_due()
    assert sealed()[1] is not None
    with clock.fixed(NOON + days):
        jobs.run_due()
    assert sealed() == (None, None, "路灯早点修。")
