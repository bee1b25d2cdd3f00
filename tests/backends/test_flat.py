"""No page grows with the number of opinions: statements, sizes, and what a start imports."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from participation.accounts.models import User
from participation.comments import rules
from participation.comments.models import Comment
from participation.consultations import queries as consultations
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db
from participation.kernel.paging import PAGE
from participation.web.caching import PageCache
from tests.backends.partaking import parts_of
from tests.backends.watching import analyse, multiply, statements
from tests.bench.filling import WAITING_OF, fill
from tests.conftest import NOON, ROOT
from tests.drills.harness import size
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_file, a_meeting
from tests.factories.surveys import a_survey

FEW = 50
MANY = size(3_000, 100_000)
MOST_ANONYMOUS, MOST_SIGNED_IN = 6, 7
LARGEST = 150_000
# Days before NOON; windows are thirty days, results are due a month after.
OPENED = {"open": 10, "closed": 50, "sealed": 100}
# Pages of staff that show opinions or what was done with them.
DESK = {
    *("comments.queue", "comments.detail", "comments.enter", "adoption.desk", "adoption.points"),
    *("adoption.point", "adoption.versions", "desk.history", "consultations.manage"),
}
# Answers only whoever filled in the survey.
OWN = {"portal.survey_receipt_file"}
# These lead on to a place in another page.
ONWARD = {"portal.interpretation_at", "portal.passage"}
# Everything there is, or ten thousand numbers of it: a file to keep, read piece by piece.
WHOLE = {"portal.record_package", "portal.comments_file"}

HEAVY = {
    *("holidays", "docx", "lxml", "pygal", "phonenumbers", "PIL", "obstore", "huey", "openpyxl"),
    *("numpy", "typst", "xlsxwriter"),
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
    opened_at = NOON - timedelta(days=OPENED[stage])
    found = a_consultation("open", department=officer.department, opens_at=opened_at)
    survey = a_survey(found)
    meeting = a_meeting(found, recorded=True, starts_at=opened_at + timedelta(days=3))
    kept = a_file(found, meeting)
    parts = {
        "slug": found.slug,
        "survey_id": survey.id,
        "question_id": survey.questions[0].id,
        "meeting_id": meeting.id,
        "file_id": kept.id,
        "kind": "contact",
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
    parts |= parts_of(found)
    return matter


@pytest.fixture
def pair(context: Flask) -> Pair:
    """The small old matter first, then the large one behind which it must not be hidden."""
    with clock.fixed(NOON):
        officer = a_user(Role.OFFICER, a_department())
        made = Pair(
            {stage: a_matter(stage, FEW, officer) for stage in OPENED},
            {stage: a_matter(stage, MANY, officer) for stage in OPENED},
            sign_in(context.test_client(), officer),
        )
    run_worker(NOON)
    analyse()
    return made


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
    parts, own = matter.parts, f"{rule.endpoint} %s"
    wanted = rule.arguments - {"version"}
    values = {name: parts[own % name] if own % name in parts else parts[name] for name in wanted}
    if "version" in rule.arguments:
        values["version"] = 1
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def compare(app: Flask, client: FlaskClient, pair: Pair, *, public: bool, most: int) -> list[str]:
    """Visit every page small and large; what differs, is too long or asks too much."""
    faults: list[str] = []
    answered: set[str] = set()
    pages = [rule for rule in matter_rules(app) if is_public(app, rule) is public]
    for rule in pages:
        for stage in OPENED:
            few = visit(app, client, path_of(app, rule, pair.few[stage]))
            many = visit(app, client, path_of(app, rule, pair.many[stage]))
            if many.status == 200:
                answered.add(rule.endpoint)
            name = f"{rule.endpoint} ({stage})"
            if few.status != many.status or many.status >= 500:
                faults.append(f"{name}: {few.status} and {many.status}")
            if len(few.statements) != len(many.statements):
                faults.append(f"{name}: {len(few.statements)} and {len(many.statements)}")
            if len(many.statements) > most and rule.endpoint not in WHOLE:
                faults.append(f"{name}: {len(many.statements)} statements")
            if many.length > LARGEST and rule.endpoint not in WHOLE:
                faults.append(f"{name}: {many.length} bytes")
    wanted = {rule.endpoint for rule in pages} - OWN - ONWARD if public else DESK
    return faults + [f"{name}: never answered" for name in sorted(wanted - answered)]


@pytest.mark.both_databases
def test_a_page_asks_no_more_of_the_database_with_many_opinions_than_with_few(
    app: Flask, client: FlaskClient, pair: Pair
) -> None:
    faults = compare(app, client, pair, public=True, most=MOST_ANONYMOUS)
    faults += compare(app, pair.staff, pair, public=True, most=MOST_SIGNED_IN)
    faults += compare(app, pair.staff, pair, public=False, most=1_000)
    assert not faults, "\n".join(faults)


@pytest.mark.both_databases
def test_a_list_of_consultations_asks_the_same_however_many_there_are(
    app: Flask, client: FlaskClient, context: Flask
) -> None:
    paths = ["/", "/consultations", "/consultations?stage=open", "/api/v1/consultations"]
    with clock.fixed(NOON):
        author, reviewer = a_user(Role.DRAFTER), a_user(Role.REVIEWER)
        first_id = a_consultation("open", author=author, reviewer=reviewer).id
    few = {path: visit(app, client, path) for path in paths}
    multiply(first_id, 130)
    many = {path: visit(app, client, path) for path in paths}
    for path in paths:
        assert many[path].status == few[path].status == 200
        assert len(many[path].statements) == len(few[path].statements) <= MOST_ANONYMOUS, path
        assert many[path].length <= LARGEST, path


@pytest.mark.both_databases
def test_pages_and_answers_stay_small_however_long_the_opinions_are(
    app: Flask, client: FlaskClient, context: Flask
) -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        slug, officer = found.slug, a_user(Role.OFFICER, found.department)
        staff = sign_in(app.test_client(), officer)
    fill(found, 200, body="桥" * rules.LONGEST_BODY)
    for path in (f"/consultations/{slug}/comments", f"/api/v1/consultations/{slug}/comments"):
        page = visit(app, client, path)
        assert page.status == 200
        assert page.length <= LARGEST, path
    for path in ("comments", "adoption"):
        page = visit(app, staff, f"/desk/consultations/{slug}/{path}")
        assert page.status == 200
        assert page.length <= LARGEST, path


@pytest.mark.both_databases
def test_the_pages_of_a_list_hold_fifty_and_give_each_opinion_once(
    client: FlaskClient, context: Flask
) -> None:
    total = 3 * PAGE
    with clock.fixed(NOON):
        found = a_consultation("open")
    fill(found, total)
    address, numbers, after = f"/api/v1/consultations/{found.slug}/comments", [], ""
    while after is not None:
        with clock.fixed(NOON):
            page = client.get(address, query_string={"after": after}).json
        numbers += [each["number"] for each in page["items"]]
        assert len(page["items"]) <= PAGE
        assert len(numbers) <= total
        after = page["next"]
    assert numbers == [each for each in range(total, 0, -1) if each % WAITING_OF]


def test_a_start_does_not_import_what_only_some_requests_need(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from participation import create_app\n"
        f"create_app(instance={str(tmp_path)!r}, demo='0')\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert said.stdout.strip() == "[]"
