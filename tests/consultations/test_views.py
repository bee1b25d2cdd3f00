"""The staff pages of the procedure: forms, messages, nothing typed lost, no way in for others."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from participation.accounts.models import User
from participation.consultations import queries
from participation.consultations.models import Consultation, DraftVersion
from participation.consultations.rules import Stage, Status
from participation.kernel import clock
from participation.kernel.db import db
from participation.rulebook.publication import PublicationAttribute
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.consultations import NOON, SMALL_DRAFT, a_consultation

DAY = timedelta(days=1)
DESK = "/desk/consultations"
FILLED_IN = {
    "title": "云溪县夜市管理办法（征求意见稿）",
    "matter": "major-decision",
    "affects": "夜市的经营者和附近居民",
    "explanation": "夜市扰民较多，需要规定。",
    "contact_unit": "县城管局",
    "contact_phone": "0000-7654321",
    "closes_on": "2026-07-31",
    "publication_attribute": "full",
}


@pytest.fixture
def author(context: Flask, at_noon: datetime) -> User:
    return a_user("drafter")


@pytest.fixture
def desk(author: User, client: FlaskClient) -> FlaskClient:
    return sign_in(client, author)


def as_other(app: Flask, role: str) -> FlaskClient:
    return sign_in(app.test_client(), a_user(role))


def words(answer: TestResponse) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", answer.get_data(as_text=True))


def a_file(text: str | bytes, name: str = "draft.txt") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode() if isinstance(text, str) else text), name


def test_the_loop_goes_through_in_the_browser(app: Flask, author: User, desk: FlaskClient) -> None:
    answer = desk.post(f"{DESK}/new", data={"department": author.department_id, **FILLED_IN})
    assert answer.status_code == 303
    page = answer.location
    slug = page.rpartition("/")[2]
    assert "还没有草案正文" in words(desk.get(page))
    answer = desk.post(f"{page}/draft", data={"file": a_file(SMALL_DRAFT)})
    assert answer.status_code == 303
    preview = desk.get(f"{page}/draft")
    assert "3 章" in words(preview)
    assert "5 条" in words(preview)
    draft = queries.pending_draft(queries.by_slug(slug).id)
    assert desk.post(f"{page}/draft/{draft.id}/accept").status_code == 303
    assert "可以送审" in words(desk.get(page))
    assert desk.post(f"{page}/submit").status_code == 303
    reviewer = as_other(app, "reviewer")
    assert "第三条" in words(reviewer.get(f"{page}/review"))
    answers = dict.fromkeys(
        [
            "is_free_of_state_secrets",
            "is_free_of_work_secrets",
            "is_free_of_sensitive_information",
            "is_lawful",
        ],
        "yes",
    )
    assert (
        reviewer.post(f"{page}/review", data={**answers, "decision": "approved"}).status_code == 303
    )
    shown = words(desk.get(f"{page}/publish"))
    assert "国务院令第713号" in shown
    answer = desk.post(f"{page}/publish", data={"opens": "now", "closes_on": "2026-07-31"})
    assert answer.status_code == 303
    found = queries.by_slug(slug)
    assert found.stage(NOON) is Stage.OPEN
    assert found.closes_at == datetime.fromisoformat("2026-08-01T00:00+08:00")
    officer = as_other(app, "officer")
    answer = officer.post(f"{page}/extend", data={"closes_on": "2026-08-10", "note": "延长"})
    assert answer.status_code == 303
    assert "2026年8月10日 24:00" in words(officer.get(page))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "请填写标题。"),
        ({"title": "长" * 201}, "最多200字"),
        ({"closes_on": "2026-05-31"}, "截止时间已经过去"),
        ({"closes_on": "2026-06-31"}, "要改"),
        ({"closes_on": "0001-01-01"}, "请核对年份"),
        ({"closes_on": "9999-12-31"}, "请核对年份"),
        ({"closes_on": "", "closes_time": "18:00"}, "请同时填写日期"),
        ({"opens_on": "2026-05-01"}, "计划的开始时间已经过去"),
        ({"opens_on": "2026-08-30"}, "截止时间应当晚于开始时间"),
        ({"matter": "poem"}, "要改"),
        ({"publication_attribute": "secret"}, "要改"),
        ({"explanation": "长" * 100_001}, "最多100000字"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    author: User, desk: FlaskClient, changes: dict[str, str], said: str
) -> None:
    data = {**FILLED_IN, "department": author.department_id, "summary": "留住这句话", **changes}
    answer = desk.post(f"{DESK}/new", data=data)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "留住这句话" in words(answer)
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert not db.session.scalar(select(func.count(Consultation.id)))


def test_all_that_is_wrong_is_said_at_once(author: User, desk: FlaskClient) -> None:
    wrong = {"title": "", "closes_on": "2026-05-31", "opens_on": "2026-05-01"}
    data = {**FILLED_IN, "department": author.department_id, **wrong}
    said = words(desk.post(f"{DESK}/new", data=data))
    assert "还有 3 处要改" in said


def test_a_long_explanation_can_be_saved(author: User, desk: FlaskClient) -> None:
    data = {**FILLED_IN, "department": author.department_id, "explanation": "长" * 100_000}
    assert desk.post(f"{DESK}/new", data=data).status_code == 303


def test_half_a_form_is_kept_for_later(author: User, desk: FlaskClient) -> None:
    data = {"title": "先记下标题", "matter": "other", "department": author.department_id}
    answer = desk.post(f"{DESK}/new", data=data)
    assert answer.status_code == 303
    assert "送审之前还缺 6 项" in words(desk.get(answer.location))


def test_the_explanation_comes_from_a_file(author: User, desk: FlaskClient) -> None:
    text = "关于夜市办法的起草说明\n\n一、必要性\n夜市扰民。\n（一）声音大；\n（二）油烟重。\n"
    data = {**FILLED_IN, "department": author.department_id, "explanation": "会被代替"}
    page = desk.post(
        f"{DESK}/new", data={**data, "explanation_file": a_file(text, "说明.md")}
    ).location
    kept = queries.by_slug(page.rpartition("/")[2]).explanation
    assert [line for line in kept.split("\n") if line] == [
        line for line in text.split("\n") if line
    ]


def test_an_unreadable_explanation_is_said_at_its_field(author: User, desk: FlaskClient) -> None:
    data = {**FILLED_IN, "department": author.department_id}
    answer = desk.post(
        f"{DESK}/new", data={**data, "explanation_file": a_file(b"%PDF-1.7 x", "说明.docx")}
    )
    assert answer.status_code == 422
    assert "PDF" in words(answer)
    assert "夜市扰民较多" in words(answer)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "draft.txt", "空的"),
        (b"%PDF-1.7 x", "draft.docx", "PDF"),
        (b"PK\x03\x04broken", "draft.docx", "损坏"),
        (b"\x00\x01\x02" * 400, "draft.txt", "文档"),
    ],
)
def test_a_file_that_is_no_draft_is_refused_with_a_sentence(
    author: User, desk: FlaskClient, content: bytes, name: str, said: str
) -> None:
    slug = a_consultation("drafting", author=author).slug
    before = db.session.scalar(select(func.count(DraftVersion.id)))
    answer = desk.post(f"{DESK}/{slug}/draft", data={"file": a_file(content, name)})
    assert answer.status_code == 422
    assert said in words(answer)
    assert db.session.scalar(select(func.count(DraftVersion.id))) == before


def test_no_file_at_all_is_asked_for(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("drafting", author=author).slug
    answer = desk.post(f"{DESK}/{slug}/draft", data={})
    assert answer.status_code == 422
    assert "请选择草案文件" in words(answer)


def test_a_warning_stands_at_its_line(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("drafting", author=author).slug
    text = "办法\n\n第一条　甲。\n第三条　乙。\n第三条　丙。\n"
    desk.post(f"{DESK}/{slug}/draft", data={"file": a_file(text)})
    page = desk.get(f"{DESK}/{slug}/draft").get_data(as_text=True)
    lines = page[page.index('class="draft-lines"') :]
    assert lines.index("第一条") < lines.index("缺少第二条") < lines.index("乙。")
    assert lines.index("乙。") < lines.index("重复出现") < lines.index("丙。")
    assert 'href="#line-4"' in page
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_draft_without_articles_is_read_paragraph_by_paragraph(
    author: User, desk: FlaskClient
) -> None:
    slug = a_consultation("drafting", author=author).slug
    desk.post(f"{DESK}/{slug}/draft", data={"file": a_file("方案\n\n拟修一座桥。\n\n桥长十米。\n")})
    shown = words(desk.get(f"{DESK}/{slug}/draft"))
    assert "2 款或者段" in shown
    assert "桥长十米" in shown


def test_clauses_are_ticked_in_the_draft_itself(author: User, desk: FlaskClient) -> None:
    redacted = PublicationAttribute.REDACTED
    slug = a_consultation("drafting", author=author, publication_attribute=redacted).slug
    page = f"{DESK}/{slug}/withheld-clauses"
    assert desk.post(page, data={"selected": ["t3"]}).status_code == 303
    shown = desk.get(page).get_data(as_text=True)
    assert shown.count("checked") == 4
    assert "其中不公开 4 个" in words(desk.get(f"{DESK}/{slug}"))
    answer = desk.post(page, data={"selected": ["nothing"]})
    assert answer.status_code == 422
    assert "nothing" in words(answer)


def test_a_button_that_may_not_be_pressed_says_why(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("drafting", author=author, explanation="").slug
    answer = desk.post(f"{DESK}/{slug}/submit", follow_redirects=True)
    assert answer.status_code == 200
    assert "还没有起草说明" in words(answer)
    assert queries.by_slug(slug).status is Status.DRAFTING


def test_a_review_without_answers_is_sent_back_with_its_note_kept(app: Flask, author: User) -> None:
    slug = a_consultation("in_review", author=author).slug
    reviewer = as_other(app, "reviewer")
    data = {"decision": "approved", "note": "第三条写得好"}
    answer = reviewer.post(f"{DESK}/{slug}/review", data=data)
    assert answer.status_code == 422
    assert "逐项审查" in words(answer)
    assert "第三条写得好" in words(answer)
    answer = reviewer.post(f"{DESK}/{slug}/review", data={"decision": "returned", "note": ""})
    assert "请写明要改什么" in words(answer)


def test_a_returned_matter_shows_why(app: Flask, author: User, desk: FlaskClient) -> None:
    slug = a_consultation("in_review", author=author).slug
    data = {"decision": "returned", "note": "第三条缺依据"}
    as_other(app, "reviewer").post(f"{DESK}/{slug}/review", data=data)
    shown = words(desk.get(f"{DESK}/{slug}"))
    assert "退回修改" in shown
    assert "第三条缺依据" in shown


def test_an_approved_close_with_seconds_is_no_earlier_close(
    author: User, desk: FlaskClient
) -> None:
    closes_at = NOON + 40 * DAY + timedelta(seconds=37)
    slug = a_consultation("approved", author=author, closes_at=closes_at).slug
    page = desk.get(f"{DESK}/{slug}/publish").get_data(as_text=True)
    day, hour = (
        re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]
        for name in ("closes_on", "closes_time")
    )
    data = {"opens": "now", "closes_on": day, "closes_time": hour}
    assert desk.post(f"{DESK}/{slug}/publish", data=data).status_code == 303
    assert queries.by_slug(slug).closes_at == closes_at


def test_a_window_too_short_by_now_is_mended_on_the_page(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("approved", author=author).slug
    page = f"{DESK}/{slug}/publish"
    with clock.fixed(NOON + 5 * DAY):
        closes_on = "2026-07-02"
        answer = desk.post(page, data={"opens": "now", "closes_on": closes_on})
        assert answer.status_code == 422
        assert "不少于30日" in words(answer)
        answer = desk.post(page, data={"opens": "now", "closes_on": "2026-07-20"})
        assert answer.status_code == 303


def test_a_shorter_window_is_refused_on_the_extension_page(app: Flask, author: User) -> None:
    slug = a_consultation("open", author=author).slug
    officer = as_other(app, "officer")
    data = {"closes_on": "2026-06-10", "note": "提前结束"}
    answer = officer.post(f"{DESK}/{slug}/extend", data=data)
    assert answer.status_code == 422
    assert "不能提前" in words(answer)
    assert "提前结束" in words(answer)


def test_the_source_is_given_as_a_download_that_runs_nowhere(
    author: User, desk: FlaskClient
) -> None:
    consultation = a_consultation("drafting", author=author)
    draft = queries.current_draft(consultation.id)
    answer = desk.get(f"{DESK}/{consultation.slug}/draft/{draft.id}/source")
    assert answer.get_data(as_text=True) == SMALL_DRAFT
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = a_consultation("drafting", author=author)
    assert desk.get(f"{DESK}/{other.slug}/draft/{draft.id}/source").status_code == 404


PAGES = ("", "/edit", "/draft", "/withheld-clauses", "/review", "/publish", "/extend")


@pytest.mark.parametrize("page", PAGES)
def test_other_departments_see_nothing(
    context: Flask, app: Flask, at_noon: datetime, page: str
) -> None:
    elsewhere = a_department("云溪县水利局")
    prepared = a_consultation("drafting", department=elsewhere).slug
    public = a_consultation("open", department=elsewhere).slug
    for role in ("drafter", "reviewer", "officer"):
        desk = as_other(app, role)
        # Not there, as what nobody has prepared; of a public one all know that it is there.
        for slug in (prepared, "2026-9999"):
            answer = desk.get(f"{DESK}/{slug}{page}")
            assert answer.status_code == 404
            assert "照明" not in words(answer)
        answer = desk.get(f"{DESK}/{public}{page}")
        assert answer.status_code == 403
        assert "属于其他部门" in words(answer)


@pytest.mark.parametrize("page", ["/new", "/2026-0001", "/2026-0001/edit"])
def test_guests_are_asked_to_sign_in_and_citizens_turned_away(
    context: Flask, app: Flask, at_noon: datetime, page: str
) -> None:
    a_consultation("drafting")
    assert "/sign-in" in app.test_client().get(DESK + page).location
    citizen = sign_in(app.test_client(), a_user("citizen"))
    assert citizen.get(DESK + page).status_code == 403


@pytest.mark.parametrize(
    "stage", ["drafting", "in_review", "approved", "forthcoming", "open", "closed", "sealed"]
)
@pytest.mark.parametrize("role", ["drafter", "reviewer", "officer", "administrator"])
def test_everybody_gets_one_next_step_in_every_stage(
    context: Flask, app: Flask, at_noon: datetime, stage: str, role: str
) -> None:
    slug = a_consultation(stage).slug
    answer = as_other(app, role).get(f"{DESK}/{slug}")
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("button-primary") <= 1


@pytest.mark.parametrize("slug", ["2026-9999", "nothing", "%00", "2026-0001%0a"])
def test_an_unknown_matter_is_not_found(desk: FlaskClient, slug: str) -> None:
    for page in PAGES:
        assert desk.get(f"{DESK}/{slug}{page}").status_code == 404


def test_the_matters_page_costs_a_fixed_number_of_statements(
    author: User, desk: FlaskClient
) -> None:
    def count(slug: str) -> int:
        seen: list[Any] = []
        listen = ("before_cursor_execute", lambda *given: seen.append(given[2]))
        event.listen(db.engine, *listen)
        assert desk.get(f"{DESK}/{slug}").status_code == 200
        event.remove(db.engine, *listen)
        return len(seen)

    small = a_consultation("drafting", author=author).slug
    large = a_consultation(
        "drafting",
        author=author,
        draft="大\n\n" + "\n".join(f"第{n}条　文。" for n in range(1, 301)),
    ).slug
    assert count(small) == count(large) <= 16
