"""What the answers come to: votes, shares with their base, means, and few statements."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from participation.kernel.db import db
from participation.kernel.paging import parse_cursor
from participation.surveys import queries
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_response, a_survey

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def test_shares_of_a_multiple_choice_are_of_those_who_answered_it() -> None:
    consultation = a_consultation("closed")
    survey = a_survey(consultation)
    a_response(consultation, survey, multiple=(0, 1))
    a_response(consultation, survey, multiple=(0,))
    result = queries.results(survey)[1]
    assert result.base == 2
    assert [(each.votes, each.share) for each in result.options] == [
        (2, 100.0),
        (1, 50.0),
        (0, 0.0),
        (0, 0.0),
    ]


def test_a_scale_tells_its_mean_and_every_value() -> None:
    consultation = a_consultation("closed")
    survey = a_survey(consultation)
    for value in (1, 4, 5):
        a_response(consultation, survey, value=value)
    result = queries.results(survey)[2]
    assert result.mean == 3.33
    assert [each.votes for each in result.options] == [1, 0, 0, 1, 1]
    assert [each.text for each in result.options[:2]] == ["1（很不满意）", "2"]


def test_a_survey_nobody_answered_has_no_shares_and_no_mean() -> None:
    result = queries.summary_of(_empty())[0]
    assert result["responses"] == 0
    assert [each["base"] for each in result["questions"]] == [0, 0, 0, 0]
    assert {option["share"] for each in result["questions"] for option in each["options"]} == {None}
    assert result["questions"][2]["mean"] is None


def _empty() -> int:
    consultation = a_consultation("closed")
    a_survey(consultation)
    return consultation.id


def test_the_summary_is_ready_for_json_and_holds_no_text_answer() -> None:
    consultation = a_consultation("closed")
    a_response(consultation, a_survey(consultation), text="电话13800000000")
    found = queries.summary_of(consultation.id)
    written = json.dumps(found, ensure_ascii=False)
    assert "13800000000" not in written
    assert json.loads(written) == found
    assert found[0]["questions"][3]["texts_count"] == 1
    assert set(found[0]) == {"id", "title", "responses", "questions"}


@pytest.mark.parametrize("responses", [1, 12])
def test_the_summary_asks_no_more_of_the_database_when_more_have_answered(responses: int) -> None:
    consultation = a_consultation("closed")
    for survey in (a_survey(consultation), a_survey(consultation)):
        for _ in range(responses):
            a_response(consultation, survey)
    consultation_id = consultation.id
    db.session.expire_all()
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries.summary_of(consultation_id)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) <= 6


def test_text_answers_are_read_page_by_page_each_once() -> None:
    consultation = a_consultation("closed")
    survey = a_survey(consultation)
    for number in range(5):
        a_response(consultation, survey, text=f"第{number}份")
    question_id, seen, after = survey.questions[3].id, [], None
    while True:
        page = queries.texts_of(question_id, parse_cursor(after), size=2)
        seen += [each.text for each in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [f"第{number}份" for number in (4, 3, 2, 1, 0)]
