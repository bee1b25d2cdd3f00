"""The blueprint of the pages of questions, and how pages of other features lead to them."""

from __future__ import annotations

from flask import Blueprint, url_for
from sqlalchemy import func, select

from participation.accounts.places import Place, places
from participation.comments.story import homes
from participation.inquiries.models import Inquiry
from participation.inquiries.queries import by_receipt
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.verdict import N_

bp = Blueprint("inquiries", __name__)


def home_of(code: str) -> str | None:
    """The address of a question's receipt page; None where the code is no question's."""
    try:
        return url_for("inquiries.receipt", code=by_receipt(code).receipt)
    except NotFound:
        return None


def asked_by(account_id: int) -> int:
    """How many questions were asked with an account."""
    return db.session.scalar(select(func.count()).where(Inquiry.account_id == account_id)) or 0


homes.append(home_of)
places.append(Place("inquiries.mine", N_("我的提问"), asked_by))
