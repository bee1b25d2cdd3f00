"""Receipt codes are read however they are written, and a slip of the pen is noticed."""

from __future__ import annotations

import pytest

from participation.comments.receipts import ALPHABET, LENGTH, grouped, new_receipt, read_receipt


def test_a_code_has_sixteen_unmistakable_characters() -> None:
    for _ in range(200):
        code = new_receipt()
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert not set(code) & set("ILOU")
        assert read_receipt(code) == code


def test_codes_differ() -> None:
    assert len({new_receipt() for _ in range(1000)}) == 1000


def test_a_code_is_read_however_it_is_written() -> None:
    code = "SXTYNF3JRJDT"
    stem = code + "000"
    full = next(stem + sign for sign in ALPHABET if read_receipt(stem + sign))
    for written in (
        full.lower(),
        grouped(full),
        f"  {grouped(full).replace('-', ' — ')}\n",
        full.replace("0", "O"),
        full.replace("0", "o"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in full),
    ):
        assert read_receipt(written) == full


def test_one_and_el_and_eye_are_the_same_sign() -> None:
    code = next(code for code in iter(new_receipt, "") if "1" in code)
    assert read_receipt(code.replace("1", "I")) == code
    assert read_receipt(code.replace("1", "l")) == code


def test_every_single_wrong_character_is_noticed() -> None:
    code = new_receipt()
    for place in range(LENGTH):
        for sign in set(ALPHABET) - {code[place]}:
            assert read_receipt(code[:place] + sign + code[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    noticed = swaps = 0
    for _ in range(100):
        code = new_receipt()
        for place in range(LENGTH - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if swapped != code:
                swaps += 1
                noticed += read_receipt(swapped) is None
    assert noticed / swaps > 0.98


@pytest.mark.parametrize(
    "typed",
    ["", " ", "abc", "U" * 16, "é" * 16, "0" * 17, "0" * 15, "A\x00" * 8, "-" * 300, "１" * 15],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_receipt(typed) is None
