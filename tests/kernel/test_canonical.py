"""Canonical JSON and commitments: one form for one value, and no form for the rest."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.kernel.canonical import canonical, commitment, instant_text, plain_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.integers() | st.booleans() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, "x"]}, '{"a":[true,"x"],"b":1}'),
        ({"，": 1, "a": 2, "😀": 3, "\uffff": 4}, '{"a":2,"，":1,"\uffff":4,"😀":3}'),
        ('"\\/\b\f\n\r\t\x01\x1f\x7f ', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f "'),
        ("e\u0301", '"é"'),
        ((1, -2), "[1,-2]"),
        ("\u2028", '"\u2028"'),
    ],
)
def test_a_value_is_written_in_one_way(value: Any, written: str) -> None:
    assert canonical(value) == written.encode()


@pytest.mark.parametrize(
    "value",
    [1.0, None, {"a": None}, [1, None], {1: 2}, {"é": 1, "e\u0301": 2}, "\ud800", b"x", {1, 2}],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@given(VALUES)
def test_what_was_written_reads_back_and_is_written_the_same(value: Any) -> None:
    try:
        written = canonical(value)
    except ValueError as error:
        assert "same in NFC" in str(error)  # noqa: PT017
        return
    assert unicodedata.is_normalized("NFC", written.decode())
    assert canonical(json.loads(written)) == written


def test_a_published_document_loses_what_is_absent_and_its_fractions_become_text() -> None:
    told = plain_json({"share": 33.3, "mean": None, "of": [{"x": 50.0, "y": None}], "n": 2})
    assert told == {"share": "33.3", "of": [{"x": "50.0"}], "n": 2}
    assert canonical(told) == b'{"n":2,"of":[{"x":"50.0"}],"share":"33.3"}'


def test_a_commitment_is_the_hash_that_the_format_says() -> None:
    salt = bytes(range(32))
    told = hashlib.sha256(b"pc1\0body\0" + salt + b"words").hexdigest()
    assert commitment("body", salt, b"words") == told
    assert commitment("claim", salt, b"words") != told
    assert commitment("body", bytes(32), b"words") != told
    with pytest.raises(ValueError, match="32 bytes"):
        commitment("body", b"short", b"words")


def test_an_instant_is_cut_to_whole_seconds_of_utc() -> None:
    east = timezone(timedelta(hours=8))
    assert instant_text(datetime(2026, 6, 1, 7, 59, 59, 999_999, tzinfo=east)) == (
        "2026-05-31T23:59:59Z"
    )
    assert instant_text(datetime(2026, 6, 1, tzinfo=UTC)) == "2026-06-01T00:00:00Z"
