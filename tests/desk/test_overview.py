"""The department's overview: each figure is the length of the list it leads to."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from participation.comments.models import CommentTally
from participation.comments.rules import Dimension, Outcome
from participation.consultations.models import Consultation
from participation.desk.overview import Narrow, Overview, overview_of, read_narrow
from participation.duties.rules import DutyKind, When
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from tests.backends.watching import multiply, statements
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import an_inquiry

pytestmark = pytest.mark.usefixtures("at_noon")


def _estate() -> None:
    """A government with a bureau and its station, three officers; late, soon and to come."""
    town = a_department("云溪县政府")
    bureau = a_department("云溪县住建局", town)
    station = a_department("云溪县路灯站", bureau)
    a_user(Role.OFFICER, bureau, display_name="甲")
    a_user(Role.OFFICER, bureau, display_name="乙")
    a_user(Role.OFFICER, station, display_name="丙")
    for place, age in ((bureau, 70), (station, 60), (station, 35), (town, 70)):
        made = a_consultation("closed", department=place, opens_at=NOON - timedelta(days=age))
        a_comment(made)
        an_inquiry(made)
    a_consultation("open", department=bureau, opens_at=NOON - timedelta(days=25))


def _overview(role: Role = Role.ADMINISTRATOR, narrow: Narrow | None = None) -> Overview:
    user = a_user(role, a_department("云溪县政府"))
    return overview_of(actor_of(user), NOON, narrow or Narrow())


def test_every_figure_is_the_length_of_the_list_it_leads_to(context: Flask) -> None:
    _estate()
    actor = actor_of(a_user(Role.REVIEWER, a_department("云溪县政府")))
    begin = overview_of(actor, NOON, Narrow())
    starts = [Narrow(), begin.units[1].narrow.but(kind=DutyKind.QUESTION)]
    lengths: dict[Narrow, int] = {}
    for start in starts:
        found = overview_of(actor, NOON, start)
        assert sum(found.whole.figures.values()) == found.whole.total
        for line in (found.whole, *found.units, *found.people, *found.kinds):
            for when in (None, *When):
                figure = line.figures.get(when, 0) if when else line.total
                leads_to = line.narrow.but(when=when)
                if leads_to not in lengths:
                    lengths[leads_to] = overview_of(actor, NOON, leads_to).total
                assert lengths[leads_to] == figure, (start, line, when)
    assert len(lengths) > 40


def test_units_are_counted_with_those_below_and_kinds_add_up(context: Flask) -> None:
    _estate()
    found = _overview(Role.OFFICER)
    totals = {line.label.strip(): line.total for line in found.units}
    assert totals["云溪县政府"] == found.total == sum(line.total for line in found.kinds)
    assert totals["云溪县住建局"] > totals["云溪县路灯站"] > 0
    late = [line.figures.get(When.LATE, 0) for line in found.people]
    assert late == sorted(late, reverse=True)


def test_a_unit_sees_nothing_of_the_one_above(context: Flask) -> None:
    _estate()
    officer = actor_of(a_user(Role.OFFICER, a_department("云溪县路灯站")))
    found = overview_of(officer, NOON, Narrow())
    assert {each.unit for each in found.rows} == {"云溪县路灯站"}
    above = a_department("云溪县政府").id
    assert overview_of(officer, NOON, Narrow(unit=above)).total == 0


def _many(count: int) -> None:
    made = a_consultation("closed")
    a_comment(made, released=True)
    multiply(made.id, count)
    with transaction() as session:
        session.execute(update(Consultation).values(closes_at=made.closes_at))
        ids = session.query(Consultation.id).filter(Consultation.id != made.id)
        place = {"dimension": Dimension.OUTCOME.value, "value": Outcome.PENDING.value, "count": 2}
        session.execute(
            insert(CommentTally), [{"consultation_id": each.id, **place} for each in ids]
        )


def test_500_matters_take_the_statements_that_none_takes(
    context: Flask, client: FlaskClient
) -> None:
    browser = sign_in(client, a_user(Role.OFFICER))

    def counted() -> int:
        db.session.rollback()
        with statements() as seen:
            assert browser.get("/desk/overview").status_code == 200
        return len(seen)

    none = counted()
    _many(500)
    assert counted() <= none + 1 <= 16
    page = browser.get("/desk/overview?page=3").text
    assert "第 3 页，共 11 页" in page
    assert page.count('<th role="rowheader"') == 50


def test_the_page_links_each_figure_and_says_when_it_is_late(
    context: Flask, client: FlaskClient
) -> None:
    _estate()
    browser = sign_in(client, a_user(Role.REVIEWER, a_department("云溪县政府")))
    page = browser.get("/desk/overview").text
    assert "没有登记邮箱<" in page
    figures = re.findall(r'<td class="number[^"]*"><a href="([^"]+)">(\d+)</a>', page)
    assert len(figures) > 20
    for href, figure in figures[::7]:
        listed = browser.get(unescape(href)).text
        assert listed.count('<th role="rowheader"') == int(figure), href


def test_an_empty_overview_says_so(context: Flask, client: FlaskClient) -> None:
    page = sign_in(client, a_user(Role.OFFICER)).get("/desk/overview").text
    assert "没有要办的事" in page
    assert "没有符合的" in client.get("/desk/overview?kind=summary").text


def test_drafters_are_told_who_sees_it(context: Flask, client: FlaskClient) -> None:
    answer = sign_in(client, a_user(Role.DRAFTER)).get("/desk/overview")
    assert answer.status_code == 403
    assert "部门总览由审核人、经办人和管理员查看" in answer.text
    assert "/desk/overview" not in client.get("/desk").text


@pytest.mark.parametrize("word", ["", "x", "-1", "９", "1" * 30])
def test_what_cannot_be_read_narrows_nothing(word: str) -> None:
    given = {"unit": word, "kind": word, "person": word, "due": word, "page": word}
    assert read_narrow(given) == Narrow()
