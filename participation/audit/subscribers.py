"""Every event becomes an audit entry, in the event's own transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from participation.audit.models import AuditEntry
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db
from participation.kernel.events import DomainEvent, subscribe


@subscribe(DomainEvent)
def keep(event: DomainEvent) -> None:
    """Write the entry."""
    payload = event.payload()
    payload.pop("consultation_id")
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=event.actor.id,
            actor_role=event.actor.role.value,
            # Nothing can be taken out of the audit again: a citizen is an id here.
            actor_name="" if event.actor.role is Role.CITIZEN else event.actor.name,
            event=event.name,
            consultation_id=event.consultation_id,
            payload={name: _plain(value) for name, value in payload.items()},
        )
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
