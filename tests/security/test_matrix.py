"""Who gets what: every route × every person × every state, and no hidden word in any answer.

The routes are the application's, the text columns the models': what is not in the table or has no
audience fails. CI walks every route in every state as the outsider who comes nearest to it (a guest
where everybody may come in, else an officer of another department), and as every other person in
one state each, in rotation; `DRILL_SIZE=full` walks every cell.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.comments.models import Comment
from participation.comments.queries import ReleasedRow
from participation.consultations import rules as consultations
from participation.kernel.db import db, transaction
from participation.kernel.paging import Page
from participation.kernel.verdict import yes
from tests.security import table
from tests.security.columns import plant_words, secrets, unclassified, unplanted
from tests.security.estate import ROLES, STATES, Estate, Matter
from tests.security.walking import Changes, Route, access_of, ask, routes, sign_of, stages

FULL = os.environ.get("DRILL_SIZE") == "full"
# The page around a refusal is the same three thousand times; its words are looked at all the same.
BARE_ERROR = "{{ status }} {{ message }} {{ typed }}"


@pytest.fixture(scope="module")
def planted(estate: Estate) -> Estate:
    """The estate with a word of its own in every text of every row."""
    with estate.app.app_context(), transaction():
        plant_words(estate)
    loader = estate.app.jinja_loader
    assert loader is not None
    estate.app.jinja_env.loader = ChoiceLoader([DictLoader({"web/error.html": BARE_ERROR}), loader])
    return estate


@pytest.fixture(scope="module")
def changes(planted: Estate) -> Changes:
    """What tells whether anything was written, and puts it back."""
    return Changes(planted)


@pytest.fixture(scope="module")
def hidden(planted: Estate) -> dict[str, str]:
    """Values that stand on no page."""
    with planted.app.app_context():
        return secrets()


def _is_walked(place: int, route: Route, role: str, state: str, *, is_public: bool) -> bool:
    if FULL or role == ("guest" if is_public else "officer_elsewhere"):
        return True
    if not state:
        # Many of these compare passwords, which takes its time.
        return not route.is_unsafe or (ROLES.index(role) + place) % 3 == 0
    return (STATES.index(state) + ROLES.index(role) + place) % len(STATES) == 0


def _leaks(
    estate: Estate,
    route: Route,
    role: str,
    matter: Matter | None,
    text: str,
    hidden: dict[str, str],
) -> set[str]:
    """The places whose words are in an answer and are not for this person."""
    found = {each.place for each in estate.canaries.seen_in(text) if role not in each.audience}
    found -= HELD.get(route.endpoint, set())
    if matter is not None:
        found -= _their_own(route, role, matter)
    secret = {place for value, place in hidden.items() if value in text}
    if route.endpoint == "accounts.own_data" and role == "neighbour":
        secret -= {"identity.subject 1"}  # by which a provider knows this very person
    return found | secret


HELD = {
    "accounts.confirm_address": {"an address asked for"},
    "accounts.register_by_link": {"an address asked for"},
    "accounts.reset": {"address of the citizen"},
    "organisations.join": {"organisation.name 2"},
}
"""What the holder of a mailed link is shown: the address it was mailed to, or who invites."""
TOLD = ("body", "proposed_text", "quoted_text", "said_at_place")


def _their_own(route: Route, role: str, matter: Matter) -> set[str]:
    """What somebody is shown besides: as the holder of a receipt, or once, for a reason."""
    own, state, found = matter.own_comment_id, matter.state, set()
    if "code" in route.rule.arguments:
        asked = matter.own_inquiry_id
        found |= {f"inquiry.{name} {asked}" for name in ("body", "shown_body", "answer")}
        found |= {f"{state}: question", f"{state}: sent opinion"}
        found |= {f"comment.{name} {each}" for name in TOLD for each in matter.held_ids}
        found |= {f"{state}: name of the {kind} file" for kind in ("shown", "kept")}
        found |= {f"{state}: kept file"}
        found |= {f"comment.{name} {own}" for name in TOLD}
        found |= {f"{state}: account opinion", f"{state}: account proposal"}
    if route.endpoint == "inquiries.data":
        found |= {f"{state}: mail of the question"}
    if route.endpoint == "comments.data":
        found |= {f"{state}: account contact", f"{state}: account person's name"}
    if route.name == "comments.reveal POST" and role == "officer":
        found |= {f"{state}: account contact"}
    if route.endpoint == "portal.survey_receipt_file" and role == "citizen":
        found |= {f"{state}: survey text", f"survey_answer.text {matter.values.get('answer_id')}"}
    return found


def _said(answer: TestResponse) -> str:
    """All that an answer says, headers and the files of an archive included."""
    data = answer.get_data()
    parts = [data]
    if answer.mimetype == "application/zip" and data:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    return str(answer.headers) + "".join(part.decode("utf-8", "replace") for part in parts)


def _walk(
    estate: Estate,
    changes: Changes,
    hidden: dict[str, str],
    only: str = "",
) -> Iterator[tuple[Route, str, str, str, set[str]]]:
    for place, route in enumerate(routes(estate)):
        if not route.name.startswith(only):
            continue
        is_public = access_of(estate, route) == ("public",)
        for matter in stages(route, estate):
            state = matter.state if matter else ""
            for role in ROLES:
                if not _is_walked(place, route, role, state, is_public=is_public):
                    continue
                changes.prepare(route, matter)
                answer = ask(estate, route, role, matter)
                sign = sign_of(route, answer, has_changed=changes.happened())
                text = _said(answer)
                leaks = _leaks(estate, route, role, matter, text, hidden)
                answer.close()
                changes.settle()
                yield route, role, state, sign, leaks


def test_every_text_column_has_an_audience(app: Flask) -> None:
    assert unclassified() == set()


def test_every_text_column_has_a_row_to_be_looked_for(planted: Estate) -> None:
    with planted.app.app_context():
        assert unplanted() == set()


def test_the_table_has_every_route_and_no_other(planted: Estate) -> None:
    assert {route.name for route in routes(planted)} == set(table.read())


def test_everybody_gets_what_the_table_says_and_no_word_that_is_not_for_them(
    planted: Estate, changes: Changes, hidden: dict[str, str]
) -> None:
    cells, wrong, leaked, walked = table.read(), [], [], 0
    for route, role, state, sign, leaks in _walk(planted, changes, hidden):
        walked += 1
        expected = table.sign(cells, route.name, role, state)
        if sign != expected:
            wrong.append(f"{route.name} as {role} in {state or 'any state'}: {sign} not {expected}")
        if leaks:
            leaked.append(f"{route.name} as {role} in {state or 'any state'}: {sorted(leaks)}")
    assert wrong == []
    assert leaked == []
    assert walked > (6000 if FULL else 1500)


def test_a_list_that_forgets_its_filter_is_found(
    planted: Estate, changes: Changes, hidden: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unfiltered(consultation_id: int, after: Any = None, clause_id: Any = None) -> Any:
        comments = db.session.scalars(
            select(Comment).where(Comment.consultation_id == consultation_id)
        )
        return Page([ReleasedRow(**_as_released(each)) for each in comments], None)

    monkeypatch.setattr("participation.portal.views.opinions.comments.released", unfiltered)
    changes.undo()  # and with it the pages that were kept
    found = {
        place
        for _route, role, state, _sign, leaks in _walk(planted, changes, hidden, "portal.opinions")
        for place in leaks
        if role == "guest" and state == "open"
    }
    changes.undo()
    assert {"open: withheld opinion", "open: account opinion"} <= found


def _as_released(comment: Comment) -> dict[str, Any]:
    given = {name: getattr(comment, name, None) for name in ReleasedRow._fields}
    return {**given, "published_at": comment.received_at}


def test_a_guard_that_is_left_out_is_found(
    planted: Estate, changes: Changes, hidden: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultations, "may_view", lambda *_args: yes())
    cells = table.read()
    found = [
        (role, sign, leaks)
        for route, role, state, sign, leaks in _walk(
            planted, changes, hidden, "consultations.manage"
        )
        if sign != table.sign(cells, route.name, role, state)
    ]
    assert {role for role, _sign, _leaks in found} >= {"officer_elsewhere"}
    assert any("drafting: title" in leaks for _role, _sign, leaks in found)
