"""The base of forms: keys, the honeypot, tidy text, and refusals at their field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from participation.kernel.errors import Invalid, Refused
from participation.web.forms import Form, PublicForm, tidy


class Letter(PublicForm):
    """A form as features make them."""

    body = StringField(filters=[tidy])


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    """A form belongs to a request."""
    with app.test_request_context("/", method="POST"):
        yield


def _letter(**values: str) -> Letter:
    return Letter(formdata=MultiDict(values))


def test_every_new_form_has_its_own_key() -> None:
    keys = {Letter(formdata=None).submission_key.data for _ in range(100)}
    assert len(keys) == 100
    assert all(len(key) >= 20 for key in keys)


def test_a_sent_form_keeps_its_key() -> None:
    assert _letter(submission_key="mine").submission_key.data == "mine"


def test_a_key_has_a_limit() -> None:
    form = _letter(submission_key="k" * 81)
    assert not form.validate()
    assert form.submission_key.errors


@pytest.mark.parametrize(("filled", "wanted"), [("", False), ("  ", False), ("http://x", True)])
def test_only_programs_fill_in_what_people_do_not_see(filled: str, wanted: bool) -> None:
    assert _letter(website=filled).looks_automatic is wanted


def test_typed_text_comes_in_one_form() -> None:
    assert _letter(body="  一\r\n二\u200b\x00 ").body.data == "一\n二"
    assert tidy(None) is None
    assert tidy(3) == 3


def test_a_refusal_stands_at_the_field_it_names() -> None:
    form = _letter(body="x")
    assert form.validate()
    form.refuse(Invalid("最多%(most)s字。", {"most": 5}, field="body"))
    assert form.body.errors == ["最多5字。"]
    assert form.form_errors == []
    assert form.errors == {"body": ["最多5字。"]}


def test_any_other_refusal_stands_above_the_form() -> None:
    form = _letter(body="x")
    assert form.validate()
    form.refuse(Refused("征求意见已经截止，不能再提交。"))
    form.refuse(Invalid("没有这一栏。", field="nowhere"))
    assert form.form_errors == ["征求意见已经截止，不能再提交。", "没有这一栏。"]


def test_a_form_without_its_key_is_not_taken(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = Form(formdata=MultiDict())
    assert not form.validate()
    assert "csrf_token" in form.errors
