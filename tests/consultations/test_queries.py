"""Reading the procedure: the SQL twin of the stage, lists, locks, clauses and what is missing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import event

from participation.consultations import queries
from participation.consultations.models import Consultation
from participation.consultations.operations import mark_closed
from participation.consultations.rules import Stage, Status, stage_at
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound
from participation.kernel.paging import parse_cursor
from participation.rulebook.matters import Matter
from participation.rulebook.publication import PublicationAttribute
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.consultations import NOON, a_consultation, a_draft, read

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def _row(
    number: int,
    status: Status,
    opens_at: datetime | None,
    closes_at: datetime | None,
    sealed_at: datetime | None,
    people: tuple[int, int],
) -> Consultation:
    return Consultation(
        slug=f"2026-{number:04d}",
        title="试",
        matter=Matter.OTHER,
        department_id=people[0],
        author_id=people[1],
        status=status,
        opens_at=opens_at,
        closes_at=closes_at,
        sealed_at=sealed_at,
        created_at=NOON,
    )


@pytest.mark.both_databases
def test_the_stage_in_sql_is_the_stage_in_python_at_every_edge(context: Flask) -> None:
    author = a_user("drafter")
    people = (author.department_id, author.id)
    windows = [(None, None), (None, NOON), (NOON, NOON + TICK), (NOON - HOUR, NOON + HOUR)]
    with transaction() as session:
        number = 0
        for status, (opens, closes), sealed in product(Status, windows, (None, NOON + HOUR)):
            if status is Status.PUBLISHED and opens is None:
                continue
            number += 1
            session.add(_row(number, status, opens, closes, sealed, people))
    edges = [NOON - HOUR, NOON, NOON + TICK, NOON + HOUR]
    for now in [edge + step for edge in edges for step in (-TICK, timedelta(0), TICK)]:
        everything = db.session.scalars(db.select(Consultation)).all()
        for stage in Stage:
            found = {each.id for each in db.session.scalars(queries.in_stage(stage, now))}
            wanted = {
                each.id
                for each in everything
                if stage_at(each.status, each.opens_at, each.closes_at, each.sealed_at, now)
                is stage
            }
            assert found == wanted, (stage, now)


def test_what_was_closed_stays_closed_when_a_clock_is_set_back(context: Flask) -> None:
    made = a_consultation("open", opens_at=NOON - 40 * 24 * HOUR)
    assert made.closes_at
    early, late = made.closes_at - HOUR, made.closes_at + HOUR
    assert made.stage(early) is Stage.OPEN
    with clock.fixed(late), transaction():
        mark_closed(made, late)
    assert made.stage(early) is Stage.CLOSED


def test_the_public_finds_only_what_was_published(context: Flask, at_noon: datetime) -> None:
    hidden, shown = a_consultation("approved"), a_consultation("forthcoming")
    assert queries.public_by_slug(shown.slug, NOON).id == shown.id
    with pytest.raises(NotFound):
        queries.public_by_slug(hidden.slug, NOON)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "slug", ["2026-9999", "x", "2026-0001\x00", "２０２６-0001", "1" * 5000, ""]
)
def test_an_address_that_names_nothing_is_not_found(context: Flask, slug: str) -> None:
    with pytest.raises(NotFound):
        queries.by_slug(slug)
    with transaction(), pytest.raises(NotFound):
        queries.lock_shared(slug)


@pytest.mark.both_databases
def test_pages_of_a_list_go_on_where_the_last_one_ended(context: Flask, at_noon: datetime) -> None:
    author = a_user("drafter")
    people = (author.department_id, author.id)
    with transaction() as session:
        for number in range(7):
            closes = NOON + HOUR * (1 + number // 2)  # pairs that close at the same instant
            session.add(_row(number + 1, Status.PUBLISHED, NOON - HOUR, closes, None, people))
    for stage in (Stage.OPEN, None):
        seen: list[str] = []
        after = None
        while True:
            page = queries.listed(stage, NOON, after, size=2)
            seen += [each.slug for each in page.items]
            if page.next is None:
                break
            after = parse_cursor(page.next)
        assert sorted(seen) == sorted(set(seen))
        assert len(seen) == 7
        assert seen == sorted(seen, reverse=stage is None)


def test_a_list_shows_one_department_and_no_work_in_preparation(
    context: Flask, at_noon: datetime
) -> None:
    ours = a_consultation("open")
    theirs = a_consultation("open", department=a_department("云溪县水利局"))
    a_consultation("approved")
    assert [each.id for each in queries.listed(None, NOON, department_id=ours.department_id).items]
    everything = {each.id for each in queries.listed(None, NOON).items}
    assert everything == {ours.id, theirs.id}
    only = queries.listed(Stage.OPEN, NOON, department_id=theirs.department_id)
    assert [each.id for each in only.items] == [theirs.id]
    assert not queries.listed(Stage.PREPARING, NOON).items


def test_a_desk_holds_the_unfinished_work_of_its_departments(
    context: Flask, at_noon: datetime
) -> None:
    officer = a_user("officer")
    ours = [a_consultation(stage) for stage in ("drafting", "open", "closed")]
    a_consultation("sealed")
    a_consultation("open", department=a_department("云溪县水利局"))
    work = queries.work_of(actor_of(officer), NOON)
    found = {each.id for rows in work.values() for each in rows}
    assert found == {each.id for each in ours}
    assert [each.id for each in work[Stage.CLOSED]] == [ours[2].id]


@pytest.mark.both_databases
@pytest.mark.parametrize("shared", [True, False])
def test_a_lock_reads_the_clock_after_the_wait_and_the_row_anew(app: Flask, shared: bool) -> None:
    with app.app_context():
        consultation = a_consultation("open")
        slug, revision = consultation.slug, consultation.revision
    held, seen = threading.Event(), {}

    def hold() -> None:
        with app.app_context(), transaction():
            found = queries.lock_exclusive(slug)
            held.set()
            threading.Event().wait(0.3)
            found.revision += 1
            seen["released"] = clock.machine()

    def follow() -> None:
        held.wait(5)
        with app.app_context(), transaction():
            lock = queries.lock_shared if shared else queries.lock_exclusive
            seen["revision"] = lock(slug).revision
            seen["now"] = clock.now()

    threads = [threading.Thread(target=each) for each in (hold, follow)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert seen["revision"] == revision + 1
    assert seen["now"] >= seen["released"] - timedelta(milliseconds=50)


@pytest.mark.both_databases
def test_those_who_take_part_do_not_wait_for_each_other_on_postgresql(app: Flask) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite has one writer at a time")
    inside = threading.Barrier(2, timeout=10)

    def take_part() -> None:
        with app.app_context(), transaction():
            queries.lock_shared(slug)
            inside.wait()

    threads = [threading.Thread(target=take_part) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert not inside.broken


def test_clauses_come_in_order_and_in_one_query(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("drafting")
    draft = queries.current_draft(consultation.id)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    rows = queries.clauses_of(draft.id)
    assert len(statements) == 1
    assert [row.key for row in rows] == [clause.key for clause in read().clauses]
    assert [row.parent_key for row in rows] == [clause.parent_key for clause in read().clauses]
    by_id = {row.id: row for row in rows}
    assert all(row.parent_id is None or by_id[row.parent_id].depth < row.depth for row in rows)


def test_the_wording_of_a_clause_has_all_that_stands_below_it(
    context: Flask, at_noon: datetime
) -> None:
    consultation = a_consultation("open")
    rows = {row.key: row for row in _clauses(consultation)}
    words = queries.wording(list(rows.values()))
    assert words[rows["z2"].id] == "管理"
    assert words[rows["t2"].id] == "本办法适用于全县村口、桥头的公共照明。\n公路照明不适用本办法。"
    assert words[rows["t3"].id].splitlines()[1:] == [
        "（一）每月检查一次；",
        "（二）损坏的在三日内修好；",
        "（三）每年公布一次费用。",
    ]
    assert words[rows["t3-x1"].id] == "每月检查一次；"


def test_the_public_reads_that_a_clause_is_withheld_and_none_of_its_words(
    context: Flask, at_noon: datetime
) -> None:
    consultation = a_consultation("drafting", publication_attribute=PublicationAttribute.REDACTED)
    author = consultation.author
    from participation.consultations import operations

    with transaction():
        operations.withhold_clauses(actor_of(author), consultation.slug, ["t3"])
    draft = queries.current_draft(consultation.id)
    shown = queries.public_clauses(draft.id)
    words = queries.wording(shown)
    third = next(row for row in shown if row.key == "t3")
    assert words[third.id] == queries.WITHHELD_WORDS
    assert "三日" not in "".join(row.text for row in shown)
    assert "三日" in "".join(row.text for row in queries.clauses_of(draft.id))


@pytest.mark.both_databases
@pytest.mark.parametrize("key", ["t99", "", "t1\x00", "t" * 3000, "'; --", "\ud800"])
def test_an_unknown_clause_is_not_found(context: Flask, at_noon: datetime, key: str) -> None:
    consultation = a_consultation("open")
    assert queries.clause_by_key(consultation.id, "t1").label == "第一条"
    with pytest.raises(NotFound):
        queries.clause_by_key(consultation.id, key)


def test_five_hundred_articles_are_read_and_kept(context: Flask, at_noon: datetime) -> None:
    from participation.consultations.numbering import format_number

    text = "大办法\n\n" + "\n".join(
        f"第{format_number(n)}条　各方应当：\n（一）守约；\n（二）守时。" for n in range(1, 501)
    )
    consultation = a_consultation("drafting", draft=text)
    rows = _clauses(consultation)
    assert sum(row.kind == "article" for row in rows) == 500
    assert queries.clause_by_key(consultation.id, "t500-x2").text == "守时。"


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({}, []),
        ({"explanation": ""}, ["explanation"]),
        ({"contact_phone": ""}, ["contact"]),
        ({"closes_at": None}, ["window"]),
        ({"closes_at": NOON + timedelta(days=10)}, ["window"]),
        ({"closes_at": NOON + timedelta(days=10), "short_window_reason": "汛期将至"}, []),
        ({"publication_attribute": None}, ["attribute"]),
        ({"publication_attribute": PublicationAttribute.WITHHELD}, ["attribute"]),
        (
            {"publication_attribute": PublicationAttribute.REDACTED, "attribute_reason": "涉密"},
            ["clauses"],
        ),
    ],
)
def test_what_is_missing_is_named(
    context: Flask, at_noon: datetime, changes: dict[str, object], parts: list[str]
) -> None:
    consultation = a_consultation("drafting", **changes)
    assert [each.part for each in queries.missing_for_review(consultation, NOON)] == parts


def test_a_window_grows_too_short_while_it_waits(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("drafting")
    assert queries.missing_for_review(consultation, NOON) == []
    later = queries.missing_for_review(consultation, NOON + timedelta(days=5))
    assert [each.part for each in later] == ["window"]


def test_words_that_disagree_with_the_window_or_keep_people_away_are_pointed_out(
    context: Flask, at_noon: datetime
) -> None:
    consultation = a_consultation(
        "open",
        summary="征求意见期限为15天，逾期未反馈视为无意见。",
    )
    found = queries.reminders(consultation, queries.current_draft(consultation.id), NOON)
    assert {each.remark.rule.id for each in found} == {"W11", "W13"}
    assert all(each.where == "内容摘要" for each in found)


def test_drafts_wait_until_they_are_accepted(context: Flask, at_noon: datetime) -> None:
    from participation.consultations import operations
    from tests.factories.consultations import an_upload

    consultation = a_consultation("drafting")
    author, slug = consultation.author, consultation.slug
    first = queries.current_draft(consultation.id)
    upload = an_upload("另一稿\n\n第一条　新的一稿。\n")
    with transaction():
        operations.read_draft(actor_of(author), slug, upload)
    assert queries.current_draft(consultation.id).id == first.id
    assert queries.pending_draft(consultation.id).number == 2
    a_draft(consultation, author, "再一稿\n\n第一条　又一稿。\n")
    assert queries.current_draft(consultation.id).number == 3
    assert queries.pending_draft(consultation.id) is None


def _clauses(consultation: Consultation) -> list[queries.ClauseRow]:
    draft = queries.current_draft(consultation.id)
    assert draft is not None
    return queries.clauses_of(draft.id)
