"""The staff pages through the browser: who may come in, what they show, where they lead."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.audit.models import AuditEntry
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation


def _desk(client: FlaskClient, role: Role, department: str = "云溪县司法局") -> FlaskClient:
    return sign_in(client, a_user(role, a_department(department)))


@pytest.mark.parametrize("path", ["/desk", "/desk/permissions", "/desk/consultations/x/history"])
def test_a_guest_is_asked_to_sign_in_and_a_citizen_is_refused(
    context: Flask, client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/account/sign-in" in answer.location
    answer = sign_in(client, a_user(Role.CITIZEN)).get(path)
    assert answer.status_code == 403
    assert "工作人员" in answer.text


def test_a_new_departments_desk_says_what_to_do(context: Flask, client: FlaskClient) -> None:
    page = _desk(client, Role.DRAFTER).get("/desk").text
    assert "还没有征求意见事项" in page
    assert 'href="/desk/consultations/new"' in page
    page = _desk(client, Role.OFFICER).get("/desk").text
    assert "没有要办理的事项" in page
    assert 'href="/desk/consultations/new"' not in page


def test_the_desk_leads_to_the_act(context: Flask, client: FlaskClient, at_noon: object) -> None:
    made = a_consultation("open")
    a_comment(made)
    page = _desk(client, Role.OFFICER).get("/desk").text
    assert f'href="/desk/consultations/{made.slug}/comments"' in page
    assert "审看 1 条意见" in page
    assert "待审看 1 条" in page


def test_the_navigation_is_ones_own(context: Flask, client: FlaskClient, at_noon: object) -> None:
    a_consultation("drafting")
    page = _desk(client, Role.DRAFTER).get("/desk").text
    places = page[page.index("desk-nav") : page.index("</nav>", page.index("desk-nav"))]
    assert "新建事项" in places
    assert "人员" not in places
    assert '<span class="count">1</span>' in places
    page = _desk(client, Role.ADMINISTRATOR).get("/desk/people").text
    places = page[page.index("desk-nav") : page.index("</nav>", page.index("desk-nav"))]
    assert "人员" in places
    assert "部门" in places
    assert "新建事项" not in places


def test_an_error_page_asks_the_database_for_no_navigation(
    context: Flask, client: FlaskClient
) -> None:
    answer = _desk(client, Role.OFFICER).get("/desk/consultations/2026-9999/history")
    assert answer.status_code == 404
    assert "desk-nav" not in answer.text


def test_the_history_is_words_and_not_codes(
    context: Flask, client: FlaskClient, at_noon: object
) -> None:
    made = a_consultation("open", department=a_department("云溪县司法局"))
    a_comment(made, withheld=WithholdingReason.ADVERTISING)
    page = _desk(client, Role.OFFICER).get(f"/desk/consultations/{made.slug}/history").text
    main = page[page.index("<main") : page.index("</main>")]
    text = re.sub(r"<[^>]+>", "", main)
    assert "第 1 号意见不予公开（原因：广告或者推广信息）" in text
    assert "收到第 1 号意见（渠道：网上）" in text
    assert "2026年5月22日 12:00 开始，" in text
    assert "（起草人）" in text
    for code in ("advertising", "web）", "（drafter", "CommentSubmitted", "%("):
        assert code not in text


def test_the_history_is_paged_and_ends(
    context: Flask, client: FlaskClient, at_noon: object
) -> None:
    made = a_consultation("open")
    for _ in range(60):
        a_comment(made)
    client = _desk(client, Role.OFFICER)
    total = len(
        list(db.session.scalars(select(AuditEntry.id).where(AuditEntry.consultation_id == made.id)))
    )
    path, seen = f"/desk/consultations/{made.slug}/history", []
    while path:
        page = client.get(path).text
        seen += re.findall(r'class="history-text">([^<]+)', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == total > 60
    assert seen[0] == "收到第 60 号意见（渠道：网上）"
    assert seen[-1] == "新建了征求意见事项"


def test_the_staffs_own_acts_can_be_read_alone(
    context: Flask, client: FlaskClient, at_noon: object
) -> None:
    made = a_consultation("open")
    a_comment(made)
    page = _desk(client, Role.OFFICER).get(f"/desk/consultations/{made.slug}/history?by=staff").text
    assert "送审" in page
    assert "收到第 1 号意见" not in page


def test_another_departments_history_stays_closed(context: Flask, client: FlaskClient) -> None:
    made = a_consultation("open")
    answer = _desk(client, Role.OFFICER, "云溪县水利局").get(
        f"/desk/consultations/{made.slug}/history"
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("cursor", ["x", "%00", "MTIzLjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_forged_cursor_is_an_answer_and_no_error(
    context: Flask, client: FlaskClient, cursor: str
) -> None:
    made = a_consultation("open")
    answer = _desk(client, Role.OFFICER).get(
        f"/desk/consultations/{made.slug}/history?after={cursor}"
    )
    assert answer.status_code == 422


def _dead_job() -> None:
    with transaction() as session:
        jobs.enqueue("notifications.mail", {"what": "received", "comment_id": 1})
        session.flush()
        job = session.scalars(select(Job)).one()
        job.state, job.attempts, job.last_error = JobState.DEAD, 8, "OSError: no route"


def test_an_administrator_sees_dead_jobs_and_lets_them_be_tried_anew(
    context: Flask, client: FlaskClient
) -> None:
    _dead_job()
    client = _desk(client, Role.ADMINISTRATOR)
    page = client.get("/desk").text
    assert "后台任务停止了 1 个" in page
    assert "OSError: no route" in page
    answer = client.post("/desk/jobs/retry", follow_redirects=True)
    assert "已重新安排 1 个任务" in answer.text
    db.session.rollback()
    job = db.session.scalars(select(Job)).one()
    assert (job.state, job.attempts) == (JobState.READY, 0)
    assert "JobsRetried" in set(db.session.scalars(select(AuditEntry.event)))


def test_nobody_else_lets_jobs_be_tried_anew(context: Flask, client: FlaskClient) -> None:
    _dead_job()
    client = _desk(client, Role.OFFICER)
    assert "OSError" not in client.get("/desk").text
    assert client.post("/desk/jobs/retry").status_code == 403
    db.session.rollback()
    assert db.session.scalars(select(Job)).one().state is JobState.DEAD


def test_an_overdue_matter_is_told_in_words(context: Flask, client: FlaskClient) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=80))
    a_comment(made, released=True)
    with clock.fixed(NOON):
        page = _desk(client, Role.OFFICER).get("/desk").text
    assert "已逾期" in page
    assert "前公布采纳情况" in page
