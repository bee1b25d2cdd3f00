"""What the citizen drafts with a colleague, for the estate: nobody else is shown a word of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from participation.accounts.models import User
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.organisations import operations, queries
from tests.factories.accounts import actor_of
from tests.factories.organisations import a_citizen, an_opinion, an_organisation

if TYPE_CHECKING:
    from tests.security.estate import Estate, Matter

MEMBERS = frozenset({"citizen"})
"""Of those who walk; the colleague is not among them."""
HERE = "organisations organisation_id"


def draft(estate: Estate, matter: Matter, made: Consultation, people: dict[str, User]) -> None:
    """An opinion in the joint draft of the citizen's organisation; the first time it is founded."""
    if HERE not in estate.values:
        _found(estate, people["citizen"])
    number, key = estate.values[HERE], f"a-joint-opinion-{matter.state}"
    body = "共同" + estate.canaries.mint(f"{matter.state}: joint opinion", MEMBERS)
    assert made.opens_at is not None
    with clock.fixed(made.opens_at + timedelta(days=1)):
        an_opinion(number, people["citizen"], made, body=body, submission_key=key, clause_key="t1")
    found = queries.unsent_draft(number, made.id)
    assert found is not None
    state = queries.state_of(queries.opinions_of(found.id))
    matter.values |= {"joint key": found.submission_key, "joint state": state}


def _found(estate: Estate, citizen: User) -> None:
    colleague = a_citizen(username="colleague")
    made = an_organisation(citizen, colleague)
    estate.values |= {
        HERE: made.id,
        "organisations member_id": queries.own_membership(made.id, colleague.id).id,
        "colleague": colleague.id,
    }


def invite(estate: Estate) -> None:
    """An invitation to another organisation of the citizen's, which can still be used."""
    citizen = db.session.get_one(User, estate.people["citizen"][0])
    address = f"{estate.canaries.mint('an invited address', MEMBERS)}@hidden.example"
    other = an_organisation(citizen, name="另一家公司")
    with transaction():
        made = operations.invite_member(actor_of(citizen), other.id, address, "zh")
        letter = operations.write_invitation(made.id)
    assert letter is not None
    estate.values |= {
        "organisations.join token": letter.token,
        "organisations.accept token": letter.token,
        "organisations.revoke organisation_id": other.id,
        "organisations.leave organisation_id": other.id,
        "organisations.revoke invitation_id": made.id,
    }
