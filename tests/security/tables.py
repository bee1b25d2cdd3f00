"""Tables on their way into a matter, for the estate: one tried, one gone in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from participation.accounts.models import User
from participation.consultations.models import Consultation
from participation.importing import operations
from participation.kernel.db import transaction
from tests.factories.accounts import actor_of
from tests.factories.importing import a_csv, a_row, an_import
from tests.security import estate as estates

if TYPE_CHECKING:
    from tests.security.estate import Estate, Matter


def import_some(estate: Estate, matter: Matter, made: Consultation, officer: User) -> None:
    """A table that was tried, whose pages are looked at; one that the estate's worker enters."""
    actor, mint, state = actor_of(officer), estate.canaries.mint, matter.state
    assert made.opens_at is not None
    day = made.opens_at.date().isoformat()
    name = "周" + mint(f"{state}: name in a table", estates.OFFICERS)
    unknown = "飞鸽" + mint(f"{state}: cell in a remark", estates.OFFICERS)
    rows = [a_row(1, name=name, day=day), a_row(2, channel=unknown, day=day)]
    tried = an_import(actor, made, a_csv(rows), day=day)
    going = an_import(actor, made, a_csv([a_row(3, day=day)]), day=day)
    with transaction():
        operations.start_import(actor, made.slug, going.id)
    matter.values["importing import_id"] = tried.id
