"""Files to keep: data of one person, and stored files that may never run in a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response

SEALED_OFF = "sandbox; default-src 'none'"
"""What a file of somebody's may do where a browser opens it all the same: nothing."""


def stored_file(
    content: bytes, media_type: str, name: str, *, is_public: bool, shown: bool = False
) -> Response:
    """A stored file, to be saved and never to be run; `shown`: a picture of ours, shown in place.

    `name` is the file's own; where that is not understood, its ending is kept.
    """
    response = Response(content, content_type=media_type)
    ending = name.rpartition(".")[2]
    plain = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
    manner = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = (
        f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SEALED_OFF
    response.headers["Cache-Control"] = "public, max-age=3600" if is_public else "no-store"
    return response


def as_file(data: Mapping[str, Any], name: str) -> Response:
    """Plain values as a JSON file; `name` is ASCII."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    response = Response(f"{text}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
