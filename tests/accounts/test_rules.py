"""Roles and their departments, names, passwords, the lock and the last administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.accounts import rules
from participation.kernel.actor import GUEST, SYSTEM, Actor, Role
from tests.conftest import NOON

STAFF = [Role.DRAFTER, Role.REVIEWER, Role.OFFICER]


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_and_the_platform_administer(role: Role) -> None:
    allowed = bool(rules.may_administer(Actor(role=role, id=1)))
    assert allowed is (role in {Role.ADMINISTRATOR, Role.SYSTEM})


@pytest.mark.parametrize(("actor", "allowed"), [(GUEST, False), (SYSTEM, False)])
def test_nobody_without_an_account_has_a_password(actor: Actor, allowed: bool) -> None:
    assert bool(rules.may_change_password(actor)) is allowed
    assert rules.may_change_password(Actor(role=Role.CITIZEN, id=1))


@pytest.mark.parametrize("role", STAFF)
def test_staff_need_a_department(role: Role) -> None:
    assert rules.may_hold(role, 1)
    assert not rules.may_hold(role, None)


def test_an_administrator_needs_no_department_and_a_citizen_has_none() -> None:
    assert rules.may_hold(Role.ADMINISTRATOR, None)
    assert rules.may_hold(Role.ADMINISTRATOR, 1)
    assert rules.may_hold(Role.CITIZEN, None)
    assert not rules.may_hold(Role.CITIZEN, 1)


@pytest.mark.parametrize("role", [Role.GUEST, Role.SYSTEM])
def test_nobody_is_made_a_guest_or_the_platform(role: Role) -> None:
    assert not rules.may_hold(role, None)


@pytest.mark.parametrize(("active", "allowed"), [(0, False), (1, False), (2, True)])
def test_the_last_administrator_stays(active: int, allowed: bool) -> None:
    assert bool(rules.may_lose_administrator(active)) is allowed


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.ADMINISTRATOR])
def test_staff_passwords_have_twelve_characters(role: Role) -> None:
    assert not rules.password_finding("lamp-river-4", "liwen", role).reason
    assert not rules.password_finding("lamp-river4", "liwen", role)


def test_a_citizens_password_has_ten() -> None:
    assert rules.password_finding("lamp-river", "liwen", Role.CITIZEN)
    assert not rules.password_finding("lamp-rive", "liwen", Role.CITIZEN)
    assert rules.password_finding("春天的风吹过云溪桥头", "liwen", Role.CITIZEN)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PASSWORD!!2026",
        "admin@20262026",
        "123456789012",
        "13800001111",
        "098765432109",
        "qwertyuiopas",
        "aaaaaaaaaaaab",
        "zhongguo2026!!",
    ],
)
def test_a_password_everybody_tries_first_is_refused(password: str) -> None:
    assert not rules.password_finding(password, "liwen", Role.OFFICER)


@pytest.mark.parametrize("password", ["liwen-liwen-liwen", "xLiWen202612", "LIWENliwen!!"])
def test_a_password_made_of_the_name_is_refused(password: str) -> None:
    assert not rules.password_finding(password, "liwen", Role.OFFICER)


def test_a_password_may_be_long_but_not_endless() -> None:
    words = "four quiet words beside the river "
    assert rules.password_finding((words * 4)[:128], "liwen", Role.OFFICER)
    assert not rules.password_finding((words * 4)[:129], "liwen", Role.OFFICER)


@pytest.mark.parametrize("name", ["li", "李文", "li.wen-2@ju", "a" * 40])
def test_a_username_of_plain_letters_is_taken(name: str) -> None:
    assert rules.username_finding(name)


@pytest.mark.parametrize("name", ["l", "a" * 41, "li wen", "<b>li", "li\u200bwen", "li/wen", ""])
def test_a_username_of_anything_else_is_refused(name: str) -> None:
    assert not rules.username_finding(name)


def test_the_tenth_failure_locks_for_a_quarter_of_an_hour() -> None:
    assert rules.locked_after(9, NOON) is None
    until = rules.locked_after(10, NOON)
    assert until == NOON + timedelta(minutes=15)
    assert rules.is_locked(until, NOON + timedelta(minutes=15) - timedelta(microseconds=1))
    assert not rules.is_locked(until, NOON + timedelta(minutes=15))
    assert not rules.is_locked(None, NOON)


def test_a_setup_link_works_once_for_a_day_and_beside_no_administrator() -> None:
    day = timedelta(hours=24)
    assert rules.may_use_setup_link(NOON, None, False, NOON + day - timedelta(seconds=1))
    assert not rules.may_use_setup_link(NOON, None, False, NOON + day)
    assert not rules.may_use_setup_link(NOON, NOON, False, NOON)
    assert not rules.may_use_setup_link(NOON, None, True, NOON)


def test_a_setup_link_is_made_on_the_server_only_and_only_for_the_first() -> None:
    assert rules.may_make_setup_link(SYSTEM, False)
    assert not rules.may_make_setup_link(SYSTEM, True)
    assert not rules.may_make_setup_link(Actor(role=Role.ADMINISTRATOR, id=1), False)
