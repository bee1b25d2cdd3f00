"""Power loss: what was acknowledged is on the disk, not only on its way there.

A library preloaded into the server (power.c) keeps beside its folder what a power cut would leave
of it: files as they were last synced. At each pull of the plug that folder takes its place.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from participation.kernel.db import sqlite_module
from tests.drills.checks import faults_of_record
from tests.drills.crowd import Crowd, Sent
from tests.drills.harness import Place, Program, Starter, size, tomorrow, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SENDERS = 6
SHARE = size(6, 30)
"""How many receipts are given between two pulls, at least."""


@pytest.fixture(scope="module")
def forgetful_starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """Starts programs on a disk that forgets what was not synced."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        words = "no C compiler on PATH: apt-get install gcc libc6-dev"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    library = tmp_path_factory.mktemp("power") / "power.so"
    source = Path(__file__).with_name("power.c")
    how = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(
        [compiler, *how, "-o", str(library), str(source), "-ldl", "-lpthread"], check=True
    )
    made = Starter(preload=library)
    yield made
    made.close()


def pull_again_and_again(
    place: Place, starter: Starter, times: int, fault: str = ""
) -> tuple[str, list[Sent], list[str]]:
    """Pull the plug `times` times under load; the slug, what was sent, and unsound files."""
    moments, unsound = random.Random(times), []
    slug = place.post(tomorrow())
    durable = place.folder.with_name("durable")
    place.starter = starter
    place.surroundings = {"POWER_LIVE": str(place.folder), "POWER_DURABLE": str(durable)}
    shutil.copytree(place.folder, durable)
    server = place.serve(fault)
    crowd = Crowd(place, slug, SENDERS)
    crowd.start()
    for _ in range(times):
        before = crowd.acknowledged
        wait_for(lambda seen=before: crowd.acknowledged >= seen + SHARE, "receipts")
        time.sleep(moments.uniform(0, 0.25))
        pull(server, place.folder, durable)
        unsound += faults_of_file(durable)
        server = place.serve(fault)
    sent = crowd.finish()
    pull(server, place.folder, durable)
    return slug, sent, unsound


def pull(server: Program, live: Path, durable: Path) -> None:
    """Stop everything at one instant; what was not synced is gone."""
    server.suspend()
    server.kill()
    shutil.rmtree(live)
    shutil.copytree(durable, live, ignore=shutil.ignore_patterns("*.part"))


def faults_of_file(folder: Path) -> list[str]:
    """What SQLite itself says of the database in a copy of the folder."""
    copy = folder.with_name("examined")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.part"))
    try:
        with closing(sqlite_module().connect(copy / "participation.db")) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    finally:
        shutil.rmtree(copy)
    return [] if said == ["ok"] else said


def test_no_acknowledged_opinion_is_lost_when_the_plug_is_pulled(
    place: Place, forgetful_starter: Starter
) -> None:
    pulls = size(3, 200)
    slug, sent, unsound = pull_again_and_again(place, forgetful_starter, pulls)
    assert unsound == []
    assert all(each.acknowledged for each in sent), "somebody never got a receipt"
    assert faults_of_record(place, slug, sent) == []
    report(
        "R2 power loss, SQLite",
        "200 pulls (CI: 3): 0 acknowledged lost, every file sound",
        f"{pulls + 1} pulls, {len(sent)} acknowledged: 0 lost, every file sound",
    )


@pytest.mark.parametrize("fault", ["syncs_sometimes", "syncs_never"])
def test_the_drill_finds_out_a_server_that_does_not_sync(
    place: Place, forgetful_starter: Starter, fault: str
) -> None:
    pulls = size(1, 10)
    slug, sent, _ = pull_again_and_again(place, forgetful_starter, pulls, fault)
    faults = faults_of_record(place, slug, sent)
    lost = [each for each in faults if each.startswith("lost")]
    assert lost
    report_control("R2", fault, f"lost {len(lost)} of {len(sent)}")
