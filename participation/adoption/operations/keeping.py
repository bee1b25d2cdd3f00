"""Keeping an answer in spite of a warning, with a note that stays."""

from __future__ import annotations

from collections.abc import Sequence

from participation.adoption import rules
from participation.adoption.checking import LEAST_NOTE, Finding
from participation.adoption.events import AnswerKept
from participation.adoption.models import KeptAnswer, OpinionPoint
from participation.adoption.operations.workplace import Overtaken, checked, locked_point
from participation.adoption.queries.checks import warnings_of
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_


def keep_answer(
    actor: Actor, point_id: int, chosen: Sequence[Finding], note: str, *, seen: int | None = None
) -> OpinionPoint:
    """Let a point's answer stand in spite of these warnings; the note says why.

    `seen` is the version of the point that was read; Overtaken where it is another by now. A
    warning that is no more, or was kept already, is passed over.
    """
    consultation, point = locked_point(actor, point_id)
    if seen not in (None, point.version):
        raise Overtaken
    if not chosen:
        raise Invalid(N_("请勾选要保留的提醒。"), field="findings")
    words = checked(note, rules.LONGEST_NOTE, "note")
    if len(words) < LEAST_NOTE:
        raise Invalid(N_("请写明为什么仍这样答复，至少5个字。"), field="note")
    present = warnings_of(consultation.id, point.number)
    now = clock.now()
    for each in present:
        if each.finding not in chosen or each.kept is not None:
            continue
        db.session.add(
            KeptAnswer(
                point_id=point.id,
                finding=each.finding,
                decided_at=point.decided_at,
                note=words,
                kept_at=now,
                kept_by_id=actor.id,
            )
        )
        record(
            AnswerKept(
                actor=actor,
                consultation_id=consultation.id,
                point_id=point.id,
                number=point.number,
                finding=each.finding.value,
            )
        )
    db.session.flush()
    return point
