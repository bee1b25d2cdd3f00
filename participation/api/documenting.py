"""What every part of the JSON face shares: how it reads arguments and documents its refusals."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import abort
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser

from participation.api import schemas

ALWAYS = (503,)
"""What any view may answer: the platform is busy, closed for its upkeep or without its database."""


class Parser(FlaskParser):
    """Reads arguments; JSON that cannot be read is bad input like any other (422)."""

    def _handle_invalid_json_error(self, error: Any, req: Any, *_: Any, **__: Any) -> NoReturn:
        abort(422)


def documented_on(bp: Blueprint, *statuses: int) -> Any:
    """Document the error answers of a view."""

    def decorate(view: Any) -> Any:
        for status in (*statuses, *ALWAYS):
            view = bp.alt_response(status, schema=schemas.Message)(view)
        return view

    return decorate
