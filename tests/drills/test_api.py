"""R17: schemathesis asks the JSON face whatever its document allows, and what it does not.

Every check of schemathesis is on. One of its findings is no fault: a request that the document
allows may still be refused by its words (no such clause, no such telephone number), with 422 and
the field named. No operation of the face asks for a sign-in, so `ignored_auth` has nothing to do;
that a signed-in officer is told no more than a guest is asked by a test of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import events, from_schema

from participation.kernel.actor import Role
from tests.drills.harness import FULL, Place, size
from tests.drills.table import report, report_control
from tests.drills.test_publication import inside
from tests.factories.accounts import a_user, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = [
    pytest.mark.drill,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

DOCUMENT = "/api/v1/openapi.json"
SAID_BY_WORDS = {"clause", "contact", "item"}
"""Fields whose words decide; of several comments the one is named, as `item-0`."""
CHECK_OF_WORDS = "positive_data_acceptance"
ROLES = ("", "citizen", "officer")


@dataclass
class Asked:
    """How many requests were made, and what was wrong with their answers."""

    cases: int = 0
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def cookies(context: Flask) -> dict[str, str]:
    """The session of each role, as a Cookie header; a guest has none."""
    return filled(context)


def filled(app: Flask) -> dict[str, str]:
    """Make matters to ask about and people to ask; their sessions by role."""
    now = datetime.now(UTC)
    for stage, opened, closes in (("open", 10, 30), ("open", 80, -10), ("drafting", 1, 40)):
        made = a_consultation(
            stage,
            opens_at=now - timedelta(days=opened),
            closes_at=now + timedelta(days=closes),
        )
        if stage == "open":
            for number in range(3):
                a_comment(made, released=number > 0)
    found = {"": ""}
    for role in (Role.CITIZEN, Role.OFFICER):
        user = a_user(role)
        user.id, user.session_epoch  # noqa: B018 - read before the context closes
        client = sign_in(app.test_client(), user)
        cookie = client.get_cookie("session")
        assert cookie is not None
        found[role.value] = f"session={cookie.value}"
    return found


def ask(schema: Any, cookie: str, examples: int, phases: Iterable[str]) -> Asked:
    """Let schemathesis ask; `examples` is how many each phase tries of each operation."""
    config = schema.config
    config.update(headers={"Cookie": cookie} if cookie else {}, continue_on_failure=True)
    config.generation.update(max_examples=examples, deterministic=True)
    for name in ("examples", "coverage", "fuzzing", "stateful"):
        getattr(config.phases, name).enabled = name in phases
    asked = Asked()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            asked.cases += len(event.recorder.cases)
            asked.faults += faults_of(event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            asked.faults.append(f"schemathesis: {event}")
    return asked


def faults_of(recorder: Any) -> Iterator[str]:
    """What the checks found, one line each."""
    for case_id, checks in recorder.checks.items():
        response = recorder.interactions[case_id].response
        for each in checks:
            if each.status.name == "SUCCESS" or is_said_by_words(each.name, response):
                continue
            failure = each.failure_info.failure if each.failure_info else each.name
            yield f"{each.name}: {recorder.label} {response and response.status_code}: {failure}"


def is_said_by_words(check: str, response: Any) -> bool:
    """Whether an allowed request was refused for what its words mean, and the field is named."""
    return bool(
        check == CHECK_OF_WORDS
        and response is not None
        and response.status_code == 422
        and response.json().get("field", "").partition("-")[0] in SAID_BY_WORDS
    )


def ask_for_all(open_schema: Callable[[], Any], cookies: dict[str, str]) -> Asked:
    """Ask as everybody: a guest everything, the others again what depends on luck."""
    every = ("examples", "coverage", "fuzzing", "stateful")
    total = Asked()
    for role in ROLES:
        phases = every if FULL or not role else ("fuzzing",)
        found = ask(open_schema(), cookies[role], size(2, 110), phases)
        total.cases += found.cases
        total.faults += [f"{role or 'guest'}: {each}" for each in found.faults]
    return total


def served(app: Flask) -> Callable[[], Any]:
    """The face inside this process."""
    return lambda: schemathesis.openapi.from_wsgi(DOCUMENT, app)


@pytest.mark.skipif(FULL, reason="asked on the real server")
def test_no_answer_of_the_api_is_beside_its_document(app: Flask, cookies: dict[str, str]) -> None:
    judge(ask_for_all(served(app), cookies))


@pytest.mark.skipif(not FULL, reason="asked inside this process")
def test_no_answer_of_the_served_api_is_beside_its_document(place: Place) -> None:
    with inside(place) as app:
        sessions = filled(app)
    server = place.serve()
    url = f"http://127.0.0.1:{place.port}{DOCUMENT}"
    judge(ask_for_all(lambda: schemathesis.openapi.from_url(url), sessions))
    assert server.is_alive


def judge(asked: Asked) -> None:
    """No fault in enough cases; the row of the table."""
    assert asked.faults == []
    assert asked.cases >= size(300, 5_000)
    report(
        "R17 API",
        "≥ 5,000 cases as guest, citizen, officer: 0 faults",
        f"{asked.cases} cases, {len(asked.faults)} faults",
    )


@contextmanager
def planted(app: Flask, path: str, status: str) -> Iterator[None]:
    """One address of the application answers otherwise than it should."""
    inner = app.wsgi_app

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith(path):
            return inner(environ, start)
        start(status, [("Content-Type", "application/json")])
        return [b'{"message": "planted"}']

    app.wsgi_app = answer  # type: ignore[method-assign]
    yield
    app.wsgi_app = inner  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("status", "check"),
    [("500 PLANTED", "not_a_server_error"), ("410 GONE", "status_code_conformance")],
)
def test_the_drill_finds_out_an_answer_that_is_not_in_the_document(
    app: Flask, cookies: dict[str, str], status: str, check: str
) -> None:
    with planted(app, "/clauses", status):
        asked = ask(served(app)(), cookies[""], 2, ("fuzzing",))
    assert any(each.startswith(f"{check}: ") and "/clauses" in each for each in asked.faults)
    report_control("R17", f"a planted {status.split()[0]}", f"found by {check}")


def test_a_session_is_told_no_more_than_a_guest(app: Flask, cookies: dict[str, str]) -> None:
    with app.app_context():
        from participation.consultations.models import Consultation
        from participation.kernel.db import db

        slugs = list(db.session.scalars(db.select(Consultation.slug)))
    assert len(slugs) == 3
    desk = app.test_client(use_cookies=False).get("/desk", headers={"Cookie": cookies["officer"]})
    assert desk.status_code == 200, "the officer is signed in"
    paths = ["/api/v1/consultations"]
    for slug in slugs:
        own = f"/api/v1/consultations/{slug}"
        paths += [own, *(f"{own}/{tail}" for tail in ("clauses", "comments", "adoption"))]
    for path in paths:
        client = app.test_client(use_cookies=False)
        told = [
            client.get(path, headers={"Cookie": cookies[role]} if role else {}) for role in ROLES
        ]
        assert len({(each.status_code, each.data) for each in told}) == 1, path
