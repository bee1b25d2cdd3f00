"""Finding: the front page, the lists by field and department, feeds, for none and for hundreds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from participation.consultations.kinds import TagKind
from participation.consultations.models import Consultation, ConsultationTag
from participation.consultations.rules import Status
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.rulebook.matters import Matter
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.portal.test_views import statements

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGES = ("/", "/consultations", "/calendar", "/feed.atom", "/calendar.ics", "/open-data")
LARGEST = 150_000
MOST_STATEMENTS = 6


def tag(consultation: Consultation, kind: TagKind, value: str) -> None:
    """Say what a consultation is about, as its drafter does."""
    with transaction():
        db.session.add(ConsultationTag(consultation_id=consultation.id, kind=kind, value=value))


def many(count: int) -> None:
    """So many public consultations in all stages, as rows: the pages read rows."""
    author = a_user()
    rows = [
        {
            "slug": f"2026-{9000 + number}",
            "title": f"关于修改某项管理办法的决定（第{number}号征求意见稿）" * (1 + number % 2),
            "matter": Matter.MAJOR_DECISION,
            "department_id": author.department_id,
            "author_id": author.id,
            "status": Status.PUBLISHED,
            "opens_at": NOON + timedelta(days=number % 90 - 60),
            "closes_at": NOON + timedelta(days=number % 90 - 29),
            "published_at": NOON + timedelta(days=number % 90 - 90),
            "sealed_at": NOON if number % 5 == 0 and number % 90 < 20 else None,
            "created_at": NOON - timedelta(days=100),
        }
        for number in range(count)
    ]
    if rows:
        with transaction():
            db.session.execute(insert(Consultation), rows)


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [0, 400])
def test_every_page_stays_small_and_asks_little(
    client: FlaskClient, context: Flask, at_noon: object, count: int
) -> None:
    many(count)
    for path in PAGES:
        client.get(path)
        with statements() as said:
            page = client.get(path)
        assert page.status_code == 200, path
        assert len(page.data) < LARGEST, path
        assert len(said) <= MOST_STATEMENTS, (path, said)
        assert "Set-Cookie" not in page.headers


def test_the_front_page_says_what_changed_because_of_an_opinion(
    client: FlaskClient, context: Flask
) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    comment = a_comment(made)
    with clock.fixed(NOON):
        a_point(
            made,
            [comment],
            title="照明时间应写明",
            disposition="adopted",
            changed_text="第四条　照明到晚上十一点。",
        )
    run_worker(NOON)
    with clock.fixed(NOON + timedelta(days=1)):
        page = client.get("/").text
    assert "因为您的意见，改了什么" in page
    assert "照明时间应写明" in page
    assert "照明到晚上十一点" in page
    assert "采纳 1 份" in page


@pytest.mark.both_databases
def test_the_list_is_narrowed_by_field_audience_and_department(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    above = a_department("云溪县人民政府")
    below = a_department("云溪县教育局", above)
    school = a_consultation("open", title="中小学作业管理办法", department=below)
    other = a_consultation("open", title="道路停车管理办法", department=a_department("交通局"))
    tag(school, TagKind.TOPIC, "education")
    tag(school, TagKind.AUDIENCE, "students")
    tag(other, TagKind.TOPIC, "transport")
    for query in (
        "topic=education",
        "audience=students",
        f"department={below.id}",
        f"department={above.id}",
        "topic=education&audience=students&stage=open",
    ):
        for path in ("/consultations", "/calendar", "/feed.atom", "/calendar.ics"):
            text = client.get(f"{path}?{query}").text.replace("\r\n ", "")
            assert school.title in text, (path, query)
            assert other.title not in text, (path, query)
    none = client.get("/consultations?topic=education&audience=farmers").text
    assert "没有符合条件的事项" in none
    assert client.get("/consultations?topic=nonsense&department=x").status_code == 200


def test_what_is_not_public_is_in_no_list_feed_or_calendar(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    for stage in ("drafting", "in_review", "approved"):
        a_consultation(stage, title="绝密的草案")
    for path in (*PAGES, "/sitemap-1.xml", "/open-data/consultations.json"):
        assert "绝密的草案" not in client.get(path).text
    assert "/consultations/2026-" not in client.get("/sitemap-1.xml").text


def test_a_feed_tells_the_notice_and_the_result_under_lasting_names(
    client: FlaskClient, context: Flask
) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    run_worker(NOON)
    with clock.fixed(NOON + timedelta(hours=1)):
        feed = ElementTree.fromstring(client.get("/feed.atom?topic=").data)
    ids = [each.text or "" for each in feed.findall("a:entry/a:id", ATOM)]
    assert any(each.endswith(f"{made.slug}/notice") for each in ids)
    assert any(each.endswith(f"{made.slug}/result/1") for each in ids)
    assert len(ids) == len(set(ids))


def test_a_page_says_by_schema_org_what_it_is_and_no_title_breaks_out(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open", title="</script><script>alert(1)</script>办法")
    page = client.get(f"/consultations/{made.slug}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    graph = json.loads(found[1])["@graph"]
    assert graph[0]["name"] == made.title
    assert graph[0]["legislationLegalForce"].endswith("NotInForce")
    assert "<script>alert" not in page


def test_robots_are_told_where_the_sitemap_is_and_what_is_private(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    robots = client.get("/robots.txt").text
    assert "Sitemap: http" in robots
    assert "Disallow: /receipt" in robots
    index = client.get("/sitemap.xml").text
    assert "/sitemap-1.xml" in index
    listed = client.get("/sitemap-1.xml").text
    assert f"/consultations/{made.slug}</loc>" in listed
    ElementTree.fromstring(listed)
    assert client.get("/sitemap-9.xml").status_code == 404
