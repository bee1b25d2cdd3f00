"""Who may found, invite, join, lead, leave; which names are taken."""

from datetime import UTC, datetime, timedelta

import pytest

from participation.kernel.actor import GUEST, STAFF, Actor, Role
from participation.organisations import rules
from participation.organisations.rules import Part

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def test_only_accounts_of_the_public_draft_together() -> None:
    assert rules.may_draft_together(Actor(Role.CITIZEN, 3))
    assert not rules.may_draft_together(GUEST)
    for role in STAFF:
        assert not rules.may_draft_together(Actor(role, 3, "", 1, frozenset({1})))


@pytest.mark.parametrize("part", list(Part))
def test_the_lead_manages_and_sends_and_cannot_be_removed(part: Part) -> None:
    is_lead = part is Part.LEAD
    assert bool(rules.may_manage(part)) is is_lead
    assert bool(rules.may_send(part)) is is_lead
    assert bool(rules.may_be_removed(part)) is not is_lead
    assert bool(rules.may_be_lead(part)) is not is_lead


@pytest.mark.parametrize(
    ("part", "others", "allowed"),
    [(Part.LEAD, 0, True), (Part.LEAD, 1, False), (Part.MEMBER, 1, True), (Part.MEMBER, 9, True)],
)
def test_a_lead_leaves_nobody_behind(part: Part, others: int, allowed: bool) -> None:
    assert bool(rules.may_leave(part, others)) is allowed


def test_there_is_room_for_so_many_and_no_more() -> None:
    assert rules.may_found(rules.MOST_OWN - 1)
    assert not rules.may_found(rules.MOST_OWN)
    assert rules.may_join(0, rules.MOST_MEMBERS - 1)
    assert not rules.may_join(0, rules.MOST_MEMBERS)
    assert not rules.may_join(rules.MOST_OWN, 1)
    assert rules.may_invite(40, 9, 0)
    assert not rules.may_invite(40, 10, 0)
    assert not rules.may_invite(1, 0, rules.MOST_INVITED_A_DAY)


def test_an_invitation_works_for_fourteen_days_and_once() -> None:
    end = NOW + timedelta(days=14)
    assert rules.may_accept(NOW, is_open=True, now=end - timedelta(seconds=1))
    assert not rules.may_accept(NOW, is_open=True, now=end)
    assert not rules.may_accept(NOW, is_open=False, now=NOW)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("云溪县物业管理协会", True),
        ("A.B. 贸易有限公司", True),
        ("St. Mary 诊所", True),
        ("", False),
        ("名" * 61, False),
        ("请看 https://evil.example", False),
        ("evil.example", False),
        ("www.坏", False),
        ("a@b", False),
    ],
)
def test_a_name_holds_nothing_that_a_mail_program_makes_a_link_of(name: str, allowed: bool) -> None:
    assert bool(rules.name_finding(name)) is allowed
