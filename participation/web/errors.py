"""Error pages that say what is wrong and what to do, and hand back what was typed."""

from __future__ import annotations

import errno
import logging
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, PendingRollbackError, TimeoutError
from werkzeug.exceptions import HTTPException

from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused, Unavailable
from participation.kernel.verdict import N_
from participation.web.filters import sentence
from participation.web.locale import API_PREFIX

log = logging.getLogger(__name__)

RETRY_SECONDS = 10
DISK_SECONDS = 60
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
FULL = N_("服务器的存储空间不足，暂时不能保存。管理人员正在处理，请过几分钟再试。")
NOT_KEPT = {"csrf_token", "submission_key", "website", "ticket", "next"}
SENTENCES = {
    400: N_("请求不完整，无法处理。请返回上一页重试。"),
    401: N_("请先登录。"),
    403: N_("您没有权限查看或办理这一项。"),
    404: N_("没有找到这个页面。它可能尚未公开，或地址有误。"),
    405: N_("这个地址不接受这种操作。"),
    413: N_("提交的内容或文件太大，未能接收。请缩小后再试。"),
    415: N_("不接受这种格式的内容。"),
    422: N_("填写的内容有误，请改正后再提交。"),
    429: N_("操作过于频繁，请稍候再试。"),
    500: N_("系统出错，我们已记录。请稍后再试。"),
    503: N_("系统暂时繁忙，请过几分钟再试。"),
}


def is_api() -> bool:
    """Whether a tool is asking, to be answered in JSON."""
    return request.path.startswith(API_PREFIX)


def kept_texts() -> list[tuple[str, str]]:
    """What the person typed into the form of this request, to be handed back."""
    return [
        (name, value)
        for name, value in _sent()
        if name not in NOT_KEPT and not _is_password(name) and value.strip()
    ]


def _sent() -> list[tuple[str, str]]:
    try:
        return list(request.form.items(multi=True)) if request.method == "POST" else []
    except (HTTPException, OSError):
        return []


def _is_password(name: str) -> bool:
    return "password" in name


def _carried() -> list[tuple[str, str]] | None:
    """What besides the typed texts the same form sends again; None where it cannot be.

    Its own form key goes along, never a fresh one: a form that another site made stays refused.
    """
    sent = _sent()
    # An address that no route knows, such as //other.example/x, would be the form's target.
    if (
        request.url_rule is None
        or not sent
        or any(_is_password(name) for name, _value in sent)
        or any(request.files)
    ):
        return None
    return [(name, value) for name, value in sent if name in NOT_KEPT or not value.strip()]


def answer(
    status: int, message: str, *, retry_seconds: int = RETRY_SECONDS, **extra: Any
) -> Response:
    """The error answer of this status: a page, or JSON for tools; 503 says when to come again."""
    if is_api():
        response = jsonify(message=message, **extra)
    else:
        page = render_template(
            "web/error.html",
            status=status,
            message=message,
            typed=kept_texts(),
            carried=_carried() if status == 503 else None,
        )
        response = make_response(page)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = str(retry_seconds)
        response.headers["Cache-Control"] = "no-store"
    return response


def _do_without_database() -> None:
    """Let the page be made without asking the database, which may be the very thing that is away.

    Whoever was not known yet when it failed is shown the page as a guest is.
    """
    with suppress(Exception):
        db.session.rollback()
    if "actor" not in vars(g.get("_login_user", object)):
        g._login_user = current_app.extensions["login"].anonymous_user()


def _refused(error: Refused) -> Response:
    status = 422 if isinstance(error, Invalid) else 403
    extra: dict[str, Any] = {}
    if isinstance(error, Invalid) and error.field:
        extra["field"] = error.field
    return answer(status, sentence(error), **extra)


def _not_found(error: NotFound) -> Response:
    return answer(404, _(SENTENCES[404]))


def _unavailable(error: Unavailable) -> Response:
    _do_without_database()
    return answer(503, sentence(error), retry_seconds=error.retry_seconds or RETRY_SECONDS)


def _forged(error: CSRFError) -> Response:
    return answer(400, _("页面停留过久，安全校验已过期。请返回上一页刷新后再提交。"))


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if 300 <= code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(code, _(SENTENCES.get(code, SENTENCES[400 if code < 500 else 500])))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _database(error: Exception) -> Response:
    log.exception("database error")
    _do_without_database()
    if "disk is full" in str(getattr(error, "orig", "")):
        return answer(503, _(FULL), retry_seconds=DISK_SECONDS)
    return answer(503, _(SENTENCES[503]))


def _broken(error: Exception) -> Response:
    log.exception("unhandled error")
    _do_without_database()
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return answer(503, _(FULL), retry_seconds=DISK_SECONDS)
    return answer(500, _(SENTENCES[500]))


def connect(app: Flask) -> None:
    """Attach the error pages to an application."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    for kind in (DBAPIError, PendingRollbackError, TimeoutError):
        app.register_error_handler(kind, _database)
    app.register_error_handler(Exception, _broken)
