"""The second factor: set up, proved once per code, paused, replaced, reset; where it leads."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts import operations, queries, rules
from participation.accounts.models import RecoveryCode, SecondFactor, User
from participation.accounts.operations import Proof
from participation.accounts.operations.second_factor import Passed
from participation.accounts.second_factor import PERIOD, step_of
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_user, actor_of, enrolled, sign_in

pytestmark = pytest.mark.usefixtures("context")


def code(secret: str, at: datetime = NOON) -> str:
    return pyotp.TOTP(secret).at(at)


def verified(user: User, typed: str, at: datetime = NOON) -> Passed | None:
    with clock.fixed(at), transaction():
        return operations.verify_factor(actor_of(user), typed)


def test_codes_of_rfc_6238_are_right_and_those_of_two_steps_ago_are_not() -> None:
    # RFC 6238, appendix B: the SHA-1 row of 59 s is 94287082 with eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(59, tz=NOON.tzinfo)
    assert step_of("287082", secret, at, 0) == 1
    assert step_of("287082", secret, at + timedelta(seconds=PERIOD), 0) == 1
    assert step_of("287082", secret, at + timedelta(seconds=2 * PERIOD), 0) is None
    assert step_of("287082", secret, at, 1) is None


@pytest.mark.both_databases
def test_a_code_opens_once_and_five_wrong_ones_pause_it() -> None:
    user = a_user(Role.OFFICER)
    secret, _codes = enrolled(user)
    later = NOON + timedelta(minutes=2)
    assert verified(user, code(secret, later), later) is Passed.CODE
    assert verified(user, code(secret, later), later) is None
    for _ in range(rules.MOST_CODE_FAILURES):
        assert verified(user, "000000", later) is None
    soon = later + timedelta(minutes=1)
    assert verified(user, code(secret, soon), soon) is None
    free = later + rules.LOCKED_FOR
    assert verified(user, code(secret, free), free) is Passed.CODE


def test_a_recovery_code_opens_once_however_it_is_typed_and_only_its_owner() -> None:
    user, other = a_user(Role.OFFICER), a_user(Role.OFFICER)
    _secret, codes = enrolled(user)
    enrolled(other)
    assert len(set(codes)) == 10
    assert verified(other, codes[0]) is None
    assert verified(user, codes[0].upper().replace("-", " ")) is Passed.RECOVERY_CODE
    assert verified(user, codes[0]) is None
    assert queries.factor_of(user.id).codes_left == 9
    stored = {row.code_hash for row in db.session.query(RecoveryCode)}
    assert not stored & set(codes)


def test_the_secret_is_sealed_for_its_row() -> None:
    user = a_user(Role.OFFICER)
    secret, _codes = enrolled(user)
    row = db.session.get_one(SecondFactor, user.id)
    assert row.secret_sealed is not None
    assert secret.encode() not in row.secret_sealed
    assert row.pending_sealed is None


def test_a_factor_in_force_is_replaced_only_by_whoever_just_proved_it() -> None:
    user = a_user(Role.OFFICER)
    enrolled(user)
    proof = Proof(user.id, is_right=True, compared_with=user.password_hash)
    with pytest.raises(Refused), transaction():
        operations.begin_factor(actor_of(user), proof, is_stepped_up=False)
    wrong = Proof(user.id, is_right=False, compared_with=user.password_hash)
    with pytest.raises(Invalid), transaction():
        operations.begin_factor(actor_of(user), wrong, is_stepped_up=True)
    with transaction():
        operations.begin_factor(actor_of(user), proof, is_stepped_up=True)
    assert queries.factor_of(user.id).is_in_force


def test_a_citizen_with_one_proves_it_before_anything_and_may_do_without_again(
    client: FlaskClient,
) -> None:
    user = a_user(Role.CITIZEN)
    secret, _codes = enrolled(user)
    later = NOON + timedelta(minutes=2)
    with clock.fixed(later):
        browser = sign_in(client, user)
        for path in ("/account", "/", "/account/data"):
            assert browser.get(path).location == f"/account/second-factor/verify?next={path}"
        removal = "/account/second-factor/remove"
        assert browser.post(removal).location.startswith("/account/second-factor/verify")
        address = "/account/second-factor/verify?next=/account"
        assert browser.post(address, data={"code": "000000"}).status_code == 422
        typed = {"code": code(secret, later)}
        assert browser.post(address, data=typed).location == "/account"
        assert browser.get("/account").status_code == 200
        assert browser.post(removal).location == "/account/second-factor"
    assert not queries.has_factor(user.id)


def test_staff_cannot_take_their_own_away() -> None:
    officer = a_user(Role.OFFICER)
    enrolled(officer)
    with pytest.raises(Refused), transaction():
        operations.remove_factor(actor_of(officer), is_stepped_up=True)
    citizen = a_user(Role.CITIZEN)
    enrolled(citizen)
    with pytest.raises(Refused), transaction():
        operations.remove_factor(actor_of(citizen), is_stepped_up=False)
    assert queries.has_factor(officer.id)
    assert queries.has_factor(citizen.id)


def test_setting_up_and_proving_through_the_pages(client: FlaskClient) -> None:
    user = a_user(Role.OFFICER)
    browser = sign_in(client, user)
    with clock.fixed(NOON):
        asked = browser.get("/account/second-factor/verify?next=/desk/permissions")
        assert asked.location == "/account/second-factor?next=/desk/permissions"
        assert browser.post(asked.location, data={"password": "wrong"}).status_code == 422
        begun = browser.post(asked.location, data={"password": PASSWORD})
        page = browser.get(begun.location)
        assert page.headers["Cache-Control"] == "no-store"
        assert "data:image/svg+xml" in page.text
        secret = queries.factor_of(user.id).pending
        assert secret in re.sub(r"<[^>]+>|\s", "", page.text)
        done = browser.post(begun.location, data={"code": code(secret)})
    assert done.headers["Cache-Control"] == "no-store"
    assert len(re.findall(r"<code>", done.text)) == 10
    assert 'href="/desk/permissions"' in done.text
    later = NOON + timedelta(minutes=20)
    with clock.fixed(later):
        verify = "/account/second-factor/verify?next=/desk/permissions"
        assert browser.post(verify, data={"code": "000000"}).status_code == 422
        proved = browser.post(verify, data={"code": code(secret, later)})
        assert proved.location == "/desk/permissions"
    later += timedelta(minutes=1)
    with clock.fixed(later):
        outside = "/account/second-factor/verify?next=//evil.example"
        led = browser.post(outside, data={"code": code(secret, later)})
        assert led.location == "/account/second-factor"


def test_the_administrator_resets_it_and_all_sessions_end(client: FlaskClient, app: Flask) -> None:
    user = a_user(Role.OFFICER)
    enrolled(user)
    session = sign_in(app.test_client(), user)
    assert session.get("/desk").status_code == 200
    desk = sign_in(client, a_user(Role.ADMINISTRATOR))
    assert "重置两步验证" in desk.get(f"/desk/people/{user.id}").text
    desk.post(f"/desk/people/{user.id}/second-factor")
    assert not queries.has_factor(user.id)
    assert session.get("/desk").status_code == 302


@pytest.mark.settings(staff_second_factor="always")
def test_with_always_staff_do_nothing_before_they_proved_it(client: FlaskClient) -> None:
    user, citizen = a_user(Role.OFFICER), a_user(Role.CITIZEN)
    secret, _codes = enrolled(user)
    browser = sign_in(client, user)
    asked = browser.get("/desk/permissions")
    assert asked.location == "/account/second-factor/verify?next=/desk/permissions"
    later = NOON + timedelta(hours=1)
    with clock.fixed(later):
        browser.post(asked.location, data={"code": code(secret, later)})
    assert browser.get("/desk/permissions").status_code == 200
    assert sign_in(client, citizen).get("/account").status_code == 200
