"""The blueprint of the pages of questions."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("inquiries", __name__)


def connect(app: Flask) -> None:
    """Let the pages below find a question: by its code, and in a person's own pages."""
