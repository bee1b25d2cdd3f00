"""What a department owes after an outage near a close: an extension settles it."""

from __future__ import annotations

from sqlalchemy import update

from participation.consultations.models import OutageNote, WindowExtension
from participation.kernel.db import db


def settle_by_extension(made: WindowExtension) -> None:
    """Note an extension as the answer to every outage that has none yet."""
    db.session.execute(
        update(OutageNote)
        .where(OutageNote.consultation_id == made.consultation_id, OutageNote.answered_at.is_(None))
        .values(
            extension_id=made.id,
            answered_at=made.extended_at,
            answered_by_id=made.extended_by_id,
        )
    )
