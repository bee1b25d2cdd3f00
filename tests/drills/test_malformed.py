"""R15: malformed files through the real upload forms harm neither the server nor its memory.

Every answer is yes or a sentence why not; the children that look into the files keep their limits.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from participation.kernel.confined import CPU_SECONDS, MEMORY_BYTES
from tests.drills.asking import Answer, Caller
from tests.drills.harness import Place, Program, size
from tests.drills.malformed import Case, curated, good_files, mutated
from tests.drills.table import report, report_control
from tests.drills.test_double_click import Fields
from tests.drills.test_publication import inside
from tests.factories.accounts import a_user, sign_in
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_meeting

pytestmark = pytest.mark.drill

MEBIBYTE = 1024 * 1024
MOST_GROWTH = 64 * MEBIBYTE
TOLD = {303, 413, 422}
FILES_OF_ONE_MEETING = 15
CURATED = 60
"""At least so many of the curated list are uploaded, whatever the size of the drill."""


@dataclass
class Watch:
    """The server's memory and its children's, looked at again and again."""

    server: Program
    most: int = 0
    child_memory: int = 0
    child_seconds: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, self.server.memory)
            for child in self.server.children:
                try:
                    used = child.cpu_times()
                    self.child_memory = max(self.child_memory, child.memory_info().rss)
                    self.child_seconds = max(self.child_seconds, used.user + used.system)
                except psutil.NoSuchProcess:
                    continue


class Desk:
    """Staff who upload drafts and the files of meetings, each with a session of their own."""

    def __init__(self, place: Place, uploads: int) -> None:
        self._callers: dict[str, Caller] = {}
        self._tokens: dict[str, str] = {}
        opened = datetime.now(UTC) - timedelta(days=10)
        with inside(place) as app:
            drafting = a_consultation("drafting", opens_at=opened + timedelta(days=100))
            made = a_consultation(
                "open", opens_at=opened, closes_at=datetime.now(UTC) + timedelta(days=30)
            )
            starts_at = datetime.now(UTC) - timedelta(days=1)
            self._paths = {"draft": itertools.repeat(f"/desk/consultations/{drafting.slug}/draft")}
            own = f"/desk/consultations/{made.slug}/meetings"
            meetings = [
                f"{own}/{a_meeting(made, starts_at=starts_at, ends_at=None).id}/files"
                for _ in range(uploads // FILES_OF_ONE_MEETING + 1)
            ]
            self._paths["file"] = itertools.cycle(meetings)
            for what, role in (("draft", "drafter"), ("file", "officer")):
                browser = sign_in(app.test_client(), a_user(role))
                cookie = browser.get_cookie("session")
                assert cookie is not None
                self._callers[what] = Caller(place.port, timeout=120)
                self._callers[what].cookies["session"] = cookie.value

    def upload(self, what: str, case: Case) -> Answer:
        """Upload a file through the form of a draft or of a meeting's files."""
        caller, path = self._callers[what], next(self._paths[what])
        if what not in self._tokens:
            page = caller.get(path)
            assert page.status == 200, page.text
            self._tokens[what] = Fields(page.text).values["csrf_token"]
        return caller.ask("POST", path, *_multipart(self._tokens[what], case))

    def close(self) -> None:
        """Close the connections."""
        for caller in self._callers.values():
            caller.close()


def _multipart(token: str, case: Case) -> tuple[bytes, dict[str, str]]:
    """The form as a browser sends it (a name's line ends and quotes are escaped)."""
    boundary = uuid.uuid4().hex
    name = case.name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + case.data + f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def uploads_of(cases: Iterable[Case]) -> Iterator[tuple[str, Case]]:
    """Each case with the form it goes to; what both forms take goes to them in turn."""
    turns = itertools.cycle(("draft", "file"))
    for case in cases:
        if not case.is_draft:
            yield "file", case
        elif case.name.endswith(".docx"):
            yield next(turns), case
        else:
            yield "draft", case


def faults_of_uploads(
    desk: Desk, server: Program, cases: Iterable[tuple[str, Case]]
) -> tuple[list[str], Watch, int]:
    """Upload them all; what went wrong, what was seen of memory, how many were uploaded."""
    # The first of each kind brings in what the server keeps for all that follow.
    for name, data in good_files():
        for what, case in uploads_of([Case("good", name, data)] * 2):
            desk.upload(what, case)
    faults, count, before = [], 0, server.memory
    with Watch(server) as watch:
        for what, case in cases:
            count += 1
            try:
                answer = desk.upload(what, case)
            except OSError as error:
                faults.append(f"{case.what}: {error}")
                continue
            if answer.status not in TOLD:
                faults.append(f"{case.what}: {answer.status}")
        time.sleep(0.1)
    grown = watch.most - before
    if not server.is_alive:
        faults.append("the server ended")
    if grown > MOST_GROWTH:
        faults.append(f"memory: grew by {grown // MEBIBYTE} MiB")
    if watch.child_memory > MEMORY_BYTES:
        faults.append(f"memory: a child held {watch.child_memory // MEBIBYTE} MiB")
    if watch.child_seconds > CPU_SECONDS + 1:
        faults.append(f"time: a child used {watch.child_seconds:.0f} s")
    watch.most = grown
    return faults, watch, count


def test_malformed_files_harm_neither_server_nor_memory(place: Place) -> None:
    server = place.serve()
    total = size(CURATED, 2_000)
    desk = Desk(place, total)
    made = itertools.chain(curated(), mutated(total, total))
    cases = itertools.islice(made, total) if total > 200 else _ci(total)
    faults, watch, count = faults_of_uploads(desk, server, uploads_of(cases))
    desk.close()
    assert faults == []
    assert count >= total
    report(
        "R15 malformed uploads",
        "≥ 2,000 files: 0 × 5xx, 0 deaths, child ≤ 512 MiB and ≤ 10 s, server + ≤ 64 MiB",
        f"{count} files: 0 faults; child ≤ {watch.child_memory // MEBIBYTE} MiB and"
        f" {watch.child_seconds:.1f} s, server + {watch.most // MEBIBYTE} MiB",
    )


def _ci(total: int) -> Iterator[Case]:
    """The curated ones but the slowest."""
    return itertools.islice(curated(lambda what: not any(word in what for word in SLOW)), total)


SLOW = ("without end", "many ", "laughs", "deep", "wide table", "pixel", "large")


def test_the_drill_finds_out_a_server_that_opens_files_itself(place: Place) -> None:
    server = place.serve("opens_files_itself")
    desk = Desk(place, 20)
    wanted = ("png: just allowed", "xml: many paragraphs", "xml: huge text node")
    cases = list(curated(lambda what: what in wanted))
    assert len(cases) == len(wanted)
    faults, watch, _count = faults_of_uploads(desk, server, uploads_of(cases))
    desk.close()
    assert any(each.startswith("memory: grew") for each in faults), faults
    report_control("R15", "files opened in the web process", f"+ {watch.most // MEBIBYTE} MiB")
