"""A matter with opinions of every outcome, a hearing, and an officer's browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.comments.rules import RespondentKind
from participation.consultations.models import Consultation
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from tests.factories.accounts import sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_meeting

FORMULAS = ('=HYPERLINK("http://x.example","点")', "+1+1", "-1 不行", "@SUM(A1)", "\t=1+1 路灯")


@dataclass
class Case:
    """A matter whose opinions have every outcome, and what became of them."""

    matter: Consultation
    officer: FlaskClient
    outcomes: dict[str, int]
    named: Comment
    hearing: Meeting

    def at(self, place: str = "") -> str:
        """An address of its papers."""
        return f"/desk/consultations/{self.matter.slug}/papers{place}"


@pytest.fixture
def case(client: FlaskClient, context: Flask, at_noon: datetime) -> Case:
    """A closed matter, one opinion of which nobody has answered."""
    matter = a_consultation("closed")
    assert matter.opens_at is not None
    named = a_comment(
        matter,
        body="请加路灯，我的电话13800138000。",
        name="朱月华",
        contact="13800138000",
        clause_key="t4",
    )
    typed = [a_comment(matter, body=words, released=True) for words in FORMULAS]
    firm = a_comment(matter, name="云溪灯具厂", respondent_kind=RespondentKind.FIRM)
    repeated = a_comment(matter, body="同上")
    a_comment(matter, withdrawn=True)
    a_comment(matter, body="还没有人答复的话")
    a_point(matter, [named], "adopted", changed_text="照到十一点。", clause_key="t4")
    a_point(matter, typed, "not_adopted", title="要点", reason="与第三条不符。")
    a_point(matter, [firm], "explained", title="灯具的规格")
    with transaction():
        comments.mark_duplicate(SYSTEM, repeated.id, named.id)
    hearing = a_meeting(
        matter,
        kind=MeetingKind.HEARING,
        title="照明听证会",
        recorded=True,
        starts_at=matter.opens_at + timedelta(days=40),
        ends_at=None,
    )
    outcomes = {
        "adopted": 1, "not_adopted": 5, "explained": 1, "duplicate": 1, "withdrawn": 1, "pending": 1
    }  # fmt: skip
    officer = sign_in(client, an_officer_of(matter))
    return Case(matter, officer, outcomes, named, hearing)


def seal(case: Case) -> None:
    """Let the result be sealed at its due day, with what is pending."""
    assert case.matter.closes_at is not None
    run_worker(case.matter.closes_at + timedelta(days=1))
    run_worker(case.matter.closes_at + timedelta(days=40))
