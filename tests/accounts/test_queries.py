"""Reading accounts: the tree, the list in pages, and what a request costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from participation.accounts import operations, passwords, queries
from participation.accounts.models import User
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound
from participation.kernel.paging import parse_cursor
from tests.factories.accounts import a_department, a_user, actor_of, session_of


def _account(user: User) -> queries.Account | None:
    return queries.active_account(user.id, session_of(user).rpartition(".")[2])


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.both_databases
def test_somebody_works_for_the_own_department_and_all_below(context: Flask) -> None:
    top = a_department("县政府")
    middle = a_department("住建局", top)
    low = a_department("物业所", middle)
    beside = a_department("教育局", top)
    assert actor_of(a_user(Role.OFFICER, middle)).departments == {middle.id, low.id}
    assert actor_of(a_user(Role.OFFICER, top)).departments == {
        top.id,
        middle.id,
        low.id,
        beside.id,
    }
    assert actor_of(a_user(Role.CITIZEN)).departments == frozenset()


def test_an_actor_costs_a_query_once_departments_matter_and_a_citizen_none(context: Flask) -> None:
    officer, citizen = a_user(Role.OFFICER), a_user(Role.CITIZEN)
    staff, department = _account(officer), officer.department_id
    public = _account(citizen)
    assert staff is not None
    assert public is not None
    assert department is not None
    with _statements() as seen:
        actor = queries.actor_for(staff)
        assert seen == []
        assert actor.works_for(department)
        assert actor.works_for(department)
    assert len(seen) == 1
    with _statements() as seen:
        assert not queries.actor_for(public).works_for(department)
    assert seen == []


def test_the_tree_is_told_from_the_top_in_one_query(context: Flask) -> None:
    first = a_department("县政府")
    a_department("乡政府")
    inner = a_department("住建局", first)
    a_department("物业所", inner)
    a_department("教育局", first)
    with _statements() as seen:
        tree = queries.all_departments()
    assert len(seen) == 1
    assert [(branch.name, branch.depth) for branch in tree] == [
        ("县政府", 0),
        ("住建局", 1),
        ("物业所", 2),
        ("教育局", 1),
        ("乡政府", 0),
    ]
    assert tree[2].label == "　　物业所"


def test_the_list_shows_staff_and_citizens_only_when_asked_for(context: Flask) -> None:
    place, other = a_department("住建局"), a_department("教育局")
    inner = a_department("物业所", place)
    officer = a_user(Role.OFFICER, inner, username="xiaohe", display_name="王小河")
    a_user(Role.DRAFTER, other, username="li_wen", display_name="李文")
    a_user(Role.CITIZEN, username="guest_he")

    def names(**asked: object) -> list[str]:
        return [entry.username for entry in queries.users(**asked).items]  # type: ignore[arg-type]

    assert names() == ["li_wen", "xiaohe"]
    assert names(role=Role.CITIZEN) == ["guest_he"]
    assert names(role=Role.OFFICER) == ["xiaohe"]
    assert names(department_id=place.id) == ["xiaohe"]
    assert names(words="小河") == ["xiaohe"]
    assert names(words="LI_") == ["li_wen"]
    assert names(words="%") == []
    assert queries.users(role=Role.OFFICER).items[0].department == "物业所"
    assert queries.users(role=Role.OFFICER).items[0].id == officer.id


def test_the_list_goes_on_where_the_page_ended_in_one_query(context: Flask) -> None:
    shared = passwords.NewPassword("!")
    with transaction():
        for number in range(53):
            operations.create_user(
                SYSTEM, f"person{number:02}", "人", Role.ADMINISTRATOR, None, shared
            )
    with _statements() as seen:
        first = queries.users()
    assert len(seen) == 1
    assert len(first.items) == 50
    second = queries.users(parse_cursor(first.next))
    assert [entry.username for entry in second.items] == ["person02", "person01", "person00"]
    assert second.next is None


def test_who_is_not_there_is_not_found_by_name(context: Flask) -> None:
    with pytest.raises(NotFound, match="nobody"):
        queries.user_by_username("nobody")
    with pytest.raises(NotFound, match="无此局"):
        queries.department_by_name("无此局")
    user = a_user(Role.CITIZEN, username="liwen")
    assert queries.user_by_username(" LiWen ").id == user.id


def test_a_stopped_administrator_is_none(context: Flask) -> None:
    assert not queries.has_administrator()
    first, second = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    with transaction():
        operations.deactivate_user(actor_of(first), second.id)
    assert queries.has_administrator()
    assert _account(second) is None
    assert queries.people_of_departments() == {first.department_id: 1}
