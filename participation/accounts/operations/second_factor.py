"""The second factor: set up, proved, replaced, removed, reset by an administrator."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update

from participation.accounts import events, rules
from participation.accounts.models import RecoveryCode, SecondFactor
from participation.accounts.operations.credentials import Proof
from participation.accounts.operations.people import locked_user
from participation.accounts.operations.sessions import end_all_sessions
from participation.accounts.second_factor import (
    new_recovery_code,
    new_secret,
    read_code,
    recovery_hash,
    step_of,
)
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.vault import vault
from participation.kernel.verdict import N_


class Passed(StrEnum):
    """By what a second factor was proved."""

    CODE = "code"
    RECOVERY_CODE = "recovery_code"


def begin_factor(actor: Actor, proof: Proof, *, is_stepped_up: bool) -> None:
    """Make a new secret that its first code is to prove; the one in force stays till then.

    Raises Invalid (field `password`) where the password was not right.
    """
    user_id = _own_id(actor)
    user = locked_user(user_id)
    is_own = proof.user_id == user_id and proof.compared_with == user.password_hash
    if not (proof.is_right and is_own):
        raise Invalid(N_("密码不正确。"), field="password")
    factor = _locked(user_id)
    has_one = factor is not None and factor.enrolled_at is not None
    rules.may_replace_factor(has_one, is_stepped_up=is_stepped_up).enforce()
    if factor is None:
        factor = SecondFactor(user_id=user_id, begun_at=clock.now())
        db.session.add(factor)
    factor.pending_sealed = vault().seal(new_secret(), f"second_factor.pending:{user_id}")
    factor.begun_at = clock.now()
    db.session.flush()


def confirm_factor(actor: Actor, typed: str) -> list[str]:
    """Put the pending secret in force by its first code; returns ten recovery codes, told once.

    Raises Invalid (field `code`) for a wrong one.
    """
    user_id = _own_id(actor)
    factor = _locked(user_id)
    if factor is None or factor.pending_sealed is None:
        raise Invalid(N_("请重新开始设置。"), field="code")
    secret = vault().open(factor.pending_sealed, f"second_factor.pending:{user_id}")
    step = step_of(read_code(typed), secret, clock.now(), 0)
    if step is None:
        raise Invalid(N_("验证码不正确。请核对手机时间，等下一个验证码出现再填。"), field="code")
    factor.secret_sealed = vault().seal(secret, f"second_factor.secret:{user_id}")
    factor.pending_sealed, factor.enrolled_at, factor.last_step = None, clock.now(), step
    factor.failed_attempts, factor.locked_until = 0, None
    record(events.SecondFactorEnrolled(actor=actor, user_id=user_id))
    return _new_codes(user_id)


def verify_factor(actor: Actor, typed: str) -> Passed | None:
    """Take note of an attempt to prove the factor; None where it fails, for whatever reason.

    A code is taken once, a recovery code is used up; five wrong ones in a row pause it.
    """
    user_id = _own_id(actor)
    factor = _locked(user_id)
    if factor is None or factor.secret_sealed is None:
        return None
    passed = None
    if not rules.is_locked(factor.locked_until, clock.now()):
        passed = _passed(factor, read_code(typed))
        _count(factor, passed)
    db.session.flush()
    if passed is None:
        record(events.SecondFactorFailed(actor=actor, user_id=user_id))
        return None
    by_recovery_code = passed is Passed.RECOVERY_CODE
    record(
        events.SecondFactorPassed(actor=actor, user_id=user_id, by_recovery_code=by_recovery_code)
    )
    return passed


def renew_recovery_codes(actor: Actor) -> list[str]:
    """Replace all recovery codes; returns the ten new ones, told once."""
    user_id = _own_id(actor)
    factor = _locked(user_id)
    if factor is None or factor.enrolled_at is None:
        raise Invalid(N_("还没有设置两步验证。"))
    record(events.RecoveryCodesRenewed(actor=actor, user_id=user_id))
    return _new_codes(user_id)


def remove_factor(actor: Actor, *, is_stepped_up: bool) -> None:
    """Do without a second factor again, for citizens, who need none; it is proved once more."""
    user_id = _own_id(actor)
    rules.may_remove_factor(actor).enforce()
    rules.may_replace_factor(has_one=True, is_stepped_up=is_stepped_up).enforce()
    _drop(user_id)
    record(events.SecondFactorRemoved(actor=actor, user_id=user_id))


def reset_factor(actor: Actor, user_id: int) -> None:
    """Take somebody's second factor away, who then sets up a new one; all sessions end."""
    rules.may_administer(actor).enforce()
    user = locked_user(user_id)
    _drop(user_id)
    end_all_sessions(user)
    record(events.SecondFactorReset(actor=actor, user_id=user_id))


def _drop(user_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))


def forget_unfinished(before: datetime) -> int:
    """Drop secrets that were never proved, begun before an instant; returns how many."""
    pending = select(SecondFactor).where(
        SecondFactor.pending_sealed.is_not(None), SecondFactor.begun_at < before
    )
    found = db.session.scalars(pending).all()
    for each in found:
        each.pending_sealed = None
        if each.enrolled_at is None:
            db.session.delete(each)
    db.session.flush()
    return len(found)


def _own_id(actor: Actor) -> int:
    rules.may_step_up(actor).enforce()
    assert actor.id is not None
    return actor.id


def _locked(user_id: int) -> SecondFactor | None:
    # The same code sent twice at once: the second one waits here and finds the step used.
    return db.session.get(SecondFactor, user_id, with_for_update=True, populate_existing=True)


def _passed(factor: SecondFactor, code: str) -> Passed | None:
    assert factor.secret_sealed is not None
    secret = vault().open(factor.secret_sealed, f"second_factor.secret:{factor.user_id}")
    step = step_of(code, secret, clock.now(), factor.last_step)
    if step is not None:
        factor.last_step = step
        return Passed.CODE
    used = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == recovery_hash(factor.user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.user_id)
    )
    return Passed.RECOVERY_CODE if used else None


def _count(factor: SecondFactor, passed: Passed | None) -> None:
    if passed is not None:
        factor.failed_attempts, factor.locked_until = 0, None
        return
    factor.failed_attempts += 1
    factor.locked_until = rules.paused_after(factor.failed_attempts, clock.now())
    if factor.locked_until:
        factor.failed_attempts = 0


def _new_codes(user_id: int) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [new_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=recovery_hash(user_id, code)) for code in codes
    )
    db.session.flush()
    return codes
