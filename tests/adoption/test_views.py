"""The officers' workspace: sort, answer, correct; figures that add up on every page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from participation.accounts.models import User
from participation.adoption import queries
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def found() -> Consultation:
    """A closed consultation with four opinions."""
    made = a_consultation("closed")
    for _ in range(4):
        a_comment(made)
    return made


@pytest.fixture
def officer(client: FlaskClient, found: Consultation) -> FlaskClient:
    """The browser of an officer of its department."""
    return sign_in(client, an_officer_of(found))


def _at(found: Consultation, place: str = "") -> str:
    return f"/desk/consultations/{found.slug}/adoption{place}"


def _equation(page: str) -> list[int]:
    cells = re.findall(r"<dd>(?:<span[^>]*>[=+≠]</span>)?([\d,]+)</dd>", page)
    return [int(each.replace(",", "")) for each in cells]


def _ids(page: str) -> list[str]:
    return re.findall(r'name="selected" value="(\d+)"', page)


def test_the_figures_of_every_page_add_up(found: Consultation, officer: FlaskClient) -> None:
    a_point(found, [a_comment(found)], "adopted")
    a_comment(found, withdrawn=True)
    for place in ("", "/points", "/versions"):
        answer = officer.get(_at(found, place))
        assert answer.status_code == 200
        received, *parts = _equation(answer.text)
        assert len(parts) == 8
        assert received == sum(parts) == 6


def test_ticked_opinions_become_a_point(found: Consultation, officer: FlaskClient) -> None:
    ids = _ids(officer.get(_at(found)).text)
    assert len(ids) == 4
    sent = {"selected": ids[:3], "title": "照明时间太短", "clause_key": "", "action": "new"}
    answer = officer.post(_at(found, "/sort"), data=sent, follow_redirects=True)
    assert "已建立第 1 项要点，归入 3 条意见" in answer.text
    assert _ids(answer.text) == ids[3:]
    sent = {"selected": ids[3:], "point": "1", "action": "add"}
    answer = officer.post(_at(found, "/sort"), data=sent, follow_redirects=True)
    assert "归入第 1 项要点" in answer.text
    assert "意见都已归类" in answer.text
    assert queries.point_by_number(found.id, 1).member_count == 4


def test_the_pile_goes_on_where_it_was_filtered(found: Consultation, officer: FlaskClient) -> None:
    ids = _ids(officer.get(_at(found, "?stance=suggest")).text)
    sent = {"selected": ids[:1], "title": "要点", "action": "new"}
    answer = officer.post(_at(found, "/sort?stance=suggest"), data=sent)
    assert answer.status_code == 303
    assert answer.location.endswith("adoption?stance=suggest")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": "照明时间太短", "action": "new"}, "请先勾选意见。"),
        ({"title": "", "action": "new", "tick": True}, "请写出这一点说的是什么。"),
        ({"title": "长" * 501, "action": "new", "tick": True}, "最多500字"),
        (
            {"title": "保留的字", "point": "9", "action": "add", "tick": True},
            "请选择归入哪一项要点",
        ),
        (
            {"title": "保留的字", "point": "x", "action": "add", "tick": True},
            "请选择归入哪一项要点",
        ),
    ],
)
def test_a_slip_in_sorting_loses_neither_ticks_nor_words(
    found: Consultation, officer: FlaskClient, sent: dict[str, object], said: str
) -> None:
    ids = _ids(officer.get(_at(found)).text)
    ticks = ids[:2] if sent.pop("tick", False) else []
    answer = officer.post(_at(found, "/sort"), data={**sent, "selected": ticks})
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.count(" checked") == len(ticks)
    assert str(sent["title"]) in answer.text
    assert queries.points(found.id)[0] == []


def test_an_answer_begins_with_the_clause_and_leads_to_the_next_open_point(
    found: Consultation, officer: FlaskClient
) -> None:
    from participation.consultations.queries import clauses_of, current_draft

    draft = current_draft(found.id)
    assert draft is not None
    article = next(row for row in clauses_of(draft.id) if row.label == "第四条")
    a_point(found, [a_comment(found)], None, clause_key=article.key)
    a_point(found, [a_comment(found)], None, title="另一点")
    page = officer.get(_at(found, "/points/1")).text
    assert "照明时间由村民会议商定。</textarea>" in page
    sent = {
        "disposition": "adopted",
        "reason": "第四条已经这样写明。",
        "changed_text": "照明时间由村民会议商定。",
    }
    answer = officer.post(_at(found, "/points/1"), data=sent)
    assert answer.status_code == 303
    assert answer.location.endswith("/points/2")
    point = queries.point_by_number(found.id, 1)
    assert (point.disposition, point.changed_text) == ("adopted", "")
    sent["version"] = str(point.version)
    sent["changed_text"] = "照明时间不早于二十三时结束。"
    officer.post(_at(found, "/points/1"), data=sent)
    db.session.refresh(point)
    assert point.changed_text == "照明时间不早于二十三时结束。"
    assert "照明时间不早于二十三时结束。</textarea>" in officer.get(_at(found, "/points/1")).text


def test_an_answer_without_reason_is_sent_back_with_what_was_typed(
    found: Consultation, officer: FlaskClient
) -> None:
    a_point(found, [a_comment(found)], None)
    sent = {"disposition": "not_adopted", "reason": " ", "changed_text": "已经写好的条文"}
    answer = officer.post(_at(found, "/points/1"), data=sent)
    assert answer.status_code == 422
    assert "请填写理由" in answer.text
    assert "已经写好的条文" in answer.text
    assert 'aria-invalid="true"' in answer.text
    sent = {"disposition": "nonsense", "reason": "理由", "changed_text": ""}
    answer = officer.post(_at(found, "/points/1"), data=sent)
    assert answer.status_code == 422
    assert queries.point_by_number(found.id, 1).disposition is None


def test_a_points_words_and_opinions_can_be_changed(
    found: Consultation, officer: FlaskClient
) -> None:
    comment = a_comment(found)
    a_point(found, [comment, a_comment(found)], "adopted")
    answer = officer.post(
        _at(found, "/points/1/words"), data={"title": "说得更准"}, follow_redirects=True
    )
    assert "说得更准" in answer.text
    answer = officer.post(_at(found, "/points/1/words"), data={"title": ""})
    assert answer.status_code == 422
    answer = officer.post(
        _at(found, "/points/1/remove"), data={"selected": [comment.id]}, follow_redirects=True
    )
    assert "已移出 1 条意见" in answer.text
    answer = officer.post(_at(found, "/points/1/remove"), follow_redirects=True)
    assert "请先勾选意见" in answer.text
    assert queries.working(found).unsorted == 5
    assert officer.get(_at(found, "/points/7")).status_code == 404


def test_others_may_look_or_not_but_never_answer(
    found: Consultation, app: Flask, client: FlaskClient
) -> None:
    a_point(found, [a_comment(found)], None)
    assert client.get(_at(found)).status_code == 302
    people: list[tuple[User, int]] = [
        (a_user(Role.DRAFTER, found.department), 200),
        (a_user(Role.ADMINISTRATOR), 200),
        (a_user(Role.OFFICER, a_department("云溪县教育局")), 403),
        (a_user(Role.CITIZEN), 403),
    ]
    for user, status in people:
        browser = sign_in(app.test_client(), user)
        assert browser.get(_at(found)).status_code == status
        page = browser.get(_at(found, "/points/1"))
        assert page.status_code == status
        assert "确定答复" not in page.text
        sent = {"disposition": "adopted", "reason": "理由"}
        assert browser.post(_at(found, "/points/1"), data=sent).status_code in (403, 422)
    assert queries.point_by_number(found.id, 1).disposition is None


def test_a_correction_is_published_with_its_note(found: Consultation, officer: FlaskClient) -> None:
    ids = [int(each) for each in _ids(officer.get(_at(found)).text)]
    officer.post(_at(found, "/sort"), data={"selected": ids, "title": "要点", "action": "new"})
    assert "还没有公布采纳情况" in officer.get(_at(found, "/versions")).text
    officer.post(_at(found, "/points/1"), data={"disposition": "adopted", "reason": "有道理。"})
    run_worker(NOON)
    page = officer.get(_at(found, "/versions")).text
    assert "第 1 版" in page
    assert "公布第 2 版" in page
    assert officer.post(_at(found, "/correction"), data={"note": " "}).status_code == 422
    with clock.fixed(NOON + timedelta(hours=1)):
        decision = {"disposition": "explained", "reason": "另有原因。", "version": "2"}
        officer.post(_at(found, "/points/1"), data=decision)
        assert "有改动尚未公布" in officer.get(_at(found, "/versions")).text
        answer = officer.post(
            _at(found, "/correction"), data={"note": "处理写错了。"}, follow_redirects=True
        )
    assert "已公布第 2 版" in answer.text
    assert "处理写错了。" in answer.text
    assert [each.version for each in queries.versions(found.id)] == [2, 1]


def test_a_refused_publication_is_shown_and_can_be_tried_anew(
    found: Consultation, officer: FlaskClient
) -> None:
    with transaction() as session:
        session.execute(text("UPDATE comment_series SET received = received + 1"))
    early = officer.post(_at(found, "/retry"), follow_redirects=True)
    assert "没有受阻的公布" in early.text
    run_worker(NOON, rounds=1)
    page = officer.get(_at(found, "/versions")).text
    assert "账目不符：收到 5 份，处理结果合计 4 份，库中 4 份" in page
    assert "≠" in page
    with transaction() as session:
        session.execute(text("UPDATE comment_series SET received = received - 1"))
    answer = officer.post(_at(found, "/retry"), follow_redirects=True)
    assert "正在重新核对" in answer.text
    run_worker(NOON)
    page = officer.get(_at(found, "/versions")).text
    assert "账目不符" not in page
    assert queries.refusals() == []


@pytest.mark.parametrize("stage", ["open", "closed"])
def test_a_consultation_without_opinions_says_so(stage: str, client: FlaskClient) -> None:
    made = a_consultation(stage)
    browser = sign_in(client, an_officer_of(made))
    assert "还没有收到意见" in browser.get(_at(made)).text
    assert "还没有要点" in browser.get(_at(made, "/points")).text
    assert browser.get(_at(made, "/versions")).status_code == 200


def test_odd_addresses_are_no_errors(found: Consultation, officer: FlaskClient) -> None:
    a_point(found, [a_comment(found)], None)
    for place in (
        "?clause=none&stance=none",
        "/points?after=x&show=x",
        "/points?after=99",
        "/points/1?after=999999999",
    ):
        assert officer.get(_at(found, place)).status_code == 200
    assert officer.get(_at(found, "?after=nonsense")).status_code == 422
    assert officer.get("/desk/consultations/2026-9999/adoption").status_code == 404


def test_no_page_grows_with_the_number_of_opinions(
    found: Consultation, officer: FlaskClient
) -> None:
    for _ in range(60):
        a_comment(found)
    page = officer.get(_at(found))
    assert len(_ids(page.text)) == 50
    assert len(page.data) < 150_000
    after = re.search(r"after=([\w-]+)", page.text)
    assert after is not None
    second = officer.get(_at(found, f"?after={after[1]}"))
    assert len(_ids(second.text)) == 14
    assert not set(_ids(page.text)) & set(_ids(second.text))


def _version(page: str) -> str:
    return re.findall(r'name="version"[^>]*value="(\d+)"', page)[0]


def test_of_two_officers_at_one_point_neither_overwrites_the_other_unseen(
    found: Consultation, officer: FlaskClient
) -> None:
    point = a_point(found, [a_comment(found)], None)
    place = _at(found, f"/points/{point.number}")
    read = _version(officer.get(place).text)
    other = sign_in(officer.application.test_client(), an_officer_of(found))
    first = {"disposition": "adopted", "reason": "路灯已列入计划。", "version": read}
    assert other.post(place, data=first).status_code == 303
    second = {"disposition": "not_adopted", "reason": "经费没有落实。", "version": read}
    refused = officer.post(place, data=second)
    assert refused.status_code == 409
    # Both are there: what the other wrote, and what was typed, still to be sent.
    assert "路灯已列入计划。" in refused.text
    assert "经费没有落实。</textarea>" in refused.text
    db.session.refresh(point)
    assert (point.disposition, point.reason) == ("adopted", "路灯已列入计划。")
    again = officer.post(place, data={**second, "version": _version(refused.text)})
    assert again.status_code == 303
    db.session.refresh(point)
    assert (point.disposition, point.reason) == ("not_adopted", "经费没有落实。")


def test_the_same_answer_sent_twice_is_one_answer(
    found: Consultation, officer: FlaskClient
) -> None:
    point = a_point(found, [a_comment(found)], None)
    place = _at(found, f"/points/{point.number}")
    answer = {"disposition": "adopted", "reason": "路灯已列入计划。", "version": "1"}
    assert [officer.post(place, data=answer).status_code for _ in range(2)] == [303, 303]
    db.session.refresh(point)
    assert point.version == 2


def test_the_words_of_a_point_are_not_overwritten_unseen_either(
    found: Consultation, officer: FlaskClient
) -> None:
    point = a_point(found, [a_comment(found)], None)
    place = _at(found, f"/points/{point.number}/words")
    assert officer.post(place, data={"title": "换灯", "version": "1"}).status_code == 303
    refused = officer.post(place, data={"title": "修灯", "version": "1"})
    assert refused.status_code == 409
    assert 'value="修灯"' in refused.text
    db.session.refresh(point)
    assert point.title == "换灯"
    again = {"title": "修灯", "version": _version(refused.text)}
    assert officer.post(place, data=again).status_code == 303
