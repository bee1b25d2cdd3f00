"""What the benches share: served places, clients that ask and wait, server time, figures."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from participation import create_app
from participation.consultations.models import Consultation
from participation.kernel.db import db
from tests.drills.asking import Caller
from tests.drills.harness import Place, Program, Starter
from tests.factories.accounts import a_user
from tests.factories.consultations import SMALL_DRAFT, a_consultation

Act = Callable[[Caller], object]


@contextmanager
def a_place() -> Iterator[Place]:
    """A folder in which a server has run once; removed at the end."""
    folder, starter = Path(tempfile.mkdtemp(prefix="zhongyan-bench-")), Starter()
    place = Place(folder, starter)
    try:
        server = place.serve()
        place.settle()
        server.end()
        yield place
    finally:
        place.end_all()
        starter.close()
        shutil.rmtree(folder)


@contextmanager
def inside(place: Place) -> Iterator[None]:
    """The application of a place in this process, to fill its database."""
    app = create_app(instance=place.folder, demo="0", rate_limits="off")
    app.extensions["wake"] = None
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def an_open_consultation(draft: str = SMALL_DRAFT) -> Consultation:
    """One that is open for the next weeks (inside a place)."""
    now = datetime.now(UTC)
    author, reviewer = a_user("drafter"), a_user("reviewer")
    return a_consultation(
        "open",
        draft,
        author=author,
        reviewer=reviewer,
        opens_at=now - timedelta(days=40),
        closes_at=now + timedelta(days=20),
    )


@dataclass(frozen=True)
class Round:
    """What some clients did in some seconds: the waits of each, and the server's work."""

    waits: list[list[float]]
    seconds: float
    server_seconds: float

    @property
    def count(self) -> int:
        """How many acts were done."""
        return sum(len(each) for each in self.waits)

    @property
    def rate(self) -> float:
        """Acts a second."""
        return self.count / self.seconds

    @property
    def work(self) -> float:
        """Processor seconds of the server for one act."""
        return self.server_seconds / self.count

    @property
    def all_waits(self) -> list[float]:
        """The waits of all clients."""
        return [wait for each in self.waits for wait in each]


def busily(place: Place, server: Program, act: Act, seconds: float, clients: int = 4) -> Round:
    """Let clients do an act over and over, each on its own connection."""
    barrier = threading.Barrier(clients)

    def one(_number: int) -> list[float]:
        found = []
        with place.calling() as caller:
            act(caller)
            barrier.wait()
            until = time.perf_counter() + seconds
            while (began := time.perf_counter()) < until:
                act(caller)
                found.append(time.perf_counter() - began)
        return found

    before = server.processor_seconds
    with ThreadPoolExecutor(clients) as pool:
        waits = list(pool.map(one, range(clients)))
    return Round(waits, seconds, server.processor_seconds - before)


def reading(path: Callable[[], str] | str) -> Act:
    """The act of getting a path, or a new one each time."""

    def ask(caller: Caller) -> None:
        wanted = path if isinstance(path, str) else path()
        answer = caller.get(wanted)
        assert answer.status == 200, (wanted, answer.status)

    return ask


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def say(line: str = "") -> None:
    """Print a line at once."""
    print(line, flush=True)


def at_least(name: str, value: float, bound: float) -> None:
    """Print a figure that is to reach a bound."""
    _figure(name, value, f"≥ {bound:g}", holds=value >= bound)


def at_most(name: str, value: float, bound: float) -> None:
    """Print a figure that is to stay below a bound."""
    _figure(name, value, f"≤ {bound:g}", holds=value <= bound)


def _figure(name: str, value: float, wanted: str, *, holds: bool) -> None:
    say(f"  {name:<60} {value:>8.3f}   {wanted:<8} {'holds' if holds else 'MISSED'}")
