"""What is done to accounts: who may, what is left behind, what the last administrator is spared."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from participation.accounts import operations, passwords, queries
from participation.accounts.models import SetupLink, User
from participation.audit.models import AuditEntry
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_department, a_user, actor_of


def _events() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))


def _user(user_id: int) -> User:
    db.session.rollback()
    return queries.user_by_id(user_id)


def _attempt(username: str, password: str) -> User | None:
    proof = operations.prove(username, password)
    with transaction():
        return operations.sign_in(proof)


@pytest.mark.both_databases
def test_an_account_of_staff_comes_with_a_password_to_be_changed(context: Flask) -> None:
    place = a_department()
    with transaction():
        user, words = operations.create_user(SYSTEM, " LiWen ", "李文", Role.DRAFTER, place.id)
    assert user.username == "liwen"
    assert user.must_change_password
    assert passwords.is_right(words, user.password_hash)
    assert _events()[-1] == "UserCreated"


@pytest.mark.both_databases
def test_a_name_is_taken_once_whatever_its_letters(context: Flask) -> None:
    a_user(Role.CITIZEN, username="liwen")
    for name in ("liwen", "LIWEN", "ｌｉｗｅｎ"):
        with pytest.raises(Invalid) as caught:
            a_user(Role.CITIZEN, username=name)
        assert caught.value.field == "username"


@pytest.mark.both_databases
def test_a_name_taken_meanwhile_is_refused_not_broken(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_user(Role.CITIZEN, username="liwen")
    # What another host would see that looked before the first one's commit.
    monkeypatch.setattr("participation.accounts.operations.people.is_taken", lambda name: False)
    with pytest.raises(Invalid) as caught:
        a_user(Role.CITIZEN, username="liwen")
    assert caught.value.field == "username"


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.REVIEWER, Role.OFFICER, Role.CITIZEN])
def test_nobody_but_an_administrator_touches_others(context: Flask, role: Role) -> None:
    actor, other = actor_of(a_user(role)), a_user(Role.OFFICER)
    acts = [
        lambda: operations.create_user(actor, "new", "new", Role.ADMINISTRATOR, None),
        lambda: operations.update_user(actor, other.id, "x", Role.ADMINISTRATOR, None),
        lambda: operations.reset_password(actor, other.id),
        lambda: operations.deactivate_user(actor, other.id),
        lambda: operations.reactivate_user(actor, other.id),
        lambda: operations.create_department(actor, "新局"),
        lambda: operations.change_department(actor, 1, "新局", None),
        lambda: operations.make_setup_link(actor),
    ]
    for act in acts:
        with pytest.raises(Refused), transaction():
            act()


def test_staff_without_a_department_are_refused_at_the_field(context: Flask) -> None:
    with pytest.raises(Invalid) as caught, transaction():
        operations.create_user(SYSTEM, "liwen", "李文", Role.OFFICER, None)
    assert caught.value.field == "department_id"


def test_a_department_that_is_not_there_takes_nobody(context: Flask) -> None:
    with pytest.raises(NotFound), transaction():
        operations.create_user(SYSTEM, "liwen", "李文", Role.OFFICER, 99)


@pytest.mark.both_databases
def test_the_last_administrator_is_neither_stopped_nor_moved(context: Flask) -> None:
    first = a_user(Role.ADMINISTRATOR)
    actor, place = actor_of(first), a_department()
    with pytest.raises(Refused), transaction():
        operations.deactivate_user(actor, first.id)
    with pytest.raises(Refused), transaction():
        operations.update_user(actor, first.id, "x", Role.OFFICER, place.id)
    second = a_user(Role.ADMINISTRATOR)
    with transaction():
        operations.deactivate_user(actor, second.id)
    with pytest.raises(Refused), transaction():
        operations.update_user(actor, first.id, "x", Role.OFFICER, place.id)
    assert _user(first.id).role is Role.ADMINISTRATOR


@pytest.mark.both_databases
def test_two_administrators_who_stop_one_another_leave_one(context: Flask) -> None:
    for _ in range(5):
        pair = [actor_of(a_user(Role.ADMINISTRATOR)) for _ in range(2)]
        ready = threading.Barrier(2)

        def stop(actor: Actor, other: Actor, ready: threading.Barrier = ready) -> str:
            with context.app_context():
                ready.wait()
                try:
                    with transaction():
                        operations.deactivate_user(actor, other.id or 0)
                except Refused:
                    return "refused"
            return "done"

        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(stop, pair, reversed(pair)))
        assert sorted(told) == ["done", "refused"]
        db.session.rollback()
        assert queries.has_administrator()
        with transaction() as session:
            session.execute(update(User).values(is_active=False))


def test_an_administrator_may_be_renamed_when_the_last(context: Flask) -> None:
    first = a_user(Role.ADMINISTRATOR)
    with transaction():
        operations.update_user(actor_of(first), first.id, "张明", Role.ADMINISTRATOR, None)
    assert _user(first.id).display_name == "张明"


def test_stopping_a_stopped_account_says_nothing_twice(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    for _ in range(2):
        with transaction():
            operations.deactivate_user(SYSTEM, user.id)
    assert _events().count("UserDeactivated") == 1
    with transaction():
        operations.reactivate_user(SYSTEM, user.id)
    assert _attempt(user.username, PASSWORD) is not None


@pytest.mark.both_databases
def test_the_right_password_signs_in_and_clears_the_count(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    assert _attempt(user.username, "wrong") is None
    assert _user(user.id).failed_attempts == 1
    with clock.fixed(NOON):
        assert _attempt(user.username.upper(), PASSWORD) is not None
    assert _user(user.id).failed_attempts == 0
    assert _user(user.id).last_sign_in_at == NOON
    assert _events()[-2:] == ["SignInFailed", "SignedIn"]


def test_a_stopped_or_unknown_account_does_not_sign_in(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    with transaction():
        operations.deactivate_user(SYSTEM, user.id)
    assert _attempt(user.username, PASSWORD) is None
    assert _attempt("nobody", PASSWORD) is None
    assert _events()[-2:] == ["SignInFailed", "SignInFailed"]


@pytest.mark.both_databases
def test_ten_failures_lock_even_the_right_password_out_for_a_while(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    wrong = operations.prove(user.username, "wrong")
    right = operations.prove(user.username, PASSWORD)
    with clock.fixed(NOON):
        for _ in range(10):
            with transaction():
                assert operations.sign_in(wrong) is None
        with transaction():
            assert operations.sign_in(right) is None
    with clock.fixed(NOON + timedelta(minutes=14, seconds=59)), transaction():
        assert operations.sign_in(right) is None
    with clock.fixed(NOON + timedelta(minutes=15)), transaction():
        assert operations.sign_in(right) is not None


def test_nine_failures_do_not_lock(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    wrong = operations.prove(user.username, "wrong")
    for _ in range(9):
        with transaction():
            operations.sign_in(wrong)
    assert _attempt(user.username, PASSWORD) is not None


def test_a_password_changed_while_it_was_compared_lets_nobody_in(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    proof = operations.prove(user.username, PASSWORD)
    with transaction():
        operations.reset_password(SYSTEM, user.id)
    with transaction():
        assert operations.sign_in(proof) is None


def test_a_reset_opens_the_lock_and_ends_the_sessions(context: Flask) -> None:
    user = a_user(Role.OFFICER)
    epoch = user.session_epoch
    wrong = operations.prove(user.username, "wrong")
    for _ in range(10):
        with transaction():
            operations.sign_in(wrong)
    with transaction():
        words = operations.reset_password(SYSTEM, user.id)
    assert _user(user.id).session_epoch == epoch + 1
    assert _user(user.id).must_change_password
    assert _attempt(user.username, words) is not None


@pytest.mark.both_databases
def test_changing_a_password_takes_the_old_one_and_ends_the_sessions(context: Flask) -> None:
    user = a_user(Role.OFFICER, must_change_password=True)
    actor, epoch = actor_of(user), user.session_epoch
    new = passwords.choose("a boat under the old bridge", user.username, user.role)
    wrong = operations.prove_own(actor, "not the password")
    with pytest.raises(Invalid) as caught, transaction():
        operations.change_password(actor, wrong, new)
    assert caught.value.field == "old"
    with transaction():
        operations.change_password(actor, operations.prove_own(actor, PASSWORD), new)
    changed = _user(user.id)
    assert not changed.must_change_password
    assert changed.session_epoch == epoch + 1
    assert _attempt(user.username, PASSWORD) is None
    assert _attempt(user.username, "a boat under the old bridge") is not None


def test_anothers_proof_changes_no_password(context: Flask) -> None:
    mine, other = a_user(Role.OFFICER), a_user(Role.OFFICER)
    proof = operations.prove(other.username, PASSWORD)
    with pytest.raises(Invalid), transaction():
        operations.change_password(actor_of(mine), proof, passwords.one_time())


def test_a_department_is_moved_but_never_below_itself(context: Flask) -> None:
    top = a_department("县政府")
    middle = a_department("住建局", top)
    low = a_department("物业所", middle)
    for target in (top, middle, low):
        with pytest.raises(Invalid) as caught, transaction():
            operations.change_department(SYSTEM, top.id, "县政府", target.id)
        assert caught.value.field == "parent_id"
    with transaction():
        operations.change_department(SYSTEM, low.id, "物业中心", top.id)
    assert [(b.name, b.depth) for b in queries.all_departments()] == [
        ("县政府", 0),
        ("住建局", 1),
        ("物业中心", 1),
    ]
    assert _events()[-1] == "DepartmentChanged"


def test_a_departments_name_is_taken_once(context: Flask) -> None:
    place = a_department("住建局")
    with pytest.raises(Invalid), transaction():
        operations.create_department(SYSTEM, "  住建局 ")
    with pytest.raises(Invalid), transaction():
        operations.create_department(SYSTEM, "   ")
    with transaction():
        operations.change_department(SYSTEM, place.id, "住建局", None)


@pytest.mark.both_databases
def test_the_setup_link_makes_one_administrator_and_no_second(context: Flask) -> None:
    with transaction():
        token = operations.make_setup_link(SYSTEM)
    assert db.session.scalars(select(SetupLink.token_hash)).one() != token
    db.session.rollback()
    with transaction():
        first = operations.set_up_administrator(token, "root", passwords.one_time())
    assert first.role is Role.ADMINISTRATOR
    assert not first.must_change_password
    with pytest.raises(Refused), transaction():
        operations.set_up_administrator(token, "again", passwords.one_time())
    with pytest.raises(Refused), transaction():
        operations.make_setup_link(SYSTEM)


def test_a_used_setup_link_stays_used_and_an_unused_one_dies_with_an_administrator(
    context: Flask,
) -> None:
    with transaction():
        used = operations.make_setup_link(SYSTEM)
    with transaction():
        operations.set_up_administrator(used, "root", passwords.one_time())
    with transaction() as session:
        session.execute(update(User).values(is_active=False))
    with pytest.raises(Refused), transaction():
        operations.set_up_administrator(used, "again", passwords.one_time())
    with transaction():
        unused = operations.make_setup_link(SYSTEM)
    a_user(Role.ADMINISTRATOR)
    with pytest.raises(Refused), transaction():
        operations.set_up_administrator(unused, "again", passwords.one_time())


def test_a_newer_setup_link_replaces_the_older_and_a_made_up_one_is_none(context: Flask) -> None:
    with transaction():
        old = operations.make_setup_link(SYSTEM)
    with transaction():
        operations.make_setup_link(SYSTEM)
    for token in (old, "made-up"):
        with pytest.raises(Refused), transaction():
            operations.set_up_administrator(token, "root", passwords.one_time())


def test_one_changes_ones_own_name(context: Flask) -> None:
    user = a_user(Role.CITIZEN)
    with transaction():
        operations.update_profile(actor_of(user), "  河边  的人 ")
    assert _user(user.id).display_name == "河边 的人"
    with pytest.raises(Invalid), transaction():
        operations.update_profile(actor_of(user), "\u200b")
