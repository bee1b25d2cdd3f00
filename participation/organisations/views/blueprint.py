"""The blueprint of the pages of organisations; how the account's page leads to them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template

from participation.accounts.places import Place, places
from participation.comments.views.write import unkept
from participation.kernel.verdict import N_
from participation.organisations import queries

bp = Blueprint("organisations", __name__)

places.append(Place("organisations.mine", N_("我的单位（共同起草意见）"), queries.count_of))


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page for members alone, which no browser keeps."""
    return unkept(
        make_response(render_template(f"organisations/{template}.html", **values), status)
    )
