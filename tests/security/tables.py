"""Tables and statements on their way into a matter, for the estate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from participation.accounts.models import User
from participation.comments.rules import Stance
from participation.consultations.models import Consultation
from participation.importing import operations
from participation.importing.queries import key_of_statement
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.meetings import operations as meetings
from participation.meetings.operations import RecordFields, StatementFields
from participation.meetings.queries import by_id
from tests.factories.accounts import actor_of
from tests.factories.importing import a_csv, a_row, an_import
from tests.factories.meetings import a_meeting
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
    _take_a_statement(estate, matter, made, officer)


def _take_a_statement(estate: Estate, matter: Matter, made: Consultation, officer: User) -> None:
    """A seminar within the window: one of its statements is an opinion, the other is none yet."""
    assert made.opens_at is not None
    held = a_meeting(made, starts_at=made.opens_at, ends_at=None, announced_at=made.opens_at)
    said = (StatementFields("居民甲", "路灯太暗。"), StatementFields("居民乙", "灯太亮。"))
    with transaction():
        meetings.save_record(SYSTEM, made.slug, held.id, RecordFields(statements=said))
    key = key_of_statement(by_id(made.id, held.id).statements[0])
    with transaction():
        operations.take_statement(actor_of(officer), made.slug, held.id, key, Stance.SUGGEST)
    matter.values["importing.take meeting_id"] = held.id
