"""Reads an uploaded draft in a limited child process, so that no file can harm the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from participation.consultations.parsed import Draft, UnreadableDraft, draft_from_dict
from participation.kernel.confined import (
    MEMORY_BYTES,
    TIMEOUT_SECONDS,
    ChildFailed,
    ask_child,
    request_line,
)

MAX_BYTES = 10 * 1024 * 1024

_CHILD = Path(__file__).with_name("reading_child.py")


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
    request = request_line(
        {"name": name}, timeout_seconds=timeout_seconds, memory_bytes=memory_bytes
    )
    answer = _ask_child(request, timeout_seconds, data)
    if (error := answer.get("error")) is not None:
        raise UnreadableDraft(error["code"], error["params"])
    return draft_from_dict(answer["draft"])


def _ask_child(request: bytes, timeout_seconds: float, data: bytes = b"") -> dict[str, Any]:
    try:
        return dict(json.loads(ask_child(_CHILD, request, data, timeout_seconds)))
    except ChildFailed as error:
        code = "reader-failed" if error.code == "failed" else error.code
        raise UnreadableDraft(code) from None
    except ValueError:
        raise UnreadableDraft("reader-failed") from None
