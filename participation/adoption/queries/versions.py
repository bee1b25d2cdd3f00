"""The sealed versions of a result: their list, a whole document, an opinion's answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from participation.adoption.document import PointView, point_of_plain
from participation.adoption.models import AdoptionSummary, SealedMember, SealedPoint
from participation.adoption.queries.points import live_point_of
from participation.adoption.rules import SealingCause
from participation.comments.models import Comment
from participation.consultations.rules import Stage
from participation.kernel.db import db
from participation.kernel.errors import NotFound


class Version(NamedTuple):
    """A sealed version in the list of versions."""

    version: int
    cause: SealingCause
    note: str
    published_at: datetime
    received: int
    pending: int
    digest: str


def versions(consultation_id: int) -> list[Version]:
    """The sealed versions, the latest first."""
    columns = (
        AdoptionSummary.version,
        AdoptionSummary.cause,
        AdoptionSummary.note,
        AdoptionSummary.published_at,
        AdoptionSummary.received,
        AdoptionSummary.pending,
        AdoptionSummary.digest,
    )
    rows = db.session.execute(
        select(*columns)
        .where(AdoptionSummary.consultation_id == consultation_id)
        .order_by(AdoptionSummary.version.desc())
    )
    return [Version(*row) for row in rows]


def latest_summary(consultation_id: int) -> AdoptionSummary | None:
    """The latest sealed version as a row."""
    return db.session.scalars(
        select(AdoptionSummary)
        .where(AdoptionSummary.consultation_id == consultation_id)
        .order_by(AdoptionSummary.version.desc())
        .limit(1)
    ).one_or_none()


def document_of(consultation_id: int, version: int) -> Mapping[str, Any]:
    """The whole document of a sealed version, all points included, as its digest was taken."""
    summary = db.session.scalars(
        select(AdoptionSummary).where(
            AdoptionSummary.consultation_id == consultation_id, AdoptionSummary.version == version
        )
    ).one_or_none()
    if summary is None:
        raise NotFound(str(version))
    points = db.session.scalars(
        select(SealedPoint.content)
        .where(SealedPoint.summary_id == summary.id)
        .order_by(SealedPoint.number)
    )
    return {**summary.content, "points": list(points)}


def point_of(comment: Comment, now: datetime) -> PointView | None:
    """The point in which an opinion (or the one it repeats) was answered, as public at `now`.

    None before the close, and for an opinion that is in no point. Once a version is sealed, what
    it says counts, not what is being worked on since. Without excerpts; one statement.
    """
    stage = comment.consultation.stage(now)
    comment_id = comment.duplicate_of_id or comment.id
    if stage is Stage.SEALED:
        return _sealed_point_of(comment.consultation_id, comment_id)
    return live_point_of(comment_id) if stage is Stage.CLOSED else None


def _sealed_point_of(consultation_id: int, comment_id: int) -> PointView | None:
    latest = (
        select(AdoptionSummary.id)
        .where(AdoptionSummary.consultation_id == consultation_id)
        .order_by(AdoptionSummary.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    content = db.session.scalar(
        select(SealedPoint.content)
        .join(
            SealedMember,
            and_(
                SealedMember.summary_id == SealedPoint.summary_id,
                SealedMember.number == SealedPoint.number,
            ),
        )
        .where(SealedMember.summary_id == latest, SealedMember.comment_id == comment_id)
    )
    return None if content is None else point_of_plain(content, {})
