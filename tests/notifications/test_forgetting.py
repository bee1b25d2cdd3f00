"""Whoever deletes their account is written to no more, and their address is nowhere any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import String, func, select

from participation.accounts import operations as accounts
from participation.accounts.addresses import keep_address
from participation.accounts.models import AccountLink, User
from participation.accounts.rules import LinkKind
from participation.comments.contacts import digest
from participation.kernel import clock, jobs
from participation.kernel.db import Base, db, transaction
from participation.kernel.sealing import sealed_columns
from participation.kernel.vault import vault
from participation.notifications import operations
from participation.notifications.models import Follower, FollowRequest
from participation.notifications.rules import Pace
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_user, sign_in
from tests.notifications.inbox import Inbox
from tests.notifications.test_following import follow, publish, work

pytestmark = pytest.mark.usefixtures("context", "at_noon")

CANARY = "linxi.canary@example.cn"
OTHER = "somebody.else@example.cn"


def planted() -> User:
    """A citizen whose address follows by itself, asked for more, and waits for links by mail."""
    citizen = a_user("citizen", username="yunxi-resident")
    for address in (CANARY, OTHER):
        follow("topic:education", address=address)
        with transaction():
            operations.ask_to_follow(address, [], Pace.EACH, "zh")
            for kind in (LinkKind.RESET, LinkKind.REGISTER):
                accounts.ask_for_link(kind, address, "zh")
    with transaction():
        citizen = db.session.get_one(User, citizen.id)
        keep_address(citizen, CANARY)
    return citizen


def held(address: str) -> set[str]:
    """The tables in which an address is sealed, or its digest stands."""
    found, known = set(), digest(address)
    for column in sealed_columns():
        name, by = column.info["sealed"]
        table = column.table
        for row, sealed in db.session.execute(select(table.c[by], column)):
            if sealed and vault().open(sealed, f"{name}:{row}").casefold() == address:
                found.add(table.name)
    for table in Base.metadata.tables.values():
        for column in table.columns:
            is_text = isinstance(column.type, String)
            if is_text and db.session.scalar(select(func.count()).where(column == known)):
                found.add(table.name)
    db.session.rollback()
    return found


def deleted(client: FlaskClient, citizen: User) -> None:
    answer = sign_in(client, citizen).post("/account/delete", data={"password": PASSWORD})
    assert answer.status_code == 303


EVERYWHERE = {"user_account", "follower", "follow_request", "account_link"}


@pytest.mark.both_databases
def test_of_a_deleted_account_s_address_nothing_is_left(client: FlaskClient) -> None:
    citizen = planted()
    assert held(CANARY) == EVERYWHERE
    before = held(OTHER)
    deleted(client, citizen)
    assert held(CANARY) == set()
    assert held(OTHER) == before == EVERYWHERE - {"user_account"}


def test_where_nobody_forgets_the_address_it_is_found(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: the account alone is deleted."""
    monkeypatch.setattr("participation.accounts.operations.erasing.forgetters", [])
    deleted(client, planted())
    assert held(CANARY) == {"follower", "follow_request"}


def test_no_letter_goes_out_after_the_deletion(client: FlaskClient, inbox: Inbox) -> None:
    deleted(client, planted())
    publish()
    work()
    jobs.run_due()
    assert inbox.to(CANARY) == []
    assert inbox.to(OTHER)


def test_an_account_that_is_only_unused_leaves_its_letters_alone() -> None:
    citizen = planted()
    with clock.fixed(NOON + timedelta(days=800)), transaction():
        assert accounts.erase_idle_citizens(clock.now() - timedelta(days=1), 10) == 1
    assert db.session.get_one(User, citizen.id, populate_existing=True).erased_at
    assert held(CANARY) == {"follower", "follow_request"}
    assert {each.digest for each in db.session.scalars(select(Follower))} >= {digest(CANARY)}
    assert db.session.scalar(select(func.count()).select_from(FollowRequest)) == 4
    assert db.session.scalar(select(func.count()).select_from(AccountLink)) == 2
