"""Reactions of opinions: contacts forgotten after the result, deleted accounts unlinked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from participation.accounts.events import AccountErased
from participation.accounts.places import Place, places
from participation.accounts.portable import tellers
from participation.comments.models import Comment, CommentSupport
from participation.comments.portable import opinions_of
from participation.comments.queries import count_of
from participation.consultations.events import ConsultationSealed
from participation.kernel import clock, jobs
from participation.kernel.db import db
from participation.kernel.events import subscribe
from participation.kernel.verdict import N_
from participation.rulebook.statutes import rule

# What a person takes along of an account holds the opinions sent with it.
tellers.append(opinions_of)
places.append(Place("comments.mine", N_("我提的意见"), count_of))


@subscribe(AccountErased)
def unlink(event: AccountErased) -> None:
    """What was sent with a deleted account stays, and is nobody's."""
    db.session.execute(
        update(Comment)
        .where(Comment.account_id == event.user_id)
        .values(account_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(CommentSupport)
        .where(CommentSupport.account_id == event.user_id)
        .values(account_id=None)
        .execution_options(synchronize_session=False)
    )


@subscribe(ConsultationSealed)
def plan_to_forget(event: ConsultationSealed) -> None:
    """Keep the promise of the personal-information notice (rule R1) from the first version on."""
    assert event.consultation_id is not None
    jobs.enqueue(
        "comments.forget_contacts",
        {"consultation_id": event.consultation_id},
        run_at=clock.now() + timedelta(days=rule("R1").numbers["days"]),
        unique_key=f"forget:{event.consultation_id}",
    )
