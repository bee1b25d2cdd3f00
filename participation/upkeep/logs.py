"""The log: text or JSON on stderr, one line for every request, and nothing personal in it.

A line names the route (never the address with its codes and queries), the status and the time it
took; the client is a keyed hash that changes every day.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import logging
import time
from types import TracebackType
from typing import Any, TypeAlias

from flask import Flask, Response, g, request
from pythonjsonlogger.core import LogData
from pythonjsonlogger.json import JsonFormatter

from participation.config import Settings
from participation.kernel import clock
from participation.kernel.scrub import one_line, scrub, unquoted

ACCESS = logging.getLogger("participation.access")
Error: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class _Clean(logging.Formatter):
    """A formatter whose every word is scrubbed, the traceback's too."""

    def format(self, record: logging.LogRecord) -> str:
        clean = copy.copy(record)
        clean.msg, clean.args, clean.exc_text = one_line(record.getMessage()), None, None
        return super().format(clean)

    def formatException(self, ei: Error) -> str:
        lines = super().formatException(ei).splitlines()
        # Code is indented; an error's own words are not, and may quote what somebody typed.
        return "\n".join(each if each.startswith("  ") else unquoted(each) for each in lines)


class TextFormatter(_Clean):
    """Lines for people; a traceback's lines are marked, so that none passes for an entry."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))

    def formatException(self, ei: Error) -> str:
        return "\n".join(f"    | {each}" for each in super().formatException(ei).splitlines())


class JsonLines(_Clean, JsonFormatter):
    """One JSON object a line, for collectors."""

    def __init__(self) -> None:
        JsonFormatter.__init__(
            self,
            "{levelname}{name}{message}",
            style="{",
            timestamp="at",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: LogData) -> LogData:
        return {
            name: scrub(value) if isinstance(value, str) and name != "at" else value
            for name, value in log_data.items()
        }


class _Stderr(logging.StreamHandler[Any]):
    """The handler of the platform; a process has one, whatever applications it builds."""


def set_up(settings: Settings) -> None:
    """Let the process log as the settings say."""
    handler = _Stderr()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextFormatter())
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Stderr)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    ACCESS.setLevel(logging.INFO if settings.log_format == "json" else logging.NOTSET)


def client_mark(app: Flask) -> str:
    """The client of this request under today's key: the same all day, nobody's tomorrow."""
    key = hashlib.sha256(b"access log\0" + str(app.config["SECRET_KEY"]).encode()).digest()
    said = f"{clock.machine():%Y-%m-%d}|{request.remote_addr}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:12]


def route_name() -> str:
    """The route of this request with its places unfilled; what no route is has no name."""
    return request.url_rule.rule if request.url_rule else "-"


def connect(app: Flask) -> None:
    """Write one line for every request of an application."""

    def begin() -> None:
        g.began_at = time.perf_counter()

    app.before_request_funcs.setdefault(None, []).insert(0, begin)

    @app.after_request
    def tell(response: Response) -> Response:
        if ACCESS.isEnabledFor(logging.INFO):
            ACCESS.info(
                "%s %s %s",
                request.method,
                route_name(),
                response.status_code,
                extra={
                    "method": one_line(request.method),
                    "route": route_name(),
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - g.began_at) * 1000, 1),
                    "bytes": response.calculate_content_length() or 0,
                    "client": client_mark(app),
                },
            )
        return response
