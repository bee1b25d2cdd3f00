"""What many sent is one row of the pile; it is opened, confirmed, taken apart and sorted whole."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from participation.adoption import queries
from participation.adoption.document import digest_of
from participation.adoption.models import AdoptionSummary
from participation.campaigns.models import Campaign, CampaignMember
from participation.campaigns.rules import METHOD
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from tests.conftest import NOON
from tests.factories.accounts import a_user, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.campaigns import TEXT, many_comments, the_campaigns
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")
OTHER = "草案第三条写得太笼统，应当列出具体的处罚标准和申诉办法。"


@pytest.fixture
def found() -> Consultation:
    """A closed consultation with five versions of one text and another opinion."""
    made = a_consultation("closed")
    many_comments(made)
    a_comment(made, body=OTHER)
    the_campaigns(made)
    return made


@pytest.fixture
def officer(client: FlaskClient, found: Consultation) -> FlaskClient:
    """The browser of an officer of its department."""
    return sign_in(client, an_officer_of(found))


def _at(found: Consultation, place: str = "") -> str:
    return f"/desk/consultations/{found.slug}/adoption{place}"


def _ids(page: str, name: str = "selected") -> list[str]:
    return re.findall(rf'name="{name}" value="(\d+)"', page)


@pytest.mark.both_databases
def test_a_group_is_one_row_with_its_heads_and_the_others_stand_below(
    found: Consultation, officer: FlaskClient
) -> None:
    page = officer.get(_at(found)).text
    assert len(_ids(page, "group")) == 1
    assert len(_ids(page)) == 1
    assert page.count("下夜班的人只能走四公里回家") == 1
    for words in ("5 人", "我家老人上个月摔了一跤", "第 4 号另加", OTHER, "全部 5 条"):
        assert words in page
    assert "5 人" in officer.get(_at(found, "?stance=suggest")).text
    assert "5 人" not in officer.get(_at(found, "?stance=oppose")).text


@pytest.mark.both_databases
def test_a_whole_group_and_a_single_opinion_go_into_a_point_together(
    found: Consultation, officer: FlaskClient
) -> None:
    page = officer.get(_at(found)).text
    answer = officer.post(
        _at(found, "/sort"),
        data={
            "action": "new",
            "title": "末班车推迟",
            "group": _ids(page, "group"),
            "selected": _ids(page),
        },
    )
    assert answer.status_code == 303
    assert queries.point_by_number(found.id, 1).member_count == 6
    assert "意见都已归类" in officer.get(_at(found)).text


@pytest.mark.both_databases
def test_the_page_of_a_group_shows_all_and_sorts_it_whole(
    found: Consultation, officer: FlaskClient
) -> None:
    page = officer.get(_at(found, "/campaigns/1")).text
    assert len(_ids(page)) == 5
    assert page.count('<ins class="own">') == 2
    assert "尚无人确认" in page
    assert len(_ids(officer.get(_at(found, "/campaigns/1?show=own")).text)) == 2
    refused = officer.post(_at(found, "/campaigns/1/sort"), data={"action": "add", "point": ""})
    assert refused.status_code == 422
    words = {"action": "new", "title": "末班车推迟"}
    assert officer.post(_at(found, "/campaigns/1/sort"), data=words).status_code == 303
    assert queries.point_by_number(found.id, 1).member_count == 5
    assert "请先勾选意见" in officer.post(_at(found, "/campaigns/1/sort"), data=words).text


def test_an_opinion_is_taken_out_and_put_back_and_the_group_confirmed_by_name(
    found: Consultation, officer: FlaskClient
) -> None:
    first = _ids(officer.get(_at(found, "/campaigns/1")).text)[2]
    place = _at(found, "/campaigns/1/arrange")
    page = officer.post(place, data={"selected": first}, follow_redirects=True).text
    assert "已移出 1 条意见" in page
    assert len(_ids(page)) == 4
    out = officer.get(_at(found, "/campaigns/1?show=out")).text
    assert _ids(out) == [first]
    assert "移出" in out
    # Out of the group it stands in the pile again.
    assert first in _ids(officer.get(_at(found)).text)
    late = officer.post(_at(found, "/campaigns/1/confirm"), data={"seen": 5}, follow_redirects=True)
    assert "刚才有变动" in late.text
    page = officer.post(
        place, data={"selected": first, "action": "back"}, follow_redirects=True
    ).text
    assert "已放回 1 条意见" in page
    page = officer.post(
        _at(found, "/campaigns/1/confirm"), data={"seen": 5}, follow_redirects=True
    ).text
    assert "已确认这一组" in page
    confirmed = db.session.query(Campaign).one()
    assert confirmed.confirmed_by_id is not None
    assert "尚无人确认" not in page


def test_the_list_says_how_it_was_found_and_asks_for_another_look(
    found: Consultation, officer: FlaskClient
) -> None:
    page = officer.get(_at(found, "/campaigns")).text
    for words in ("1 组，共 5 条意见", "60% 以上", "不足 12 个字", "比对 6 条"):
        assert words in page
    answer = officer.post(_at(found, "/campaigns/find"), follow_redirects=True)
    assert "已安排比对" in answer.text
    assert officer.get(_at(found, "/campaigns/9")).status_code == 404
    assert officer.get(_at(found, "/campaigns?after=no")).status_code == 200


def test_where_nothing_was_compared_or_nothing_found_the_page_says_so(
    client: FlaskClient,
) -> None:
    made = a_consultation("closed")
    browser = sign_in(client, an_officer_of(made))
    assert "还没有比对" in browser.get(_at(made, "/campaigns")).text
    a_comment(made, body=OTHER)
    the_campaigns(made)
    assert "没有相同的意见" in browser.get(_at(made, "/campaigns")).text


def test_who_only_watches_sees_the_groups_and_no_act(
    found: Consultation, client: FlaskClient
) -> None:
    browser = sign_in(client, a_user(Role.DRAFTER, found.department))
    page = browser.get(_at(found, "/campaigns/1")).text
    assert TEXT[:20] in page
    assert _ids(page) == []
    browser.post(_at(found, "/campaigns/1/confirm"), data={"seen": 5})
    browser.post(_at(found, "/campaigns/1/arrange"), data={"selected": "1"})
    browser.post(_at(found, "/campaigns/find"))
    db.session.rollback()
    assert db.session.query(Campaign).one().confirmed_at is None
    assert db.session.query(CampaignMember).filter_by(taken_out_at=None).count() == 5


@pytest.mark.both_databases
def test_the_result_prints_the_method_its_threshold_and_the_heads_live_and_sealed(
    found: Consultation, client: FlaskClient
) -> None:
    at = f"/consultations/{found.slug}/result"
    said = (
        "比对了 6 份意见的文字，5 份与别人的",
        "合为 1 组",
        "人数最多的各组：5 人",
        "60% 以上",
        METHOD,
    )
    live = client.get(at).text
    for words in said:
        assert words in live
    everything = list(db.session.query(Comment).filter_by(consultation_id=found.id))
    a_point(found, everything)
    run_worker(NOON)
    sealed = client.get(at).text
    assert "第 1 版" in sealed
    for words in said:
        assert words in sealed
    summary = queries.latest_summary(found.id)
    assert summary is not None
    printed = summary.content["near_duplicates"]
    assert (printed["threshold"], printed["largest"]) == (0.6, [{"opinions": 5, "senders": 5}])
    assert digest_of(queries.document_of(found.id, 1)) == summary.digest


def test_a_version_sealed_before_there_was_a_method_is_shown_without_it(
    found: Consultation, client: FlaskClient
) -> None:
    a_point(found, list(db.session.query(Comment).filter_by(consultation_id=found.id)))
    run_worker(NOON)
    with transaction():
        summary = db.session.query(AdoptionSummary).one()
        summary.content = {
            name: value for name, value in summary.content.items() if name != "near_duplicates"
        }
    answer = client.get(f"/consultations/{found.slug}/result")
    assert answer.status_code == 200
    assert METHOD not in answer.text
