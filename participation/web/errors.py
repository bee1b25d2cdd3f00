"""Error pages that say what is wrong and what to do, and hand back what was typed."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused, Unavailable
from participation.kernel.verdict import N_
from participation.web.filters import sentence
from participation.web.locale import API_PREFIX

log = logging.getLogger(__name__)

RETRY_SECONDS = 10
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
    try:
        items = list(request.form.items(multi=True))
    except (HTTPException, OSError):
        return []
    return [
        (name, value)
        for name, value in items
        if name not in NOT_KEPT and "password" not in name and value.strip()
    ]


def answer(status: int, message: str, **extra: Any) -> Response:
    """The error answer of this status: a page, or JSON for tools."""
    if is_api():
        response = jsonify(message=message, **extra)
    else:
        typed = kept_texts() if request.method == "POST" else []
        page = render_template("web/error.html", status=status, message=message, typed=typed)
        response = make_response(page)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _refused(error: Refused) -> Response:
    status = 422 if isinstance(error, Invalid) else 403
    extra = {"field": error.field} if isinstance(error, Invalid) and error.field else {}
    return answer(status, sentence(error), **extra)


def _not_found(error: NotFound) -> Response:
    return answer(404, _(SENTENCES[404]))


def _unavailable(error: Unavailable) -> Response:
    return answer(503, _(error.reason))


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


def _database(error: DBAPIError) -> Response:
    log.exception("database error")
    db.session.rollback()
    return answer(503, _(SENTENCES[503]))


def _broken(error: Exception) -> Response:
    log.exception("unhandled error")
    db.session.rollback()
    return answer(500, _(SENTENCES[500]))


def connect(app: Flask) -> None:
    """Attach the error pages to an application."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _broken)
