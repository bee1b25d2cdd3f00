"""While the server is far behind, what is sent is handed back at once and pages are served on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments.models import Comment
from participation.kernel.db import db
from participation.serving import Line
from participation.web.admission import LONGEST_READ_WAIT, LONGEST_WAIT, waited
from tests.factories.consultations import a_consultation


@pytest.fixture
def behind() -> Iterator[Callable[[float], None]]:
    """Let the requests of this test have waited so many seconds for their thread."""
    before = waited.set(0.0)
    yield lambda seconds: waited.set(seconds) and None
    waited.reset(before)


def test_what_is_sent_comes_back_with_its_words_and_when_to_try_again(
    client: FlaskClient, context: Flask, at_noon: object, behind: Callable[[float], None]
) -> None:
    slug = a_consultation("open").slug
    behind(LONGEST_WAIT + 0.1)
    fields = {"body": "桥头的灯太暗。", "stance": "suggest", "submission_key": "k1"}
    answer = client.post(f"/consultations/{slug}/comment", data=fields)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "桥头的灯太暗。" in answer.text
    assert "再试一次" in answer.text
    tool = client.post(f"/api/v1/consultations/{slug}/comments", json=fields)
    assert (tool.status_code, bool(tool.json["message"])) == (503, True)
    assert "Retry-After" in tool.headers
    assert db.session.scalar(db.select(db.func.count()).select_from(Comment)) == 0


def test_pages_are_served_long_after_nothing_is_taken_any_more(
    client: FlaskClient, context: Flask, at_noon: object, behind: Callable[[float], None]
) -> None:
    slug = a_consultation("open").slug
    behind(LONGEST_WAIT + 1)
    assert client.get(f"/consultations/{slug}").status_code == 200
    behind(LONGEST_READ_WAIT + 1)
    assert client.get(f"/consultations/{slug}").status_code == 503


def test_a_server_that_keeps_up_takes_everything(
    client: FlaskClient, context: Flask, at_noon: object, behind: Callable[[float], None]
) -> None:
    slug = a_consultation("open").slug
    behind(LONGEST_WAIT - 0.1)
    words = {
        "body": "好。",
        "stance": "suggest",
        "submission_key": "k",
        "respondent_kind": "person",
    }
    answer = client.post(
        f"/api/v1/consultations/{slug}/comments", json={**words, "submission_key": "k"}
    )
    assert answer.status_code == 201


@dataclass
class Asked:
    """As much of a channel as the line looks at."""

    command: str
    number: int = 0

    @property
    def requests(self) -> list[Asked]:
        return [self]


def test_the_line_notes_how_long_a_request_stood_in_it() -> None:
    line, before = Line(), waited.set(-1.0)
    one, two = Asked("GET"), Asked("GET")
    line.append(one)
    line.append(two)
    assert len(line) == 2
    assert (line.popleft(), line.popleft()) == (one, two)
    assert not line
    assert 0 <= waited.get() < 60
    waited.reset(before)


def test_what_is_sent_goes_before_the_pages_and_every_third_turn_is_a_page() -> None:
    line, before = Line(), waited.set(0.0)
    for number in range(3):
        line.append(Asked("GET", number))
    for number in range(5):
        line.append(Asked("POST", number))
    turns = [line.popleft() for _ in range(8)]
    assert "".join(each.command[0] for each in turns) == "PPGPPGPG"
    for method in ("GET", "POST"):
        numbers = [each.number for each in turns if each.command == method]
        assert numbers == sorted(numbers)
    waited.reset(before)


def test_a_channel_whose_request_could_not_be_read_is_served_too() -> None:
    line, before = Line(), waited.set(0.0)
    unreadable = object()
    line.append(unreadable)
    assert line.popleft() is unreadable
    waited.reset(before)
