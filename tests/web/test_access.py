"""Who may come in, and that nobody is led out of the house by a link."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from participation.kernel.actor import Actor
from participation.kernel.verdict import Verdict, provided, yes
from participation.web.access import current_actor, guarded, local_path, public
from tests.factories.accounts import PASSWORD, a_user, sign_in

ELSEWHERE = [
    "http://evil.example", "https://evil.example/", "HTTPS://EVIL.EXAMPLE", "//evil.example",
    "///evil.example", "////evil.example", "/\\evil.example", "\\evil.example", "\\\\evil.example",
    "/\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "\t//evil.example", "\n//evil.example", " //evil.example", "  https://evil.example",
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "\x01javascript:a",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://evil.example", "mailto:a@b",
    "evil.example", "www.evil.example/desk", "@evil.example", "//user@evil.example",
    "https:evil.example", "https:/evil.example", "http:///evil.example", ":evil.example",
    "//%65vil.example", "/%09/evil.example", "/%5cevil.example", "/%2f/evil.example",
    "/..//evil.example", "/.//evil.example", "/desk/..//evil.example", "/./\\evil.example",
    "//evil.example/%2e%2e", "/desk\x00", "/desk\x7f\n", "\x00/desk", "/desk\r\nSet-Cookie: a=b",
    "/desk\nLocation: //evil", "?next=/desk", "#desk", "", " ", ".", "..", "desk", "./desk",
    "/nowhere", "/account/sign-in/evil", "//", "/\\", "http:", "〱evil.example", "/／evil.example",
    "／／evil.example", "//evil。example",
]  # fmt: skip
HERE = ["/", "/desk", "/account/sign-in", "/consultations?stage=open", "/receipt#code", "/desk?a=b"]


def test_no_written_form_of_another_place_is_taken_for_ours(context: Flask) -> None:
    assert [target for target in ELSEWHERE if local_path(target) is not None] == []


def test_nothing_leads_nowhere(context: Flask) -> None:
    assert local_path(None) is None


def test_a_path_of_ours_is_kept_as_it_is(context: Flask) -> None:
    assert [local_path(target) for target in HERE] == HERE


def test_the_list_is_as_long_as_it_says() -> None:
    assert len(set(ELSEWHERE)) == len(ELSEWHERE) >= 60


def test_a_change_of_language_never_leads_away(client: FlaskClient) -> None:
    for target in ELSEWHERE:
        answer = client.post("/language", data={"language": "en", "next": target})
        assert (answer.status_code, answer.location) == (303, "/"), ascii(target)


def test_signing_in_never_leads_away_and_leads_back(context: Flask, client: FlaskClient) -> None:
    user = a_user("officer", username="he")
    data = {"username": "he", "password": PASSWORD}
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = app_client(context).post("/account/sign-in", query_string={"next": target},
                                          data=data)  # fmt: skip
        assert (answer.status_code, answer.location) == (303, "/desk")
    answer = client.post("/account/sign-in", query_string={"next": "/desk/permissions"}, data=data)
    assert answer.location == "/desk/permissions"
    assert user.username == "he"


def app_client(app: Flask) -> FlaskClient:
    """A browser of its own."""
    return app.test_client()


def _refused(actor: Actor) -> Verdict:
    return provided(actor.is_staff, "只有工作人员可以进来。")


def _allowed(_actor: Actor) -> Verdict:
    return yes()


@pytest.fixture
def doors(app: Flask) -> Flask:
    """Routes behind rules."""
    bp = Blueprint("doors", __name__)
    bp.add_url_rule("/door/staff", "staff", guarded(_allowed, _refused)(lambda: "in"))
    bp.add_url_rule("/door/act", "act", guarded(_refused)(lambda: "in"), methods=["POST"])
    bp.add_url_rule("/door/all", "all", public(lambda: current_actor().role.value))
    app.register_blueprint(bp)
    return app


def test_a_guest_is_asked_to_sign_in_and_comes_back(doors: Flask) -> None:
    answer = doors.test_client().get("/door/staff?a=1")
    assert answer.status_code == 302
    assert answer.location == "/account/sign-in?next=/door/staff?a%3D1"


def test_what_was_posted_cannot_be_come_back_to(doors: Flask) -> None:
    answer = doors.test_client().post("/door/act")
    assert answer.location == "/account/sign-in"


def test_every_rule_must_allow(doors: Flask) -> None:
    with doors.app_context():
        citizen, officer = a_user("citizen"), a_user("officer")
        answer = sign_in(doors.test_client(), citizen).get("/door/staff")
        assert answer.status_code == 403
        assert "只有工作人员可以进来。" in answer.text
        assert sign_in(doors.test_client(), officer).get("/door/staff").text == "in"


def test_the_actor_is_who_is_signed_in(doors: Flask) -> None:
    assert doors.test_client().get("/door/all").text == "guest"
    with doors.app_context():
        assert sign_in(doors.test_client(), a_user("reviewer")).get("/door/all").text == "reviewer"


@pytest.mark.parametrize(("sent_by", "status"), [
    ("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303), (None, 303),
])  # fmt: skip
def test_what_a_page_of_another_site_sends_is_refused(
    client: FlaskClient, sent_by: str | None, status: int
) -> None:
    headers = {"Sec-Fetch-Site": sent_by} if sent_by else {}
    answer = client.post("/language", data={"language": "en"}, headers=headers)
    assert answer.status_code == status
    assert ("Set-Cookie" in answer.headers) is (status == 303)


def test_a_link_from_another_site_is_followed(client: FlaskClient) -> None:
    assert client.get("/about", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_door_names_its_rules(doors: Flask) -> None:
    assert doors.view_functions["doors.staff"].access == ("_allowed", "_refused")  # type: ignore[attr-defined]
    assert doors.view_functions["doors.all"].access == ("public",)  # type: ignore[attr-defined]
