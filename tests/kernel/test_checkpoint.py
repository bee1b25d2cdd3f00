"""Signed heads: written and read as C2SP says, and refused where anything was changed."""

from __future__ import annotations

import base64
import hashlib

import pytest

from participation.kernel.checkpoint import (
    is_signed_by,
    key_id,
    public_of,
    read_head,
    read_verifier_key,
    sign_head,
    verifier_key,
)

ORIGIN = "yijian.example.gov.cn/2026-0001"
PRIVATE, OTHER = bytes(range(32)), bytes(range(1, 33))
ROOT = hashlib.sha256(b"root").digest()
NOTE = sign_head(ORIGIN, 42, ROOT, PRIVATE)
KEY = verifier_key(ORIGIN, public_of(PRIVATE))


def test_a_note_has_the_lines_of_the_specification() -> None:
    text, _, signature = NOTE.partition("\n\n")
    assert text == f"{ORIGIN}\n42\n{base64.b64encode(ROOT).decode()}"
    dash, name, encoded = signature.rstrip("\n").split(" ")
    assert (dash, name) == ("—", ORIGIN)
    raw = base64.b64decode(encoded)
    assert raw[:4] == key_id(ORIGIN, public_of(PRIVATE))
    assert len(raw) == 4 + 64


def test_the_specifications_own_example_key_has_its_key_id() -> None:
    # From golang.org/x/mod/sumdb/note, after which C2SP's signed note is modelled.
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    origin, public = read_verifier_key(key)
    assert origin == "PeterNeumann"
    assert verifier_key(origin, public) == key


def test_a_head_is_read_back_and_its_signature_holds() -> None:
    head = read_head(NOTE)
    assert (head.origin, head.size, head.root) == (ORIGIN, 42, ROOT)
    assert is_signed_by(NOTE, KEY)


@pytest.mark.parametrize(
    "forged",
    [
        NOTE.replace("\n42\n", "\n43\n"),
        NOTE.replace("2026-0001", "2026-0002"),
        NOTE.replace("2026-0001\n", "2026-0002\n", 1),
        sign_head(ORIGIN, 42, ROOT, OTHER),
        sign_head("other.example.cn/2026-0001", 42, ROOT, PRIVATE),
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        "",
    ],
)
def test_a_changed_note_is_not_signed(forged: str) -> None:
    assert not is_signed_by(forged, KEY)


def test_further_signatures_are_passed_over() -> None:
    witness = sign_head("witness.example.org", 42, ROOT, OTHER).rpartition("\n\n")[2]
    assert is_signed_by(NOTE + witness, KEY)
    assert is_signed_by(NOTE.replace("\n\n", f"\n\n{witness}"), KEY)
    assert not is_signed_by(f"{NOTE.rpartition(chr(10) * 2)[0]}\n\n{witness}", KEY)


@pytest.mark.parametrize(
    "key", ["", "a+b", f"{ORIGIN}+00000000+{KEY.split('+', 2)[2]}", KEY[:-4], KEY + "AAAA"]
)
def test_what_is_no_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        read_verifier_key(key)
    assert not is_signed_by(NOTE, key)


@pytest.mark.parametrize(
    "note", ["x", "a\n1\nAAAA\n\n— a AAAAAAAA\n", NOTE.replace("\n42\n", "\n042\n"), "x" * 20_000]
)
def test_what_is_no_head_is_refused(note: str) -> None:
    with pytest.raises(ValueError):
        read_head(note)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb"])
def test_an_origin_that_would_break_the_lines_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        sign_head(origin, 0, ROOT, PRIVATE)
