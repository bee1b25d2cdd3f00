"""Looks into an uploaded file in a limited child process: the web's own holds its bytes only."""

from __future__ import annotations

import json
from pathlib import Path

from participation.kernel.confined import ChildFailed, ask_child, request_line
from participation.kernel.errors import Invalid
from participation.kernel.files import AcceptedFile, own_name, refuse_at_once
from participation.kernel.verdict import N_

TOO_MUCH = N_("“%(name)s”太复杂，处理不了，没有收下。请缩小图片或者拆分后再上传。")

_CHILD = Path(__file__).with_name("looking_child.py")


def look_into(name: str, data: bytes, *, bare: bool = False) -> AcceptedFile:
    """The file where it may be kept (see `files.accept`); raise Invalid with the reason where not.

    Raises Unavailable where too many files are looked at already.
    """
    refuse_at_once(name, data)
    try:
        asked = request_line({"name": name, "bare": bare})
        line, _, kept = ask_child(_CHILD, asked, data).partition(b"\n")
    except ChildFailed:
        raise Invalid(TOO_MUCH, {"name": own_name(name)}, field="file") from None
    said = json.loads(line)
    if (refusal := said.get("refusal")) is not None:
        raise Invalid(refusal["reason"], refusal["params"], field=refusal["field"])
    return AcceptedFile(said["name"], said["kind"], data if said["is_same"] else kept)
