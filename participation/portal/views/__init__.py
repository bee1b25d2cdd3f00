"""The public pages: front, lists, a consultation with its draft, its opinions and its result."""

from __future__ import annotations

from participation.portal.views import (
    calendar,
    consultation,
    data,
    draft,
    feeds,
    front,
    opinions,
    plain,
    proof,
    reading,
    record,
    result,
    robots,
    sharing,
    trust,
)
from participation.portal.views.entrance import bp
from participation.portal.words import connect

__all__ = [
    "bp",
    "calendar",
    "connect",
    "consultation",
    "data",
    "draft",
    "feeds",
    "front",
    "opinions",
    "plain",
    "proof",
    "reading",
    "record",
    "result",
    "robots",
    "sharing",
    "trust",
]
