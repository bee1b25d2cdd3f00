"""What the worker publishes: the closing bulletin and the sealed versions, each exactly once.

The whole effect of both jobs is rows, so that it commits with the job itself or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from participation.adoption import operations
from participation.adoption.operations.holding import CLOSE, SEAL
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.jobs import handler


def _refused(what: str, payload: Mapping[str, Any]) -> None:
    consultation_id = int(payload["consultation_id"])
    if not operations.hold_publication(consultation_id, what):
        operations.look_again(consultation_id, what)


@handler(CLOSE, failed=partial(_refused, CLOSE))
def close(payload: Mapping[str, Any]) -> None:
    """Publish the closing bulletin, where it is due."""
    operations.publish_bulletin(int(payload["consultation_id"]))


@handler(SEAL, failed=partial(_refused, SEAL))
def seal(payload: Mapping[str, Any]) -> None:
    """Seal a version, where one is due; while it is not, see to it that the due date is looked at.

    The calendar may have changed since the look was scheduled.
    """
    consultation_id = int(payload["consultation_id"])
    if operations.seal_summary(consultation_id) is not None:
        return
    consultation = db.session.get(Consultation, consultation_id)
    if consultation is not None and consultation.stage(clock.now()) is Stage.CLOSED:
        operations.schedule_due(consultation)
