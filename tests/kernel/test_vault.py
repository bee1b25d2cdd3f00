"""Sealed fields: unreadable without the key, bound to their row, readable after a rotation."""

from __future__ import annotations

import pytest

from participation.kernel.vault import Vault, new_key


def test_what_is_sealed_opens_for_its_row_only() -> None:
    vault = Vault(new_key())
    sealed = vault.seal("13800138000", "comment.contact:1")
    assert b"13800138000" not in sealed
    assert vault.open(sealed, "comment.contact:1") == "13800138000"
    with pytest.raises(ValueError, match="row"):
        vault.open(sealed, "comment.contact:2")


def test_the_same_words_are_sealed_differently_each_time() -> None:
    vault = Vault(new_key())
    assert vault.seal("x", "a") != vault.seal("x", "a")


def test_an_older_key_still_opens_and_the_newer_seals() -> None:
    old, new = new_key(), new_key()
    sealed = Vault(old).seal("words", "a")
    both = Vault(f"{new},{old}")
    assert both.open(sealed, "a") == "words"
    with pytest.raises(ValueError, match="key"):
        Vault(old).open(both.seal("words", "a"), "a")


@pytest.mark.parametrize("words", ["", "short", "c2hvcnQ=", "***"])
def test_a_bad_key_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="encryption_key"):
        Vault(words)
