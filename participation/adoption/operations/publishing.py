"""Publishing the result by itself: the bulletin at the close, and the sealed versions.

Every act locks the consultation, asks the rules under the lock and finds nothing to do where it
was done before; the rows' keys (one bulletin, one of each version) are the second fence.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import insert, literal, select, update

from participation.adoption import queries, rules
from participation.adoption.document import Head, build, digest_of
from participation.adoption.events import (
    BulletinPublished,
    SummarySealed,
)
from participation.adoption.models import (
    AdoptionSummary,
    Bulletin,
    OpinionPoint,
    PointMember,
    SealedMember,
    SealedPoint,
)
from participation.adoption.operations.holding import (
    CLOSE,
    SEAL,
    bulletin_is_due,
    release_hold,
    require_agreement,
    sealing_cause_of,
)
from participation.adoption.queries.points import all_live_points
from participation.adoption.queries.result import bulletin_content
from participation.adoption.rules import Figures, SealingCause
from participation.campaigns import queries as campaigns
from participation.consultations.models import Consultation
from participation.consultations.operations import mark_closed, mark_sealed, touch_id
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, Refused
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.meetings import queries as meetings
from participation.surveys import queries as surveys

log = logging.getLogger(__name__)


def publish_bulletin(consultation_id: int) -> Bulletin | None:
    """Publish the closing bulletin, once; None where it is not due or out already.

    Raises FiguresDisagree where the figures do not add up.
    """
    consultation = lock_exclusive(consultation_id)
    if not bulletin_is_due(consultation):
        return None
    require_agreement(consultation)
    return _publish_bulletin(consultation)


def _publish_bulletin(consultation: Consultation) -> Bulletin:
    figures = queries.kept_figures(consultation.id)
    content = bulletin_content(consultation, figures)
    made = Bulletin(
        consultation_id=consultation.id,
        published_at=clock.now(),
        content=content,
        meetings=content["meetings"],
    )
    db.session.add(made)
    mark_closed(consultation, made.published_at)
    release_hold(consultation.id, CLOSE)
    db.session.flush()
    record(BulletinPublished(consultation_id=consultation.id, received=figures.received))
    return made


def refresh_meetings(consultation_id: int) -> None:
    """Note the meetings as they stand now beside the bulletin; the bulletin itself stays."""
    db.session.execute(
        update(Bulletin)
        .where(Bulletin.consultation_id == consultation_id)
        .values(meetings=meetings.summary_of(consultation_id))
        .execution_options(synchronize_session=False)
    )
    touch_id(consultation_id)


def seal_summary(consultation_id: int) -> AdoptionSummary | None:
    """Seal the next version where the rules ask for one now; None where they do not.

    Raises FiguresDisagree where the figures do not add up.
    """
    consultation = lock_exclusive(consultation_id)
    last = queries.latest_summary(consultation.id)
    cause = sealing_cause_of(consultation, last)
    if cause is None:
        return None
    require_agreement(consultation)
    if bulletin_is_due(consultation):
        _publish_bulletin(consultation)
    return _seal(consultation, last, cause)


def publish_correction(actor: Actor, slug: str, note: str) -> AdoptionSummary:
    """Publish what is being worked on as the next version, with a note on what was corrected."""
    consultation = lock_exclusive(slug)
    note = plain(note)
    stage = consultation.stage(clock.now())
    if len(note) > rules.LONGEST_NOTE:
        raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": rules.LONGEST_NOTE}, field="note")
    rules.may_correct(actor, stage, consultation.department_id, note).enforce()
    last = queries.latest_summary(consultation.id)
    if last is None:
        raise Refused(N_("还没有公布过采纳情况，无需更正。"))
    require_agreement(consultation)
    return _seal(consultation, last, SealingCause.CORRECTION, note, actor)


def _seal(
    consultation: Consultation,
    last: AdoptionSummary | None,
    cause: SealingCause,
    note: str = "",
    actor: Actor = SYSTEM,
) -> AdoptionSummary:
    figures = queries.kept_figures(consultation.id)
    head = _head(consultation, last.version + 1 if last else 1, cause, note)
    document = build(
        head,
        figures,
        all_live_points(consultation.id),
        unsorted=queries.unsorted_numbers(consultation.id),
        surveys=surveys.summary_of(consultation.id),
        meetings=meetings.summary_of(consultation.id),
        near_duplicates=campaigns.published(consultation.id),
    )
    made = AdoptionSummary(
        consultation_id=consultation.id,
        version=head.version,
        cause=cause,
        note=note,
        published_at=head.published_at,
        due_on=head.due_on,
        received=figures.received,
        pending=figures.pending,
        content={name: value for name, value in document.items() if name != "points"},
        digest=digest_of(document),
    )
    db.session.add(made)
    db.session.flush()
    _seal_points(made.id, consultation.id, document["points"])
    release_hold(consultation.id, SEAL)
    mark_sealed(consultation, made.version, head.published_at)
    _tell_sealed(actor, made, figures)
    return made


def _head(consultation: Consultation, version: int, cause: SealingCause, note: str) -> Head:
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    due = queries.due_of(consultation)
    return Head(
        slug=consultation.slug,
        title=consultation.title,
        department=consultation.department.name,
        matter=consultation.matter.value,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        version=version,
        cause=cause,
        note=note,
        published_at=clock.now(),
        due_on=due.on,
        due_latest_on=due.latest_on,
        due_provisional=due.provisional,
        is_past_due=clock.now() >= due.at,
    )


def _seal_points(
    summary_id: int, consultation_id: int, points: Sequence[dict[str, object]]
) -> None:
    if not points:
        return
    db.session.execute(
        insert(SealedPoint),
        [
            {"summary_id": summary_id, "number": point["number"], "content": point}
            for point in points
        ],
    )
    inside = (
        select(literal(summary_id), PointMember.comment_id, OpinionPoint.number)
        .join(OpinionPoint, OpinionPoint.id == PointMember.point_id)
        .where(OpinionPoint.consultation_id == consultation_id)
    )
    db.session.execute(
        insert(SealedMember).from_select(["summary_id", "comment_id", "number"], inside)
    )


def _tell_sealed(actor: Actor, made: AdoptionSummary, figures: Figures) -> None:
    record(
        SummarySealed(
            actor=actor,
            consultation_id=made.consultation_id,
            version=made.version,
            received=figures.received,
            pending=figures.pending,
            digest=made.digest,
        )
    )
