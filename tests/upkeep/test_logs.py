"""The log names nobody: canaries go through forms, errors, names and addresses, none comes out."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from participation.accounts.models import Department
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.scrub import one_line, scrub, unquoted
from participation.upkeep import logs
from participation.web.access import public
from tests.conftest import NOON
from tests.factories.accounts import a_user, sign_in
from tests.factories.consultations import a_consultation

PHONE, MAIL, NUMBER, CARD = (
    "13987654321", "canary.li@example.cn", "11010519491231002X", "6222020200112230000",
)  # fmt: skip
WORDS, NAME, CLIENT = "金丝雀在树上", "金丝雀先生\r\n2026-06-01 CRITICAL forged", "192.0.2.77"
CANARIES = (PHONE, MAIL, NUMBER, CARD, "金丝雀", "canary", CLIENT, "forged", "river-stone")
BODY = f"{WORDS}，请打 {PHONE} 或者写信到 {MAIL}，身份证 {NUMBER}，卡号 {CARD}。"


@pytest.fixture(params=["text", "json"])
def log_format(request: pytest.FixtureRequest) -> str:
    """Both formats."""
    return str(request.param)


@pytest.fixture
def written(app: Flask, log_format: str) -> Iterator[io.StringIO]:
    """What the platform's own handler writes, from the lowest level on."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level, logs.ACCESS.level
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines() if log_format == "json" else logs.TextFormatter())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[1])
    logs.ACCESS.setLevel(before[2])


def _add_faulty_routes(app: Flask) -> None:
    def quotes() -> str:
        int(request.form["body"])
        raise AssertionError

    def tells() -> str:
        raise RuntimeError(f"could not reach {PHONE} or {MAIL}\nof {NUMBER} {CARD}")

    def breaks_a_rule() -> str:
        with transaction() as session:
            session.add(Department(name=request.form["body"], parent_id=10**6))
        raise AssertionError

    for name, view in (("quotes", quotes), ("tells", tells), ("rule", breaks_a_rule)):
        app.add_url_rule(f"/faulty/{name}", name, public(view), methods=["POST"])


def _go_through(app: Flask, client: FlaskClient) -> str:
    """Many requests, well and badly ended, full of canaries; a receipt among them."""
    with app.app_context():
        slug = a_consultation("open").slug
        username = a_user(Role.OFFICER).username
    form = {
        "stance": "suggest", "body": BODY, "respondent_kind": "person", "name": NAME,
        "contact": MAIL, "submission_key": "canary-key", "website": "",
    }  # fmt: skip
    here: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": CLIENT}}
    with clock.fixed(NOON):
        sent = client.post(f"/consultations/{slug}/comment", data={**form, "name": "李"}, **here)
        assert sent.status_code == 303, sent.text
        client.post(f"/consultations/{slug}/comment", data=form, **here)
    receipt = sent.location.rsplit("/", 1)[1]
    for path in (sent.location, f"/receipt/{receipt}?mail={MAIL}", f"/no/{PHONE}", f"/?q={WORDS}"):
        client.get(path, headers={"User-Agent": f"{NAME}"[:5], "Referer": f"/{receipt}"}, **here)
    client.post(f"/api/v1/receipts/{receipt}/withdraw", json={"canary": WORDS}, **here)
    client.post(f"/api/v1/consultations/{slug}/comments", data=BODY, **here)
    for name in ("quotes", "tells", "rule"):
        assert client.post(f"/faulty/{name}", data=form, **here).status_code >= 500
    words = {"username": MAIL, "password": "river-stone"}
    client.post("/account/sign-in", data=words, **here)
    client.post("/account/sign-in", data={**words, "username": username}, **here)
    with app.app_context():
        sign_in(client, a_user(Role.ADMINISTRATOR))
        jobs.handler("singing", failed=None)(_sings)
        with transaction():
            jobs.enqueue("singing", {})
        jobs.run_due()
        db.session.remove()
    return receipt


def _sings(_payload: object) -> None:
    raise LookupError(f"nobody at {MAIL} or {PHONE}")


@pytest.mark.both_databases
def test_no_canary_comes_out(app: Flask, client: FlaskClient, written: io.StringIO) -> None:
    _add_faulty_routes(app)
    receipt = _go_through(app, client)
    said = written.getvalue()
    found = [each for each in (*CANARIES, receipt, receipt[:8]) if each in said]
    assert found == []
    assert "ValueError: invalid literal for int()" in said, "what went wrong is still told"
    assert "LookupError: nobody at [mail] or [phone]" in said
    assert "/receipt/<code>" in said
    with app.app_context():
        kept = db.session.scalar(text("SELECT last_error FROM job WHERE kind = 'singing'"))
    assert kept == "LookupError: nobody at [mail] or [phone]"


@pytest.mark.parametrize("log_format", ["text"])
def test_a_log_of_the_form_is_found_out(
    app: Flask, client: FlaskClient, written: io.StringIO
) -> None:
    """The control: somebody logs what was typed."""
    careless_log = logging.getLogger("careless")
    # A test of migrations may have switched off every logger that was there.
    careless_log.disabled = False

    @app.before_request
    def careless() -> None:
        careless_log.warning("form %s", request.form.to_dict())

    _add_faulty_routes(app)
    _go_through(app, client)
    assert "金丝雀" in written.getvalue()


def test_a_log_that_is_not_scrubbed_is_found_out(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The control: without the formatters the canaries of the errors are there."""
    _add_faulty_routes(app)
    with caplog.at_level(logging.DEBUG):
        _go_through(app, client)
    assert {PHONE, MAIL, "金丝雀"} <= {each for each in CANARIES if each in caplog.text}


def test_a_break_in_a_name_makes_no_line(written: io.StringIO, log_format: str) -> None:
    logging.getLogger("x").warning("hello %s", NAME + "\x85\u2028\x1b[31m")
    lines = written.getvalue().rstrip("\n").split("\n")
    assert len(lines) == 1
    assert lines[0].isprintable()


@pytest.mark.settings(log_format="json")
def test_every_request_is_one_line_of_json(app: Flask, client: FlaskClient) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logs.ACCESS.addHandler(handler)
    try:
        for _ in range(2):
            client.get("/about?x=1", environ_base={"REMOTE_ADDR": CLIENT})
        client.get("/no/such")
    finally:
        logs.ACCESS.removeHandler(handler)
    first, second, third = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["method"], first["route"], first["status"]) == ("GET", "/about", 200)
    assert first["milliseconds"] > 0
    assert first["bytes"] > 1000
    assert first["client"] == second["client"] != third["client"]
    assert (third["route"], third["status"]) == ("-", 404)


def test_the_clients_mark_is_another_one_tomorrow(app: Flask) -> None:
    from datetime import timedelta

    marks = set()
    for days in (0, 0, 1):
        with (
            clock.shifted(timedelta(days=days)),
            app.test_request_context(environ_base={"REMOTE_ADDR": CLIENT}),
        ):
            marks.add(logs.client_mark(app))
    assert len(marks) == 2


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (f"call {PHONE} now", "call [phone] now"),
        ("+86 139-8765-4321", "[phone]"),
        ("0086 13987654321", "[phone]"),
        ("8613987654321", "[phone]"),
        ("１３９８７６５４３２１", "[phone]"),
        ("(0571) 87654321", "[phone]"),
        ("0571-87654321", "[phone]"),
        (f"<{MAIL}>", "<[mail]>"),
        (NUMBER, "[number]"),
        ("110105 19491231 002X", "[number]"),
        ("6222 0202 0011 2230 000", "[number]"),
        ("/receipt/ABCD-EFGH-JKMN-PQRS", "/receipt/[receipt]"),
        ("receipt ABCDEFGHJKMNPQRS?", "receipt [receipt]?"),
        ("DETAIL:  Failing row contains (1, x).\nnext", "DETAIL: […]\nnext"),
    ],
)
def test_what_is_personal_is_taken_out(given: str, left: str) -> None:
    assert scrub(given) == left


@pytest.mark.parametrize(
    "words",
    [
        "2026-06-01 12:00:00,123 WARNING participation.kernel.jobs job 12345 failed",
        "consultation 2026-0001, opinion 1234567, 0.35 ms, 127.0.0.1:8000",
        'File "/app/participation/kernel/db.py", line 123, in transaction',
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_what_helps_to_mend_stays(words: str) -> None:
    assert scrub(words) == words


def test_what_an_error_quotes_goes_and_names_of_code_stay() -> None:
    assert unquoted("'NoneType' object has no attribute 'x'") == (
        "'NoneType' object has no attribute 'x'"
    )
    assert unquoted("KeyError: '金丝雀'") == "KeyError: '…'"
    assert unquoted('bad "a b" here') == "bad '…' here"
    assert one_line("a\r\nb") == "a\\r\\nb"


def test_a_statements_values_are_in_no_error(context: Flask) -> None:
    with pytest.raises(IntegrityError) as caught, transaction() as session:
        session.add(Department(name=WORDS, parent_id=10**6))
    assert WORDS not in str(caught.value)
