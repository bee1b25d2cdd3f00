"""When a form was opened, signed: nobody reads and writes in a second, programs do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from participation.kernel import clock

LEAST = timedelta(seconds=3)
"""Less than it takes a practised person to fill in the shortest form and press."""


def stamp() -> str:
    """This moment, to be carried by a form."""
    return str(_signer().dumps(int(clock.now().timestamp())))


def opened_at(stamped: str | None) -> datetime | None:
    """When the form that carries the stamp was opened; None for a stamp that is not ours."""
    try:
        seconds = _signer().loads(stamped or "")
    except BadData:
        return None
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def has_passed(stamped: str | None, least: timedelta = LEAST) -> bool:
    """Whether the form was open at least so long."""
    opened = opened_at(stamped)
    return opened is not None and clock.now() - opened >= least


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="opened")
