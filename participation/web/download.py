"""Data as a file to keep: it is saved, not shown, and no cache keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response


def as_file(data: Mapping[str, Any], name: str) -> Response:
    """Plain values as a JSON file; `name` is ASCII."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    response = Response(f"{text}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
