"""Error pages say what is wrong, and hand back what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from participation.kernel.errors import Invalid, NotFound, Refused, Unavailable
from participation.web.access import public

TYPED = "我花了半小时写的意见，<b>不要丢</b>。"


def _raises(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view


def _aborts(code: int) -> Callable[[], str]:
    return lambda: abort(code)


CAUSES: dict[str, tuple[Callable[[], str], int, str]] = {
    "refused": (_raises(Refused("征求意见已经截止，不能再提交。")), 403, "征求意见已经截止"),
    "params": (_raises(Refused("最多%(most)s字。", {"most": 5})), 403, "最多5字。"),
    "invalid": (_raises(Invalid("日期不对。", field="closes_at")), 422, "日期不对。"),
    "missing": (_raises(NotFound("2026-0001")), 404, "没有找到这个页面"),
    "broken": (_raises(ZeroDivisionError("secret detail")), 500, "系统出错"),
    "busy": (
        _raises(OperationalError("SELECT secret", {}, Exception("locked"))), 503, "暂时繁忙"
    ),
    "teapot": (_aborts(418), 418, "请求不完整"),
    "gone": (_aborts(410), 410, "请求不完整"),
    "gateway": (_aborts(502), 502, "系统出错"),
    "large": (_aborts(413), 413, "太大"),
    "often": (_aborts(429), 429, "过于频繁"),
    "kind": (_aborts(415), 415, "不接受这种格式"),
    "later": (_raises(Unavailable("文件暂时存取不了。")), 503, "文件暂时存取不了"),
}  # fmt: skip


@pytest.fixture
def faulty(app: Flask) -> Flask:
    """Routes that end in every kind of error, as pages and for tools."""
    bp = Blueprint("faulty", __name__)
    for name, (view, _status, _words) in CAUSES.items():
        for place in ("/faulty", "/api/v1/faulty"):
            endpoint = f"{place.count('/')}-{name}"
            bp.add_url_rule(
                f"{place}/{name}", endpoint, public(_copy(view)), methods=["GET", "POST"]
            )
    bp.add_url_rule("/faulty/read", "read", public(lambda: request.form["x"]), methods=["POST"])
    app.register_blueprint(bp)
    return app


def _copy(view: Callable[[], str]) -> Callable[[], str]:
    return lambda: view()


@pytest.mark.parametrize("name", CAUSES)
def test_every_error_is_a_page_in_words(faulty: Flask, name: str) -> None:
    _view, status, words = CAUSES[name]
    answer = faulty.test_client().get(f"/faulty/{name}")
    assert answer.status_code == status
    assert words in answer.text
    assert '<html lang="zh-CN"' in answer.text
    assert "回到首页" in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("name", CAUSES)
def test_every_error_gives_back_what_was_typed_and_no_secrets(faulty: Flask, name: str) -> None:
    answer = faulty.test_client().post(
        f"/faulty/{name}",
        data={
            "body": TYPED, "password": "river-stone", "old_password": "hunter2", "csrf_token": "t",
            "submission_key": "kkk", "website": "", "empty": "  ",
        },
    )  # fmt: skip
    assert answer.status_code == CAUSES[name][1]
    assert "&lt;b&gt;不要丢&lt;/b&gt;" in answer.text
    assert "<b>不要丢" not in answer.text
    for hidden in ("river-stone", "hunter2", "kkk", "secret"):
        assert hidden not in answer.text
    assert answer.text.count("<textarea") == 1


@pytest.mark.parametrize("name", CAUSES)
def test_tools_are_answered_in_json(faulty: Flask, name: str) -> None:
    _view, status, words = CAUSES[name]
    answer = faulty.test_client().post(f"/api/v1/faulty/{name}", data={"body": TYPED})
    assert answer.status_code == status
    said: Any = answer.get_json()
    assert words in said["message"]
    assert "secret" not in answer.text


def test_a_field_at_fault_is_named_to_tools(faulty: Flask) -> None:
    said = faulty.test_client().get("/api/v1/faulty/invalid").get_json()
    assert said == {"message": "日期不对。", "field": "closes_at"}


def test_a_busy_house_says_when_to_come_again(faulty: Flask) -> None:
    assert faulty.test_client().get("/faulty/busy").headers["Retry-After"] == "10"


def test_nothing_typed_is_promised_where_nothing_was_typed(faulty: Flask) -> None:
    for name in ("broken", "busy"):
        answer = faulty.test_client().get(f"/faulty/{name}")
        assert "您刚才填写的内容" not in answer.text
        assert "列在下面" not in answer.text


def test_a_missing_field_is_the_askers_fault(faulty: Flask) -> None:
    assert faulty.test_client().post("/faulty/read").status_code == 400


def test_an_unknown_address_and_a_wrong_method(client: FlaskClient) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text
    answer = client.delete("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert client.get("/api/v1/no-such").get_json()["message"]


def test_a_stale_form_key_gives_back_what_was_typed(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post(
        "/account/sign-in", data={"username": "he", "password": "river-stone", "body": TYPED}
    )
    assert answer.status_code == 400
    assert "安全校验已过期" in answer.text
    assert "不要丢" in answer.text
    assert "river-stone" not in answer.text


@pytest.mark.settings(max_request_bytes=10_000)
def test_a_form_that_is_too_large_is_a_clear_page(client: FlaskClient) -> None:
    answer = client.post("/account/sign-in", data={"username": "x" * 20_000})
    assert answer.status_code == 413
    assert "太大" in answer.text


@pytest.mark.settings(rate_limits="signin=2/minute")
def test_too_many_tries_are_told_when_to_come_again(client: FlaskClient) -> None:
    answers = [client.post("/account/sign-in", data={"username": "he"}) for _ in range(3)]
    assert [each.status_code for each in answers][-1] == 429
    assert "过于频繁" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "he" in answers[-1].text
