"""Hands a file to a child process within limits, so that no file can harm the server.

The child gets one line of JSON, which holds its limits, and then the bytes; whatever becomes of
it, the caller's process holds no more than the file and the answer.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from participation.kernel.errors import Unavailable
from participation.kernel.verdict import N_

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
TIMEOUT_SECONDS = 20.0
MOST_CHILDREN = 3
BUSY = N_("正在处理的文件较多，这一次没有收下。请过一分钟再上传。")
# What an interpreter may need to start at all; everything else, secrets included, stays here.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")

_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(MOST_CHILDREN)


class ChildFailed(Exception):
    """The child gave no answer; `code` is took-too-long, too-much-memory or failed."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def request_line(
    values: Mapping[str, object],
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    memory_bytes: int = MEMORY_BYTES,
    most_cpu_seconds: int = CPU_SECONDS,
) -> bytes:
    """The first line of a request: the values and the limits the child is to set itself."""
    cpu_seconds = max(1, min(most_cpu_seconds, round(timeout_seconds)))
    limits = {"memory_bytes": memory_bytes, "cpu_seconds": cpu_seconds}
    return json.dumps({**values, **limits}).encode() + b"\n"


def ask_child(
    script: Path, request: bytes, data: bytes = b"", timeout_seconds: float = TIMEOUT_SECONDS
) -> bytes:
    """What the script answers on its standard output to the request and the bytes after it.

    Raises ChildFailed where it ends otherwise than with 0, or not in time; Unavailable where too
    many files are looked at already.
    """
    with _given(request, data, timeout_seconds) as given:
        return _answer(script, given, timeout_seconds)


def lines_of_child(
    script: Path, request: bytes, data: bytes, timeout_seconds: float
) -> Generator[bytes, None, None]:
    """As `ask_child`, line by line: the answer may be larger than anybody's memory.

    Raises as it does, after the lines that came; whoever stops reading ends the child.
    """
    with (
        _given(request, data, timeout_seconds) as given,
        tempfile.TemporaryFile() as complaint,
    ):
        process = _start(script, given, complaint)
        timer = threading.Timer(timeout_seconds, _kill, (process,))
        timer.start()
        try:
            assert process.stdout is not None
            # Not `yield from`, which would close the pipe under the hands of `_end`.
            for line in process.stdout:  # noqa: UP028
                yield line
            process.wait()
            is_late = not timer.is_alive()
        finally:
            timer.cancel()
            _end(process)
        if is_late:
            raise ChildFailed("took-too-long")
        if process.returncode:
            complaint.seek(0)
            raise ChildFailed(_code_of_death(process.returncode, complaint.read()))


@contextmanager
def _given(request: bytes, data: bytes, timeout_seconds: float) -> Iterator[IO[bytes]]:
    if not _places.acquire(timeout=timeout_seconds):
        raise Unavailable(BUSY)
    try:
        # Through a file: a pipe would need another copy of the bytes in this process.
        with tempfile.TemporaryFile() as given:
            given.write(request)
            given.write(data)
            given.seek(0)
            yield given
    finally:
        _places.release()


def _answer(script: Path, given: IO[bytes], timeout_seconds: float) -> bytes:
    process = _start(script, given, subprocess.PIPE)
    try:
        output, complaint = process.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        raise ChildFailed("took-too-long") from None
    finally:
        _end(process)
    if process.returncode:
        raise ChildFailed(_code_of_death(process.returncode, complaint))
    return output


def _start(script: Path, given: IO[bytes], complaint: IO[bytes] | int) -> subprocess.Popen[bytes]:
    # By path and isolated (-I): works from any folder, and nothing beside the script is imported.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and script, no user words
        [sys.executable, "-I", "-X", "utf8", str(script)],
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=complaint,
        cwd=os.path.abspath(os.sep),
        env={key: os.environ[key] for key in _INHERITED if key in os.environ},
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no child behind, whatever happened; the whole group, should it have started others."""
    if process.poll() is None:
        _kill(process)
        process.communicate()
    elif process.stdout is not None:
        process.stdout.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _code_of_death(returncode: int, complaint: bytes) -> str:
    """Why the child ended without an answer."""
    if returncode == -getattr(signal, "SIGXCPU", 0):
        return "took-too-long"
    if returncode < 0 or b"MemoryError" in complaint:  # native code ends hard when memory is out
        return "too-much-memory"
    _log.error("child ended with %s: %s", returncode, complaint[-2000:].decode("utf-8", "replace"))
    return "failed"
