"""The blueprint that portal's views register on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("portal", __name__)
