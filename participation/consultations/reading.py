"""Reads an uploaded draft in a limited child process, so that no file can harm the server."""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from participation.consultations.parsed import Draft, UnreadableDraft, draft_from_dict

MAX_BYTES = 10 * 1024 * 1024
MEMORY_BYTES = 512 * 1024 * 1024
TIMEOUT_SECONDS = 20.0

_CHILD = Path(__file__).with_name("reading_child.py")
# What an interpreter may need to start at all; everything else, secrets included, stays here.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")

_log = logging.getLogger(__name__)


def read_file(
    name: str,
    data: bytes,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> Draft:
    """The draft in an uploaded .docx, .txt or .md, told apart by content.

    `name` is the file name as given, `memory_bytes` the address space and `timeout_seconds` the
    wall time the child may use. Raises UnreadableDraft, with a sentence for the person, for
    everything that cannot be read; the caller's process is never at risk.
    """
    if not data:
        raise UnreadableDraft("empty")
    if len(data) > MAX_BYTES:
        raise UnreadableDraft("too-large", {"limit": str(MAX_BYTES // 1024 // 1024)})
    request = {
        "name": name,
        "memory_bytes": memory_bytes,
        "cpu_seconds": math.ceil(timeout_seconds) + 1,
    }
    answer = _ask_child(json.dumps(request).encode() + b"\n" + data, timeout_seconds)
    if (error := answer.get("error")) is not None:
        raise UnreadableDraft(error["code"], error["params"])
    return draft_from_dict(answer["draft"])


def _ask_child(request: bytes, timeout_seconds: float) -> dict[str, Any]:
    # By path and isolated (-I): works from any folder, and nothing beside the script is imported.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no user words
        [sys.executable, "-I", "-X", "utf8", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.path.abspath(os.sep),
        env={key: os.environ[key] for key in _INHERITED if key in os.environ},
        start_new_session=True,
    )
    try:
        output, complaint = process.communicate(request, timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        raise UnreadableDraft("took-too-long") from None
    finally:
        _end(process)
    if process.returncode == 0:
        try:
            return dict(json.loads(output))
        except ValueError:
            pass
    raise UnreadableDraft(_code_of_death(process.returncode, complaint))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no child behind, whatever happened; the whole group, should it have started others."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _code_of_death(returncode: int, complaint: bytes) -> str:
    """Why the child ended without an answer."""
    if returncode == -getattr(signal, "SIGXCPU", 0):
        return "took-too-long"
    if returncode < 0 or b"MemoryError" in complaint:  # native code ends hard when memory is out
        return "too-much-memory"
    reason = complaint[-2000:].decode("utf-8", "replace")
    _log.error("draft reader ended with %s: %s", returncode, reason)
    return "reader-failed"
