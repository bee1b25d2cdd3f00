"""No page grows with the number of opinions: statements, plans, sizes and what a start imports."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, text
from werkzeug.routing import Rule

from participation.accounts import queries as accounts
from participation.accounts.models import User
from participation.adoption import queries as adoption
from participation.audit import queries as audit
from participation.comments import queries as comments
from participation.comments.models import Comment
from participation.comments.rules import Outcome, Visibility
from participation.consultations import queries as consultations
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.paging import PAGE, Cursor, parse_cursor
from participation.web.caching import PageCache
from tests.bench.filling import fill
from tests.conftest import NOON, ROOT
from tests.drills.harness import size
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.adoption import a_point
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_file, a_meeting
from tests.factories.surveys import a_survey

FEW = 50
MANY = size(3_000, 100_000)
MOST_ANONYMOUS, MOST_SIGNED_IN = 6, 7
LARGEST = 150_000

HEAVY = {
    *("holidays", "docx", "lxml", "pygal", "phonenumbers", "PIL", "obstore", "huey"),
    *("openpyxl", "segno", "bleach"),
}


@dataclass
class Matter:
    """A consultation with its opinions, and what the parts of its addresses are."""

    slug: str
    id: int
    size: int
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Pair:
    """The same matter small and large, open and closed."""

    few: dict[str, Matter]
    many: dict[str, Matter]
    staff: FlaskClient


def a_matter(stage: str, total: int, officer: User) -> Matter:
    """A consultation in a stage with survey, meeting, points and `total` opinions."""
    opened_at = NOON - timedelta(days=60 if stage == "closed" else 10)
    found = a_consultation(stage, department=officer.department)
    survey = a_survey(found)
    meeting = a_meeting(found, recorded=True, starts_at=opened_at + timedelta(days=3))
    kept = a_file(found, meeting)
    parts = {
        "slug": found.slug,
        "survey_id": survey.id,
        "question_id": survey.questions[0].id,
        "meeting_id": meeting.id,
        "file_id": kept.id,
    }
    matter = Matter(found.slug, found.id, total, parts)
    fill(found, total)
    draft = consultations.current_draft(found.id)
    assert draft
    rows = consultations.clauses_of(draft.id)
    parts["key"] = next(row.key for row in rows if row.kind == "article")
    parts["draft_id"] = draft.id
    parts["number"] = 1
    in_points = db.session.scalars(
        select(Comment).where(Comment.consultation_id == found.id).order_by(Comment.id).limit(30)
    ).all()
    with clock.fixed(NOON):
        for first in range(0, 30, 10):
            a_point(found, in_points[first : first + 10])
    parts["code"] = in_points[0].receipt
    return matter


@pytest.fixture
def pair(context: Flask) -> Pair:
    """The small old matter first, then the large one behind which it must not be hidden."""
    with clock.fixed(NOON):
        officer = a_user(Role.OFFICER, a_department())
        made = Pair(
            {stage: a_matter(stage, FEW, officer) for stage in ("closed", "open")},
            {stage: a_matter(stage, MANY, officer) for stage in ("closed", "open")},
            sign_in(context.test_client(), officer),
        )
    analyse()
    return made


def analyse() -> None:
    """Let the database know what its tables hold, as it does by itself in the long run."""
    db.session.rollback()
    with transaction() as session:
        session.execute(text("ANALYZE"))


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that read or write rows, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@dataclass
class Visit:
    """What a request answered and cost."""

    status: int
    length: int
    statements: list[str]


def visit(app: Flask, client: FlaskClient, path: str) -> Visit:
    """GET a path as the first to ask for it."""
    app.extensions["pages"] = PageCache()
    db.session.remove()
    with clock.fixed(NOON), statements() as seen:
        response = client.get(path)
    return Visit(response.status_code, len(response.data), [each for each, _ in seen])


def matter_rules(app: Flask) -> list[Rule]:
    """Every page of a consultation, public or staff's; a new one is tested by being there."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and {"slug", "code"} & rule.arguments
    ]
    assert len(found) > 20
    return found


def is_public(app: Flask, rule: Rule) -> bool:
    """Whether anybody may look at the page."""
    access: tuple[str, ...] = app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]
    return access == ("public",)


def path_of(app: Flask, rule: Rule, matter: Matter) -> str:
    """The page's address for a matter; fails where a part of the address is unknown."""
    values = {name: matter.parts[name] for name in rule.arguments if name != "version"}
    if "version" in rule.arguments:
        values["version"] = 1
    return app.url_map.bind("localhost").build(rule.endpoint, values)


# Answered only where a version was sealed, which test_a_sealed_result_stays_flat looks at.
ONLY_SEALED = {"portal.result_version"}


def compare(app: Flask, client: FlaskClient, pair: Pair, *, public: bool, most: int) -> list[str]:
    """Visit every page small and large; what differs, is too long or asks too much."""
    faults: list[str] = []
    for rule in matter_rules(app):
        if is_public(app, rule) is not public:
            continue
        answered = False
        for stage in ("open", "closed"):
            few = visit(app, client, path_of(app, rule, pair.few[stage]))
            many = visit(app, client, path_of(app, rule, pair.many[stage]))
            answered = answered or many.status == 200
            name = f"{rule.endpoint} ({stage})"
            if few.status != many.status or many.status >= 500:
                faults.append(f"{name}: {few.status} and {many.status}")
            if len(few.statements) != len(many.statements):
                faults.append(f"{name}: {len(few.statements)} and {len(many.statements)}")
            if len(many.statements) > most:
                faults.append(f"{name}: {len(many.statements)} statements")
            if many.length > LARGEST:
                faults.append(f"{name}: {many.length} bytes")
        if not answered and rule.endpoint not in ONLY_SEALED:
            faults.append(f"{rule.endpoint}: never answered")
    return faults


@pytest.mark.both_databases
def test_a_page_asks_no_more_of_the_database_with_many_opinions_than_with_few(
    app: Flask, client: FlaskClient, pair: Pair
) -> None:
    faults = compare(app, client, pair, public=True, most=MOST_ANONYMOUS)
    faults += compare(app, pair.staff, pair, public=True, most=MOST_SIGNED_IN)
    faults += compare(app, pair.staff, pair, public=False, most=1_000)
    assert not faults, "\n".join(faults)
