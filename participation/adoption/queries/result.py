"""What the public sees of a result: live from the close on, then the latest sealed version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Row

from participation.adoption.document import (
    PointView,
    build_bulletin,
    figures_plain,
    point_of_plain,
)
from participation.adoption.models import (
    AdoptionSummary,
    Bulletin,
    PublicationHold,
    SealedPoint,
)
from participation.adoption.queries.figures import due_of, kept_figures
from participation.adoption.queries.points import EXCERPT, live_points
from participation.adoption.rules import HELD, Figures, may_show_result
from participation.campaigns import queries as campaigns
from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE
from participation.kernel.text import excerpt
from participation.meetings import queries as meetings
from participation.rulebook.deadlines import Due
from participation.surveys import queries as surveys


@dataclass(frozen=True)
class Result:
    """The result of a consultation as the public sees it at an instant.

    `version` is 0 while it is live. `outcomes` has every outcome, zeros included; `channels` and
    `respondent_kinds` only what there is. `pending_numbers` names overdue opinions that are in no
    point (the first ones). `mismatch` is a sentence in the place of figures that do not add up.
    `next_point` goes on after the page's last point.
    """

    consultation_id: int
    version: int
    sealed: bool
    published_at: datetime | None
    cause: str
    note: str
    due_on: date
    due_latest_on: date
    due_provisional: bool
    is_overdue: bool
    received: int
    outcomes: dict[str, int]
    channels: dict[str, int]
    respondent_kinds: dict[str, int]
    points: list[PointView]
    surveys: list[dict[str, Any]]
    meetings: list[dict[str, Any]]
    digest: str
    bulletin: dict[str, Any] | None
    near_duplicates: dict[str, Any] | None = None
    next_point: int | None = None
    mismatch: str = ""
    pending_numbers: list[int] = field(default_factory=list)

    @property
    def pending(self) -> int:
        """How many opinions wait for an answer."""
        return self.outcomes[Outcome.PENDING.value]


def public_result(
    consultation: Consultation, now: datetime, *, after_point: int = 0, version: int | None = None
) -> Result:
    """The result as the public sees it at `now`, at most 50 points from a number on.

    `version` asks for an older sealed one (NotFound where there is none). Raises Refused before
    the close. Five statements at most once the bulletin is out, whatever the number of opinions.
    """
    stage = consultation.stage(now)
    may_show_result(stage).enforce()
    due = due_of(consultation)
    head = _head(consultation.id, version)
    if head.summary_id is None and version is not None:
        raise NotFound(str(version))
    if head.summary_id is not None:
        return _sealed(consultation, head, due, now, after_point)
    return _live(consultation, head, due, now, after_point)


def _head(consultation_id: int, version: int | None) -> Row[Any]:
    """Bulletin, hold and the wanted sealed version, in one statement."""
    latest = (
        select(func.max(AdoptionSummary.version))
        .where(AdoptionSummary.consultation_id == consultation_id)
        .scalar_subquery()
    )
    held = (
        select(func.count())
        .where(PublicationHold.consultation_id == consultation_id)
        .scalar_subquery()
    )
    found: Row[Any] = db.session.execute(
        select(
            Bulletin.content.label("bulletin"),
            Bulletin.meetings.label("meetings"),
            held.label("held"),
            AdoptionSummary.id.label("summary_id"),
            AdoptionSummary.content.label("content"),
            AdoptionSummary.digest.label("digest"),
            AdoptionSummary.published_at.label("published_at"),
            *campaigns.printed_columns(consultation_id),
        )
        .select_from(Consultation)
        .outerjoin(Bulletin, Bulletin.consultation_id == Consultation.id)
        .outerjoin(
            AdoptionSummary,
            and_(
                AdoptionSummary.consultation_id == Consultation.id,
                AdoptionSummary.version == (latest if version is None else version),
            ),
        )
        .where(Consultation.id == consultation_id)
    ).one()
    return found


def _live(
    consultation: Consultation, head: Row[Any], due: Due, now: datetime, after_point: int
) -> Result:
    figures = kept_figures(consultation.id)
    points, next_point = live_points(consultation.id, after_point)
    plain = figures_plain(figures)
    told = head.bulletin or bulletin_content(consultation, figures)
    return Result(
        consultation_id=consultation.id,
        version=0,
        sealed=False,
        published_at=None,
        cause="",
        note="",
        due_on=due.on,
        due_latest_on=due.latest_on,
        due_provisional=due.provisional,
        is_overdue=figures.pending > 0 and now >= due.at,
        points=points,
        next_point=next_point,
        surveys=told["surveys"],
        meetings=told["meetings"] if head.meetings is None else head.meetings,
        digest="",
        bulletin=told,
        near_duplicates=None if after_point else campaigns.printed(head),
        mismatch=HELD if head.held or not figures.add_up() else "",
        **plain,
    )


def _sealed(
    consultation: Consultation, head: Row[Any], due: Due, now: datetime, after_point: int
) -> Result:
    content = head.content
    points, next_point = _sealed_points(consultation.id, head.summary_id, after_point)
    pending = content["figures"]["outcomes"][Outcome.PENDING.value]
    return Result(
        consultation_id=consultation.id,
        version=content["version"],
        sealed=True,
        published_at=head.published_at,
        cause=content["cause"],
        note=content["note"],
        due_on=date.fromisoformat(content["due"]["on"]),
        due_latest_on=date.fromisoformat(content["due"]["latest_on"]),
        due_provisional=content["due"]["provisional"],
        is_overdue=pending > 0 and now >= due.at,
        points=points,
        next_point=next_point,
        surveys=content["surveys"],
        meetings=content["meetings"],
        digest=head.digest,
        bulletin=head.bulletin,
        near_duplicates=None if after_point else content.get("near_duplicates"),
        pending_numbers=content["overdue"]["unsorted"],
        **content["figures"],
    )


def _sealed_points(
    consultation_id: int, summary_id: int, after: int
) -> tuple[list[PointView], int | None]:
    rows = db.session.scalars(
        select(SealedPoint.content)
        .where(SealedPoint.summary_id == summary_id, SealedPoint.number > after)
        .order_by(SealedPoint.number)
        .limit(PAGE + 1)
    ).all()
    page = rows[:PAGE]
    quoted = [each["number"] for point in page for each in point["excerpts"]]
    words = _public_words(consultation_id, quoted)
    views = [point_of_plain(point, words) for point in page]
    return views, views[-1].number if len(rows) > PAGE else None


def _public_words(consultation_id: int, numbers: Sequence[int]) -> dict[int, str]:
    """What these opinions are quoted with, where they are still public."""
    if not numbers:
        return {}
    rows = db.session.execute(
        select(Comment.number, func.substr(Comment.shown_body, 1, EXCERPT + 1)).where(
            Comment.consultation_id == consultation_id,
            Comment.number.in_(numbers),
            Comment.published_at.is_not(None),
        )
    )
    return {number: excerpt(text, EXCERPT) for number, text in rows}


def bulletin(consultation: Consultation) -> dict[str, Any]:
    """The closing bulletin: as published, or as it is about to be; to be shown after the close."""
    row = db.session.get(Bulletin, consultation.id)
    if row is not None:
        return row.content
    return bulletin_content(consultation, kept_figures(consultation.id))


def bulletin_mismatch(consultation: Consultation) -> str:
    """What is said in the place of a bulletin whose figures do not add up; empty where they do.

    A published bulletin was counted anew before and stands.
    """
    if db.session.get(Bulletin, consultation.id) is not None:
        return ""
    held = db.session.scalar(
        select(PublicationHold.what).where(PublicationHold.consultation_id == consultation.id)
    )
    return HELD if held or not kept_figures(consultation.id).add_up() else ""


def bulletin_content(consultation: Consultation, figures: Figures) -> dict[str, Any]:
    """The bulletin made anew from what is there."""
    assert consultation.closes_at is not None
    return build_bulletin(
        consultation.closes_at,
        figures,
        surveys.summary_of(consultation.id),
        meetings.summary_of(consultation.id),
    )
