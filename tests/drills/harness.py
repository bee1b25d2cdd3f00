"""Real servers in folders of their own: started, killed, stopped, commanded and asked over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from tests.drills.asking import HOST, Caller, calling_at

ROOT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("DRILL_SIZE") == "full"
PATIENCE = 180.0
"""Seconds after which something that must happen has not; no speed is asserted anywhere."""

DEPARTMENT, DRAFTER, REVIEWER = "云溪县住房和城乡建设局", "drill-drafter", "drill-reviewer"
DRAFT = """云溪县桥头照明管理办法
（征求意见稿）

第一章　总则
第一条　为了方便村民夜间过桥，制定本办法。
第二条　本办法适用于全县桥头的照明。
第二章　管理
第三条　照明设施由乡镇人民政府管理。
第四条　损坏的在三日内修好。
"""


def size(ci: int, full: int) -> int:
    """The number in the normal suite, or the one of a full drill (DRILL_SIZE=full)."""
    return full if FULL else ci


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true answer of `condition`; fail with `what` when none comes."""
    until = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.02)
    return found


def free_port() -> int:
    """A port that nobody serves at the moment."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


class Program:
    """A running program; it stays this one when its number is given to another process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._process: psutil.Process | None = psutil.Process(pid)
        except psutil.NoSuchProcess:
            self._process = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs (a dead one that nobody has collected does not)."""
        try:
            return (
                self._process is not None
                and self._process.is_running()
                and self._process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.NoSuchProcess:
            return False

    @property
    def processor_seconds(self) -> float:
        """The processor time it has used."""
        assert self._process is not None
        used = self._process.cpu_times()
        return float(used.user + used.system)

    @property
    def memory(self) -> int:
        """The bytes it holds in memory."""
        assert self._process is not None
        held: int = self._process.memory_info().rss
        return held

    @property
    def handles(self) -> int:
        """How many files and connections it holds open."""
        assert self._process is not None
        held: int = self._process.num_fds()
        return held

    @property
    def children(self) -> list[psutil.Process]:
        """The processes that it has started and that still run."""
        try:
            return self._process.children() if self._process else []
        except psutil.NoSuchProcess:
            return []

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal (kill -9) and wait until it is gone; a gone one is left alone."""
        if self._process is None or not self.is_alive:
            return
        with suppress(psutil.NoSuchProcess):
            self._process.send_signal(how)
        wait_for(lambda: not self.is_alive, "the end of a program")

    def suspend(self) -> None:
        """Stop all its threads at one instant (SIGSTOP)."""
        if self._process is not None and self.is_alive:
            self._process.suspend()

    def end(self) -> None:
        """Stop it in good order (SIGTERM)."""
        self.kill(signal.SIGTERM)


class Starter:
    """The process that forks programs (starter.py); with `preload`, below that library."""

    def __init__(self, preload: Path | None = None, **surroundings: str) -> None:
        if preload:
            surroundings["LD_PRELOAD"] = str(preload)
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "drills" / "starter.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**environment({}), **surroundings},
        )

    def start(
        self, argv: list[str], env: Mapping[str, str], log: Path, fault: str = "", host: str = ""
    ) -> Program:
        """Start a program, on another host where a network namespace is named."""
        assert self._process.stdin
        assert self._process.stdout
        request = {"argv": argv, "env": dict(env), "log": str(log), "fault": fault, "host": host}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return Program(int(self._process.stdout.readline()))

    def close(self) -> None:
        """End the starter; programs it started go on until they are stopped."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        if self._process.stdout:
            self._process.stdout.close()


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with no settings of the platform but the given ones."""
    kept = {name: value for name, value in os.environ.items() if "PARTICIPATION_" not in name}
    given = {f"PARTICIPATION_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONUNBUFFERED": "1", **given}


class RefusedCommandError(AssertionError):
    """A command ended with an error; the text is what it said."""


@dataclass
class Place:
    """An instance folder with its settings, and the programs run on it."""

    folder: Path
    starter: Starter
    database_url: str = ""
    port: int = field(default_factory=free_port)
    started: list[Program] = field(default_factory=list)
    surroundings: dict[str, str] = field(default_factory=dict)
    host: str = ""

    @property
    def env(self) -> dict[str, str]:
        """The environment of every program of this place."""
        given = {
            "instance": str(self.folder),
            "host": HOST,
            "port": str(self.port),
            "demo": "0",
            "rate_limits": "off",
        }
        if self.database_url:
            given["database_url"] = self.database_url
        return {**environment(given), **self.surroundings}

    @property
    def sqlalchemy_url(self) -> str:
        """The database as SQLAlchemy addresses it."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://")
        instance = Path(self.surroundings.get("PARTICIPATION_INSTANCE", self.folder))
        return f"sqlite:///{instance / 'participation.db'}"

    def start(self, argv: list[str], log: str, fault: str = "") -> Program:
        """Start a program by the starter, its output in a log file of the folder."""
        program = self.starter.start(argv, self.env, self.folder / log, fault, self.host)
        self.started.append(program)
        return program

    def serve(self, fault: str = "") -> Program:
        """Start `python app.py` and wait until it answers."""
        program = self.start(["app.py"], "server.log", fault)
        self.wait_until_served(program)
        return program

    def wait_until_served(self, program: Program, log: str = "server.log") -> None:
        """Wait until a program answers here; fail with its log if it ends before."""

        def answers() -> bool:
            if not program.is_alive:
                raise AssertionError(f"the server ended:\n{self.log(log)[-3000:]}")
            try:
                with self.calling() as caller:
                    return caller.get("/healthz").status == 200
            except OSError:
                return False

        wait_for(answers, "the server")

    def calling(self) -> AbstractContextManager[Caller]:
        """A connection to the server of this place, closed at the end."""
        return calling_at(self.port)

    def log(self, name: str) -> str:
        """What a program said so far; nothing before the shell has opened its log."""
        try:
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def command(self, *words: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Run `flask --app app … --json` beside whatever runs; its one line of JSON."""
        log = self.folder / f"command-{time.monotonic_ns()}.log"
        argv = ["flask", "--app", "app", *words, "--json"]
        self.start(argv, log.name)
        ended = Path(f"{log}.exit")
        wait_for(lambda: ended.exists() and ended.read_text(), f"the command {words[:2]}", patience)
        said = log.read_text(encoding="utf-8").strip()
        if ended.read_text() != "0":
            raise RefusedCommandError(said)
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
        return answer

    def settle(self) -> None:
        """Make the department and the two people who post drafts (a server has run before)."""
        self.command("accounts", "create-department", DEPARTMENT)
        for name, role in ((DRAFTER, "drafter"), (REVIEWER, "reviewer")):
            self.command(
                "accounts", "create-user", name, "--role", role, "--department", DEPARTMENT
            )
        # Without an administrator every start would make a link for the first one.
        self.command("accounts", "create-user", "drill-admin", "--role", "administrator")
        (self.folder / "draft.txt").write_text(DRAFT, encoding="utf-8")
        (self.folder / "explanation.txt").write_text("桥头夜间照明不足，有必要规定。", "utf-8")

    def post(self, closes_at: datetime) -> str:
        """Post a draft that is open at once and closes at the instant; its slug."""
        posted = self.command(
            *("consultations", "post", str(self.folder / "draft.txt")),
            *("--title", "云溪县桥头照明管理办法（征求意见稿）", "--kind", "major-decision"),
            *("--department", DEPARTMENT, "--prepared-by", DRAFTER, "--reviewed-by", REVIEWER),
            *("--explanation", str(self.folder / "explanation.txt")),
            *("--closes-at", closes_at.isoformat()),
            *("--short-window-reason", "演练：检验截止时刻。"),
        )
        slug: str = posted["slug"]
        return slug

    def end_all(self) -> None:
        """Kill what still runs of the programs started here."""
        for program in self.started:
            program.kill()


def tomorrow() -> datetime:
    """A close far enough away for a drill."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
