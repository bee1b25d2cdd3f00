"""One telephone number or e-mail address, as people type it and as lists show it."""

from __future__ import annotations

import pytest

from participation.comments.contacts import masked_contact, masked_name, read_contact


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13800000000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("0571-88880000", "057188880000"),
        ("(0571) 8888 0000 转 12", "057188880000转12"),
        ("88880000", "88880000"),
        ("400-800-1234", "4008001234"),
        ("+852 2123 4567", "+85221234567"),
        (" name@example.cn ", "name@example.cn"),
        ("first.last+tag@mail.example.com.cn", "first.last+tag@mail.example.com.cn"),
    ],
)
def test_one_number_or_address_is_read(typed: str, read: str) -> None:
    assert read_contact(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12",
        "小王",
        "13800000000 13900000000",
        "13800000000/13900000000",
        "name@example.cn; other@example.cn",
        "name@example",
        "@example.cn",
        "a b@example.cn",
        "name@example.cn\nBcc: x@y.cn",
        "微信 abc123",
        "1" * 400,
        "a@" + "b." * 200 + "cn",
    ],
)
def test_anything_else_is_none(typed: str) -> None:
    assert read_contact(typed) is None


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("13800001234", "138****1234"),
        ("zhang@example.cn", "z***@e***.cn"),
        ("88880012", "****12"),
    ],
)
def test_lists_show_a_contact_masked(contact: str, shown: str) -> None:
    assert masked_contact(contact) == shown


def test_lists_show_a_name_by_its_first_sign() -> None:
    assert (masked_name("陈晓明"), masked_name("")) == ("陈**", "")
