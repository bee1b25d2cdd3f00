"""`python app.py`: prepares the instance step by step, serves it, and ends at once when told."""

from __future__ import annotations

import ctypes
import logging
import select
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from types import FrameType, ModuleType
from typing import Any

from flask import Flask

from participation.config import BadSettings, Settings
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.schema import ensure_schema
from participation.kernel.sealing import unknown_keys
from participation.web.admission import SAFE, waited

resource: ModuleType | None = None
with suppress(ImportError):  # There is none on Windows.
    import resource

STEPS = 5
THREADS = 8
MOST_CONNECTIONS = 1000
OWN_FILES = 300
"""Files that are open beside the connections: databases, logs, what is being sent or received."""


# The server says at every burst that a request waits for a thread; that is what threads are for.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def say(line: str = "") -> None:
    """Print a line at once, also where the output goes to a file."""
    print(line, flush=True)


@contextmanager
def step(number: int, words: str) -> Iterator[None]:
    """A progress line with its seconds."""
    began = time.monotonic()
    print(f"[{number}/{STEPS}] {words} …", end="", flush=True)
    yield
    say(f" {time.monotonic() - began:.1f} s")


def give_memory_back() -> None:
    """Let glibc return large blocks at once and keep no heap of its own for every thread.

    Each thread that once held a large upload would otherwise keep its room for the next one
    (mallopt(3); without glibc nothing is done).
    """
    m_mmap_threshold, m_arena_max = -3, -8
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(m_mmap_threshold, 256 * 1024)
        mallopt(m_arena_max, 2)


def serve(app: Flask) -> None:
    """Prepare, start the worker, serve until Ctrl-C or SIGTERM."""
    settings: Settings = app.config["SETTINGS"]
    give_memory_back()
    signal.signal(signal.SIGTERM, _end)
    queue = app.extensions["queue"]
    server: Any = None
    try:
        with step(1, f"数据目录 / instance folder: {settings.instance}"):
            settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        notes = _prepare(app, settings)
        with step(4, "后台任务 / worker"):
            if settings.worker:
                queue.start()
        with step(5, "网站服务 / web server"):
            server = _open(app, settings)
        app.extensions["heart"].start()
        for line in notes:
            say(line)
        say(f"\n众言已启动 / Zhongyan is ready: http://{_host(settings)}:{server.effective_port}/")
        say("按 Ctrl-C 停止 / press Ctrl-C to stop")
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        say("\n正在停止 / stopping")
        app.extensions["heart"].end()
        queue.stop()
        if server is not None:
            server.close()


def _prepare(app: Flask, settings: Settings) -> list[str]:
    with app.app_context():
        with step(2, f"数据库 / database: {db.engine.dialect.name}"):
            ensure_schema()
            _check_keys()
        notes: list[str] = []
        with step(3, "初始数据 / first data"):
            notes = _first_data(settings)
        db.session.remove()
    return notes


def _check_keys() -> None:
    """Refuse to serve where values are sealed by a key that is not there."""
    unknown = unknown_keys()
    db.session.rollback()
    if unknown:
        say()
        raise BadSettings(
            f"{unknown.total()} 个加密值的密钥不在设置 encryption_key 里（密钥编号 "
            f"{', '.join(sorted(unknown))}）。请把缺少的密钥加在最后（逗号隔开）再启动 / "
            f"{unknown.total()} values are sealed by a key that is not in encryption_key; "
            "add the missing key behind a comma"
        )


def _first_data(settings: Settings) -> list[str]:
    from participation.accounts import operations, queries

    if queries.has_administrator():
        return []
    if settings.wants_demo and find_spec("participation.demonstration.loading"):
        from participation.demonstration import loading

        if loading.is_empty():
            say()
            return loading.lines_for_people(loading.load())
    with transaction():
        token = operations.make_setup_link(SYSTEM)
    return [
        "",
        "尚无管理员。请用下面的一次性链接设置首位管理员：",
        "There is no administrator yet. Make the first one with this one-time link:",
        f"  {settings.site}/setup/{token}",
    ]


class Line:
    """Waitress's line of requests: what is sent goes before what is read, two to one.

    An opinion of the last second must not wait behind a thousand readers; and no flood of
    opinions may keep the pages waiting, hence the third turn. Each request is told how long it
    has waited for its thread.
    """

    SENT_IN_A_ROW = 2

    def __init__(self) -> None:
        self._sent: deque[tuple[Any, float]] = deque()
        self._read: deque[tuple[Any, float]] = deque()
        self._in_a_row = 0

    def __len__(self) -> int:
        return len(self._sent) + len(self._read)

    def append(self, task: Any) -> None:
        """Queue a channel behind its like."""
        lane = self._read if _method_of(task) in SAFE else self._sent
        lane.append((task, time.monotonic()))

    def popleft(self) -> Any:
        """The next channel to serve."""
        if self._sent and (not self._read or self._in_a_row < self.SENT_IN_A_ROW):
            task, since = self._sent.popleft()
            self._in_a_row += 1
        else:
            task, since = self._read.popleft()
            self._in_a_row = 0
        waited.set(time.monotonic() - since)
        return task


def _method_of(task: Any) -> str:
    requests = getattr(task, "requests", None)
    return str(getattr(requests[0], "command", "GET")) if requests else "GET"


def _room_for_connections() -> int:
    """How many connections may be open at once; the limit of open files is raised for them."""
    if resource is None:
        return MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    wanted = MOST_CONNECTIONS + OWN_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(MOST_CONNECTIONS // 20, min(MOST_CONNECTIONS, soft - OWN_FILES))


def _open(app: Flask, settings: Settings) -> Any:
    from waitress import create_server

    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            channel_timeout=60,
            connection_limit=_room_for_connections(),
            # select(2) knows no file above 1,024: a thousand silent connections ended the server.
            asyncore_use_poll=hasattr(select, "poll"),
            max_request_body_size=settings.max_request_bytes * 2,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
        )
        server.task_dispatcher.queue = Line()
        return server
    except OSError as error:
        say()
        raise SystemExit(
            f"端口 {settings.port} 无法使用 / port {settings.port} cannot be used: "
            f"{error.strerror}. PARTICIPATION_PORT=8001 …"
        ) from error


def _host(settings: Settings) -> str:
    return f"[{settings.host}]" if ":" in settings.host else settings.host


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
