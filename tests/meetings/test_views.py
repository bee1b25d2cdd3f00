"""The pages of meetings through the client: public, staff, files."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.kernel import clock
from participation.meetings import queries
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.consultations import a_consultation
from tests.factories.meetings import A_PDF, a_file, a_meeting

pytestmark = pytest.mark.usefixtures("at_noon")


class Place(NamedTuple):
    """Where a meeting's pages are."""

    consultation_id: int
    meeting_id: int
    public: str
    desk: str


def _place(recorded: bool = False, stage: str = "open", **changes: object) -> Place:
    consultation = a_consultation(stage)
    meeting = a_meeting(consultation, recorded=recorded, **changes)
    public = f"/consultations/{consultation.slug}/meetings/{meeting.id}"
    return Place(consultation.id, meeting.id, public, f"/desk{public}")


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser with an officer of the department signed in."""
    with app.app_context():
        return sign_in(client, a_user("officer"))


def _kept(app: Flask, place: Place) -> Meeting:
    with app.app_context():
        return queries.by_id(place.consultation_id, place.meeting_id)


FORM = {
    "kind": "hearing",
    "title": "路灯听证会",
    "starts_on": "2026-07-20",
    "starts_time": "09:00",
    "ends_time": "12:00",
    "place": "二楼会议室",
    "agenda": "一\n二",
    "registration_closes_on": "2026-07-10",
    "invited_residents": "12",
}


def test_an_announcement_is_made_in_local_time_and_shown_to_the_public(
    app: Flask, officer: FlaskClient
) -> None:
    with app.app_context():
        consultation = a_consultation("open")
        slug, consultation_id = consultation.slug, consultation.id
    sent = officer.post(f"/desk/consultations/{slug}/meetings/new", data=FORM)
    assert sent.status_code == 303
    with app.app_context():
        [meeting] = queries.of_consultation(consultation_id)
        assert meeting.starts_at.isoformat() == "2026-07-20T01:00:00+00:00"
        assert meeting.registration_closes_at.isoformat() == "2026-07-10T16:00:00+00:00"
    page = app.test_client().get(f"/consultations/{slug}/meetings/{meeting.id}").text
    for words in ("路灯听证会", "2026年7月20日 09:00", "12:00", "24:00 截止", "居民群众", "待举行"):
        assert words in page
    staff = officer.get(sent.headers["Location"]).text
    assert "听证会材料应当在听证会7日前送达" in staff


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "请填写会议名称"),
        ({"starts_on": "2026-02-30"}, "日期"),
        ({"starts_time": "25:00"}, "开始时间"),
        ({"ends_time": "08:00"}, "结束时间应当晚于开始时间"),
        ({"invited_residents": "十二"}, "人数应当在0到"),
        ({"kind": "party"}, "会议形式"),
    ],
)
def test_a_wrong_announcement_comes_back_with_what_was_typed(
    app: Flask, officer: FlaskClient, changes: dict[str, str], words: str
) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
    page = officer.post(f"/desk/consultations/{slug}/meetings/new", data={**FORM, **changes})
    assert page.status_code == 422
    assert words in page.text
    assert "二楼会议室" in page.text


def test_a_change_and_a_cancellation_are_seen_by_the_public(
    app: Flask, officer: FlaskClient
) -> None:
    with app.app_context():
        place = _place(starts_at=NOON + timedelta(days=9), ends_at=None)
    assert "村口照明座谈会" in officer.get(f"{place.desk}/edit").text
    assert officer.post(f"{place.desk}/edit", data=FORM).status_code == 303
    assert "路灯听证会" in app.test_client().get(place.public).text
    assert officer.post(f"{place.desk}/cancel", data={"note": ""}).status_code == 422
    assert officer.post(f"{place.desk}/cancel", data={"note": "因暴雨取消"}).status_code == 303
    page = app.test_client().get(place.public).text
    assert "因暴雨取消" in page
    assert "已取消" in page


RECORD = {
    "summary": "开了两个小时。",
    "count": "1",
    "invited_experts": "2",
    "attended_experts": "1",
    "statement_0_speaker": "居民周**",
    "statement_0_kind": "residents",
    "statement_0_clause": "第四条",
    "statement_0_text": "太暗。",
}


def test_a_record_is_typed_pasted_saved_and_published(app: Flask, officer: FlaskClient) -> None:
    with app.app_context():
        place = _place()
    address = f"{place.desk}/record"
    assert officer.get(address).status_code == 200
    pasted = {**RECORD, "pasted": "甲：一\n乙：二", "pasted_kind": "firms", "act": "paste"}
    page = officer.post(address, data=pasted).text
    for words in ("开了两个小时。", "居民周**", 'value="甲"', 'value="乙"', 'value="3"'):
        assert words in page
    assert _kept(app, place).record_summary == ""
    # Saving takes in what was pasted and not yet added.
    assert officer.post(address, data={**RECORD, "pasted": "丙：三"}).status_code == 303
    kept = _kept(app, place)
    assert [each.speaker for each in kept.statements] == ["居民周**", "丙"]
    assert "居民周**" not in app.test_client().get(place.public).text
    assert officer.post(f"{place.desk}/publish").status_code == 303
    page = app.test_client().get(place.public).text
    for words in ("居民周**", "/clauses/t4", "合计", "太暗。", "记录已公布"):
        assert words in page


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("down-0", ["乙", "甲"]),
        ("up-1", ["乙", "甲"]),
        ("remove-0", ["乙"]),
        ("up-0", ["甲", "乙"]),
    ],
)
def test_statements_are_moved_and_removed_without_script(
    app: Flask, officer: FlaskClient, act: str, order: list[str]
) -> None:
    with app.app_context():
        place = _place()
    form = {"count": "2", "act": act, "summary": "已写的话"}
    for position, name in enumerate(("甲", "乙")):
        form |= {f"statement_{position}_speaker": name, f"statement_{position}_text": "说"}
    page = officer.post(f"{place.desk}/record", data=form)
    assert page.status_code == 200
    assert "已写的话" in page.text
    places = [page.text.index(f'value="{name}"') for name in order]
    assert places == sorted(places)
    assert ('value="甲"' in page.text) is ("甲" in order)


def test_a_refused_record_comes_back_whole(app: Flask, officer: FlaskClient) -> None:
    with app.app_context():
        place = _place()
    wrong = {**RECORD, "statement_0_clause": "第九十九条"}
    page = officer.post(f"{place.desk}/record", data=wrong)
    assert page.status_code == 422
    assert "草案里没有" in page.text
    assert 'href="#statement_0_clause"' in page.text
    assert "太暗。" in page.text
    page = officer.post(f"{place.desk}/record", data={**RECORD, "pasted": "没有发言人"})
    assert page.status_code == 422
    assert "没有发言人" in page.text
    many = officer.post(f"{place.desk}/record", data={**RECORD, "attended_experts": "9" * 5000})
    assert many.status_code == 422


def test_a_file_is_uploaded_hidden_until_published_and_served_to_be_saved(
    app: Flask, officer: FlaskClient
) -> None:
    with app.app_context():
        place = _place()
    address = f"{place.desk}/files"
    sent = officer.post(address, data={"file": (io.BytesIO(A_PDF), "听证笔录 第1次.pdf")})
    assert sent.status_code == 303
    file_id = _kept(app, place).files[0].id
    public = app.test_client()
    assert public.get(f"{place.public}/files/{file_id}").status_code == 404
    assert officer.get(f"{place.public}/files/{file_id}").status_code == 200
    officer.post(f"{place.desk}/record", data=RECORD)
    officer.post(f"{place.desk}/publish")
    served = public.get(f"{place.public}/files/{file_id}")
    assert served.data == A_PDF
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert "%E5%90%AC%E8%AF%81" in served.headers["Content-Disposition"]
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("data", [b"<html>", b"", b"MZ"])
def test_a_hostile_upload_is_refused_on_the_page(
    app: Flask, officer: FlaskClient, data: bytes
) -> None:
    with app.app_context():
        place = _place()
    page = officer.post(f"{place.desk}/files", data={"file": (io.BytesIO(data), "笔录.pdf")})
    assert page.status_code == 422
    assert "没有收下" in page.text
    assert _kept(app, place).files == []


def test_no_file_chosen_is_said_in_words(app: Flask, officer: FlaskClient) -> None:
    with app.app_context():
        place = _place()
    page = officer.post(f"{place.desk}/files", data={})
    assert page.status_code == 422
    assert "请选择文件" in page.text


def test_files_are_found_by_their_own_meeting_only(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        consultation = a_consultation("open")
        first, second = (a_meeting(consultation, recorded=True) for _ in range(2))
        kept = a_file(consultation, first)
        start = f"/consultations/{consultation.slug}/meetings"
        right, wrong = (f"{start}/{each.id}/files/{kept.id}" for each in (first, second))
    assert client.get(right).status_code == 200
    assert client.get(wrong).status_code == 404


def test_a_meeting_of_an_unpublished_consultation_is_not_found(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        place = _place(stage="drafting")
    assert client.get(place.public).status_code == 404


def test_staff_pages_are_closed_to_others(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = _place()
        stranger = sign_in(app.test_client(), a_user("officer", a_department("云溪县水利局")))
        citizen = sign_in(app.test_client(), a_user("citizen"))
    for page in ("", "/edit", "/record", "/files"):
        assert client.get(place.desk + page).status_code == 302
        assert stranger.get(place.desk + page).status_code == 403
        assert citizen.get(place.desk + page).status_code == 403
    assert stranger.post(f"{place.desk}/publish").status_code == 403
    assert _kept(app, place).record_published_at is None


def test_a_record_page_waits_for_the_meeting(app: Flask, officer: FlaskClient) -> None:
    with app.app_context():
        place = _place(kind=MeetingKind.HEARING, starts_at=NOON + timedelta(days=1), ends_at=None)
    assert officer.get(f"{place.desk}/record").status_code == 403
    assert officer.post(f"{place.desk}/record", data=RECORD).status_code == 422
    with clock.fixed(NOON + timedelta(days=1)):
        assert officer.get(f"{place.desk}/record").status_code == 200
