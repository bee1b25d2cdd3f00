"""The pages of surveys through the client: answering, results, the editor without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.accounts.models import User
from participation.consultations.models import Consultation
from participation.consultations.queries import by_slug
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db
from participation.surveys import queries
from participation.surveys.models import Answer, Question, Response, Survey
from participation.surveys.operations import QuestionFields, SurveyFields
from participation.surveys.rules import QuestionKind
from tests.factories.accounts import a_user, sign_in
from tests.factories.consultations import a_consultation
from tests.factories.surveys import SINGLE, a_response, a_survey

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def given(app: Flask) -> tuple[Consultation, Survey, str]:
    """An open consultation with a survey, and the survey's address."""
    with app.app_context():
        consultation = a_consultation("open")
        slug, consultation_id, survey_id = (
            consultation.slug,
            consultation.id,
            a_survey(consultation).id,
        )
        db.session.remove()
        found = by_slug(slug), queries.by_id(consultation_id, survey_id)
        db.session.expunge_all()
        return *found, f"/consultations/{slug}/surveys/{survey_id}"


def _typed(survey: Survey, **changes: object) -> dict[str, object]:
    single, multiple, scale, text = survey.questions
    return {
        f"answer_{single.id}": str(single.options[1].id),
        f"answer_{multiple.id}": [str(each.id) for each in multiple.options[:2]],
        f"answer_{scale.id}": "5",
        f"answer_{text.id}": "路灯<script>",
        **changes,
    }


def _count(app: Flask, table: type = Response) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_questionnaire_is_answered_and_thanked_for(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    assert client.get(address).status_code == 200
    sent = client.post(address, data=_typed(survey))
    assert sent.status_code == 303
    assert "您的答卷已收到" in client.get(address).text
    assert (_count(app), _count(app, Answer)) == (1, 5)


def test_the_second_questionnaire_of_a_browser_is_not_counted(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    client.get(address)
    for _ in range(2):
        answer = client.post(address, data=_typed(survey), follow_redirects=True)
    assert "以第一次提交的为准" in answer.text
    assert _count(app) == 1


def test_an_account_answers_once_from_any_browser(
    app: Flask, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    with app.app_context():
        citizen = a_user(Role.CITIZEN)
        browsers = [sign_in(app.test_client(), citizen) for _ in range(2)]
    for client in browsers:
        assert client.post(address, data=_typed(survey)).status_code == 303
    assert _count(app) == 1


def test_ones_own_questionnaires_are_listed_for_oneself_alone(
    app: Flask, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    with app.app_context():
        citizen, other = a_user(Role.CITIZEN), a_user(Role.CITIZEN)
        own, theirs = (sign_in(app.test_client(), each) for each in (citizen, other))
    own.post(address, data=_typed(survey))
    page = own.get("/account/surveys").text
    assert survey.title in page
    assert f'href="{address}"' in page
    assert survey.title not in theirs.get("/account/surveys").text
    links = re.findall(
        r'href="(/account/\w+)">\s*\S+ <span class="count">(\d+)', own.get("/account").text
    )
    assert ("/account/surveys", "1") in links


def test_a_forged_ticket_is_replaced_by_one_of_ours(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    client.set_cookie("survey_ticket", "forged", path="/consultations/")
    client.post(address, data=_typed(survey, ticket="forged too"))
    assert _count(app) == 1
    assert client.get_cookie("survey_ticket", path="/consultations/").value != "forged"


def test_what_was_typed_is_kept_where_something_is_missing(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    typed = _typed(survey)
    typed.pop(f"answer_{survey.questions[0].id}")
    page = client.post(address, data=typed)
    assert page.status_code == 422
    assert "请回答这一题" in page.text
    assert "路灯&lt;script&gt;" in page.text
    assert page.text.count(" checked") >= 3
    assert _count(app) == 0


@pytest.mark.parametrize("value", ["²", "9" * 5000, "-1", "x", "999999999"])
def test_an_answer_that_no_form_offers_is_refused(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str], value: str
) -> None:
    _, survey, address = given
    for question in survey.questions[:3]:
        page = client.post(address, data=_typed(survey, **{f"answer_{question.id}": value}))
        assert page.status_code == 422
    assert _count(app) == 0


def test_a_program_that_fills_in_every_field_is_refused(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    _, survey, address = given
    assert client.post(address, data=_typed(survey, website="http://x")).status_code == 422
    assert _count(app) == 0


def test_one_second_after_the_close_the_typed_text_comes_back(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    consultation, survey, address = given
    with clock.fixed(consultation.closes_at + timedelta(seconds=1)):
        page = client.post(address, data=_typed(survey))
    assert page.status_code == 403
    assert "已经截止" in page.text
    assert "路灯&lt;script&gt;" in page.text
    assert _count(app) == 0


def test_results_are_shown_from_the_close_on_and_not_before(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    consultation, survey, address = given
    with app.app_context():
        a_response(consultation, survey)
    chart = f"{address}/chart/{survey.questions[0].id}.svg"
    assert client.get(f"{address}/results").status_code == 302
    assert client.get(chart).status_code == 403
    with clock.fixed(consultation.closes_at):
        page, picture = client.get(f"{address}/results"), client.get(chart)
        assert client.get(address).headers["Location"].endswith("/results")
    assert "收到有效答卷 1 份" in page.text
    assert "路灯早点修好" not in page.text
    assert picture.content_type.startswith("image/svg+xml")
    assert "sandbox" in picture.headers["Content-Security-Policy"]


def test_a_survey_of_an_unpublished_consultation_is_not_found(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        consultation = a_consultation("drafting")
        address = f"/consultations/{consultation.slug}/surveys/{a_survey(consultation).id}"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/results").status_code == 404


@pytest.fixture
def prepared(app: Flask) -> tuple[User, Consultation]:
    """A drafter and a consultation in preparation."""
    with app.app_context():
        author = a_user(Role.DRAFTER)
        slug = a_consultation("drafting", author=author).slug
        db.session.remove()
        consultation = by_slug(slug)
        found = consultation.author, consultation
        db.session.expunge_all()
        return found


def test_the_editor_adds_moves_and_removes_questions_and_loses_nothing(
    app: Flask, client: FlaskClient, prepared: tuple[User, Consultation]
) -> None:
    author, consultation = prepared
    sign_in(client, author)
    address = f"/desk/consultations/{consultation.slug}/surveys/new"
    assert client.get(address).status_code == 200
    form = {
        "title": "小调查",
        "note": "两分钟",
        "kinds": "single",
        "question_0_text": "第一问",
        "question_0_choice": "multiple",
        "question_0_options": "甲\n乙",
    }
    added = client.post(address, data={**form, "act": "add-scale"})
    assert added.status_code == 200
    for kept in ("小调查", "两分钟", "第一问", "甲\n乙", 'value="multiple scale"'):
        assert kept in added.text
    form |= {"kinds": "multiple scale", "question_1_text": "第二问", "question_1_scale_low": "1"}
    form |= {"question_1_scale_high": "5", "question_1_scale_high_word": "好"}
    moved = client.post(address, data={**form, "act": "up-1"}).text
    assert moved.index("第二问") < moved.index("第一问")
    assert 'value="scale multiple"' in moved
    removed = client.post(address, data={**form, "act": "remove-0"}).text
    assert "第一问" not in removed
    assert "第二问" in removed
    assert _count(app, Survey) == 0
    assert client.post(address, data=form).status_code == 303
    with app.app_context():
        kinds = db.session.scalars(select(Question.kind).order_by(Question.position)).all()
    assert kinds == [QuestionKind.MULTIPLE, QuestionKind.SCALE]


def test_a_questionnaire_that_is_refused_comes_back_with_its_error_at_its_field(
    app: Flask, client: FlaskClient, prepared: tuple[User, Consultation]
) -> None:
    author, consultation = prepared
    sign_in(client, author)
    form = {"title": "小调查", "kinds": "text single", "question_0_text": "问"}
    form |= {"question_1_text": "第二问", "question_1_options": "只有一项"}
    page = client.post(f"/desk/consultations/{consultation.slug}/surveys/new", data=form)
    assert page.status_code == 422
    assert "至少要有2个选项" in page.text
    assert 'href="#question_1_options"' in page.text
    assert "只有一项" in page.text
    assert _count(app, Survey) == 0


def test_the_largest_questionnaire_is_saved_and_answered_in_the_browser(
    app: Flask, client: FlaskClient, prepared: tuple[User, Consultation]
) -> None:
    author, consultation = prepared
    sign_in(client, author)
    options = "\n".join("选" * 190 + str(number) for number in range(30))
    form = {"title": "大问卷", "kinds": " ".join(["multiple"] * 60)}
    for position in range(60):
        form |= {
            f"question_{position}_text": "题" * 490,
            f"question_{position}_choice": "multiple",
            f"question_{position}_options": options,
        }
    address = f"/desk/consultations/{consultation.slug}/surveys/new"
    sent = client.post(address, data=form, content_type="multipart/form-data")
    # The test client leaves a large body's temporary file open.
    sent.request.environ["wsgi.input"].close()
    assert sent.status_code == 303
    assert _count(app, Question) == 60


def test_once_the_window_is_open_the_editor_only_shows(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    consultation, survey, _ = given
    with app.app_context():
        sign_in(client, a_user(Role.OFFICER))
    desk = f"/desk/consultations/{consultation.slug}/surveys"
    assert "不能再修改" in client.get(f"{desk}/{survey.id}").text
    form = {"title": "改了", "kinds": "text", "question_0_text": "问"}
    assert client.post(f"{desk}/{survey.id}", data=form).status_code == 422
    assert client.get(f"{desk}/new").status_code == 403
    client.post(f"{desk}/{survey.id}/remove")
    assert _count(app, Survey) == 1


def test_text_answers_are_read_by_the_department_after_the_close_only(
    app: Flask, client: FlaskClient, given: tuple[Consultation, Survey, str]
) -> None:
    consultation, survey, _ = given
    with app.app_context():
        a_response(consultation, survey)
        sign_in(client, a_user(Role.OFFICER))
        stranger = sign_in(app.test_client(), a_user(Role.CITIZEN))
    address = (
        f"/desk/consultations/{consultation.slug}/surveys/{survey.id}"
        f"/texts/{survey.questions[3].id}"
    )
    assert client.get(address).status_code == 403
    with clock.fixed(consultation.closes_at):
        assert "路灯早点修好" in client.get(address).text
        assert stranger.get(address).status_code == 403


def test_an_optional_choice_may_be_left_out(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        consultation = a_consultation("open")
        fields = QuestionFields(QuestionKind.SINGLE, "选填", False, ("是", "否"))
        survey = a_survey(consultation, SurveyFields("问卷", questions=(SINGLE, fields)))
        first, second = survey.questions
        typed = {f"answer_{first.id}": str(first.options[0].id), f"answer_{second.id}": ""}
        address = f"/consultations/{consultation.slug}/surveys/{survey.id}"
    assert "不回答" in client.get(address).text
    assert client.post(address, data=typed).status_code == 303
    assert _count(app, Answer) == 1
