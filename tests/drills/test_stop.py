"""Starting and stopping the real program as a person does, and commands beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.drills.harness import PATIENCE, ROOT, Place

pytestmark = pytest.mark.drill


def program(place: Place, *words: str, **settings: str) -> subprocess.Popen[str]:
    """`python …` in the place, its output in one pipe."""
    # Begun in the background of a shell, this process ignores Ctrl-C, and so would its child.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    given = {f"PARTICIPATION_{name.upper()}": each for name, each in settings.items()}
    return subprocess.Popen(
        [sys.executable, *(words or ("app.py",))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**place.env, **given},
    )


@contextmanager
def serving(place: Place) -> Iterator[subprocess.Popen[str]]:
    """The program, answering; killed at the end where it still runs."""
    process = program(place)
    try:
        for line in process.stdout or ():
            if "Ctrl-C" in line:
                break
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def stop(place: Place, how: signal.Signals) -> tuple[float, int, str]:
    """Start, leave a connection open, send the signal; seconds to the end, exit code, output."""
    with serving(place) as process, place.calling() as caller:
        assert caller.get("/healthz").status == 200
        began = time.monotonic()
        process.send_signal(how)
        said, _ = process.communicate(timeout=PATIENCE)
        return time.monotonic() - began, process.returncode, said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_the_program_within_a_second(
    place: Place, how: signal.Signals
) -> None:
    # The promise is about the program: where others use the machine, it has its share of it.
    for _ in range(5):
        before = crowding()
        seconds, code, said = stop(place, how)
        assert code == 0
        assert "Traceback" not in said
        if seconds <= max(before, crowding()):
            return
    pytest.fail(f"the program took {seconds:.1f} s to end")


def crowding() -> float:
    """How many times longer anything takes at present than on an idle machine, at least 1."""
    began, used = time.monotonic(), time.process_time()
    while time.process_time() - used < 0.05:
        pass
    stretched = (time.monotonic() - began) / 0.05
    return max(1.0, 1.5 * stretched, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_a_port_that_is_taken_is_said_in_a_sentence(place: Place, tmp_path_factory) -> None:
    place.serve()
    other = program(place, instance=str(tmp_path_factory.mktemp("other")))
    said, _ = other.communicate(timeout=PATIENCE)
    assert other.returncode == 1
    assert f"port {place.port} cannot be used" in said
    assert "Traceback" not in said


def test_an_unknown_setting_stops_the_start_and_is_named(place: Place) -> None:
    process = program(place, prot="8001")
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "unknown setting: prot" in said
    assert "Traceback" not in said


def test_commands_work_beside_the_running_server_and_beside_one_another(place: Place) -> None:
    place.serve()
    words = ("-m", "flask", "--app", "app", "accounts", "create-department")
    commands = [program(place, *words, f"演练科{each}", "--json") for each in range(2)]
    said = [each.communicate(timeout=PATIENCE)[0] for each in commands]
    assert [each.returncode for each in commands] == [0, 0]
    assert [json.loads(each)["name"] for each in said] == ["演练科0", "演练科1"]
    again = program(place, *words, "演练科0", "--json")
    refusal, _ = again.communicate(timeout=PATIENCE)
    assert again.returncode == 1
    assert len(refusal.strip().splitlines()) == 1
    with place.calling() as caller:
        assert caller.get("/readyz").status == 200
