"""The questionnaires that somebody has filled in while signed in."""

from __future__ import annotations

from flask import current_app, render_template

from participation.accounts.places import Place, places
from participation.accounts.rules import may_change_password
from participation.kernel.verdict import N_
from participation.surveys import operations, queries, tickets
from participation.surveys.queries import Answered
from participation.surveys.views.entrance import bp
from participation.web.access import current_actor, guarded


def answered_by(account_id: int) -> list[Answered]:
    """What an account has answered, found by its own tickets: no row names the account."""
    secret = str(current_app.secret_key)
    hashes = {
        operations.hash_of(number, tickets.of_account(secret, number, account_id))
        for number in queries.latest_ids()
    }
    return queries.answered(hashes)


places.append(Place("surveys.mine", N_("我填的问卷"), lambda number: len(answered_by(number))))


@bp.get("/account/surveys")
@guarded(may_change_password)
def mine() -> str:
    """The questionnaires answered with one's own account, the latest first."""
    number = current_actor().id
    assert number is not None
    return render_template("surveys/mine.html", found=answered_by(number))
