"""Passwords: hashed with argon2id, compared with the same work whether somebody is there or not."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from participation.accounts import passwords
from participation.kernel.actor import Role
from participation.kernel.errors import Invalid


def test_a_chosen_password_is_kept_as_an_argon2id_hash() -> None:
    made = passwords.choose("lantern by the bridge", "liwen", Role.OFFICER)
    assert made.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert made.words == ""
    assert passwords.is_right("lantern by the bridge", made.hash)
    assert not passwords.is_right("lantern by the Bridge", made.hash)


def test_a_bad_password_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as caught:
        passwords.choose("short", "liwen", Role.OFFICER)
    assert caught.value.field == "password"


def test_the_old_password_is_no_new_one() -> None:
    with pytest.raises(Invalid):
        passwords.choose("k7ab-m2cd-p9ef-q4gh", "li", Role.OFFICER, unlike="k7ab-m2cd-p9ef-q4gh")


def test_the_same_characters_typed_by_another_keyboard_are_the_same_password() -> None:
    made = passwords.choose("Zürich am See 1986", "li", Role.CITIZEN)
    assert passwords.is_right(unicodedata.normalize("NFD", "Zürich am See 1986"), made.hash)
    assert passwords.is_right("Ｚürich am See 1986", made.hash)


def test_a_one_time_password_is_told_and_never_twice_the_same() -> None:
    first, second = passwords.one_time(), passwords.one_time()
    assert first.words != second.words
    assert len(first.words) == 19
    assert passwords.is_right(first.words, first.hash)
    assert not passwords.is_right(first.words, second.hash)


def test_without_an_account_no_password_is_right_and_the_work_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, stored: str, given: str) -> bool:
        compared.append(stored[: stored.rindex("$") - 22])
        return bool(real(self, stored, given))

    made = passwords.one_time()
    monkeypatch.setattr(PasswordHasher, "verify", counting)
    assert not passwords.is_right("anything at all", None)
    assert not passwords.is_right("anything at all", made.hash)
    assert not passwords.is_right("x" * 5000, made.hash)
    assert len(compared) == 3
    assert len(set(compared)) == 1, "one set of costs for all"


def test_a_hash_with_older_costs_is_renewed() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("lantern-bridge")
    renewed = passwords.renewed("lantern-bridge", old)
    assert renewed is not None
    assert passwords.is_right("lantern-bridge", renewed)
    assert passwords.renewed("lantern-bridge", renewed) is None


def test_a_hash_that_is_none_fits_nothing() -> None:
    assert not passwords.is_right("anything", "!")
