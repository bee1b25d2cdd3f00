"""The state that officers work on: the unsorted pile, the points, what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, literal, select, tuple_

from participation.adoption.models import OpinionPoint, PointMember
from participation.adoption.queries.figures import Refusal, due_of, kept_figures, refusals
from participation.adoption.queries.versions import Version, versions
from participation.adoption.rules import Disposition, Figures
from participation.campaigns import queries as campaigns
from participation.campaigns.queries import CampaignRow
from participation.comments.models import Comment
from participation.comments.queries import EXCERPTS
from participation.comments.rules import (
    Channel,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Visibility,
)
from participation.consultations.models import Clause, Consultation, ConsultationDocument
from participation.kernel.db import Instant, db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.rulebook.deadlines import Due

MOST_CHOICES = 300


class OpinionRow(NamedTuple):
    """An opinion to be sorted: the first `comments.queries.EXCERPT` signs of the words received."""

    id: int
    number: int
    clause_id: int | None
    clause_label: str | None
    document_title: str | None
    stance: Stance
    body: str
    body_length: int
    quoted_text: str
    quoted_at: int | None
    proposal_kind: ProposalKind | None
    proposed_text: str
    respondent_kind: RespondentKind
    channel: Channel
    visibility: Visibility
    received_at: datetime


class PointRow(NamedTuple):
    """A point in the staff's list."""

    id: int
    number: int
    title: str
    clause_label: str
    disposition: Disposition | None
    reason: str
    changed_text: str
    member_count: int
    decided_at: datetime | None


class ClauseChoice(NamedTuple):
    """A clause with pending unsorted opinions, and how many."""

    id: int
    key: str
    label: str
    opinions: int


@dataclass(frozen=True)
class Working:
    """Where the work on a result stands. `unsorted` are pending opinions in no point, `campaigns`
    the groups of opinions that say the same."""

    figures: Figures
    due: Due
    point_count: int
    undecided: int
    unsorted: int
    campaigns: int
    versions: list[Version]
    refusals: list[Refusal]
    has_unpublished_changes: bool

    @property
    def adds_up(self) -> bool:
        """Whether the figures shown add up."""
        return self.figures.add_up()


def working(consultation: Consultation) -> Working:
    """The state of the work; a handful of statements, whatever the number of opinions."""
    figures = kept_figures(consultation.id)
    undecided = func.count().filter(OpinionPoint.disposition.is_(None))
    waiting = func.coalesce(
        func.sum(OpinionPoint.member_count).filter(OpinionPoint.disposition.is_(None)), 0
    )
    row = db.session.execute(
        select(
            func.count(),
            undecided,
            waiting,
            func.max(OpinionPoint.changed_at),
            campaigns.count_of(consultation.id),
        ).where(OpinionPoint.consultation_id == consultation.id)
    ).one()
    count, open_points, in_points, changed_at, groups = row
    sealed = versions(consultation.id)
    return Working(
        figures=figures,
        due=due_of(consultation),
        point_count=count,
        undecided=open_points,
        unsorted=max(0, figures.pending - int(in_points)),
        campaigns=groups,
        versions=sealed,
        refusals=refusals(consultation.id),
        has_unpublished_changes=bool(
            sealed and changed_at is not None and changed_at > sealed[0].published_at
        ),
    )


def unsorted(
    consultation_id: int,
    after: Cursor | None = None,
    *,
    clause_id: int | None = None,
    stance: Stance | None = None,
    single: bool = False,
) -> Page[OpinionRow]:
    """A page of pending opinions that are in no point, in the order they came.

    `single` leaves out those in a group of opinions that say the same (`unsorted_campaigns`).
    """
    statement = _unsorted(_opinions(), consultation_id)
    if single:
        statement = statement.where(~campaigns.is_member())
    if clause_id is not None:
        statement = statement.where(Comment.clause_id == clause_id)
    if stance is not None:
        statement = statement.where(Comment.stance == stance)
    if after is not None:
        place = tuple_(Comment.received_at, Comment.id)
        statement = statement.where(place > tuple_(literal(after.at, Instant()), after.id))
    statement = statement.order_by(Comment.received_at, Comment.id).limit(PAGE + 1)
    rows = [OpinionRow(*row) for row in db.session.execute(statement)]
    return page_of(rows, lambda row: Cursor(row.received_at, row.id))


def unsorted_campaigns(
    consultation_id: int, *, clause_id: int | None = None, stance: Stance | None = None
) -> tuple[list[CampaignRow], bool]:
    """The largest groups with an opinion that is in no point, and whether there are more."""
    having = [Comment.outcome == Outcome.PENDING, ~_placed()]
    if clause_id is not None:
        having.append(Comment.clause_id == clause_id)
    if stance is not None:
        having.append(Comment.stance == stance)
    rows, more = campaigns.campaigns(consultation_id, having=and_(*having))
    return rows, more is not None


def unsorted_of_campaigns(consultation_id: int, campaign_ids: Sequence[int]) -> list[int]:
    """The opinions of these groups that are in no point yet, by id."""
    return campaigns.member_ids(
        campaign_ids,
        and_(
            Comment.consultation_id == consultation_id,
            Comment.outcome == Outcome.PENDING,
            ~_placed(),
        ),
    )


def _placed() -> Any:
    placed = select(PointMember.point_id).where(PointMember.comment_id == Comment.id)
    return placed.correlate(Comment).exists()


def _opinions() -> Select[Any]:
    columns = select(*EXCERPTS, Comment.visibility, Comment.received_at)
    return columns.outerjoin(Clause, Clause.id == Comment.clause_id).outerjoin(
        ConsultationDocument, ConsultationDocument.id == Comment.document_id
    )


def _unsorted(statement: Any, consultation_id: int) -> Any:
    return statement.where(
        Comment.consultation_id == consultation_id,
        Comment.outcome == Outcome.PENDING,
        ~_placed(),
    )


def clause_choices(consultation_id: int) -> list[ClauseChoice]:
    """The clauses that unsorted opinions are on, in the draft's order; reads the whole pile."""
    statement = _unsorted(
        select(Clause.id, Clause.key, Clause.label, func.count())
        .select_from(Comment)
        .join(Clause, Clause.id == Comment.clause_id),
        consultation_id,
    )
    rows = db.session.execute(
        statement.group_by(Clause.id, Clause.key, Clause.label, Clause.position)
        .order_by(Clause.position)
        .limit(MOST_CHOICES)
    )
    return [ClauseChoice(*row) for row in rows]


def points(
    consultation_id: int,
    after: int = 0,
    *,
    disposition: Disposition | None = None,
    undecided: bool = False,
) -> tuple[list[PointRow], int | None]:
    """A page of points by number, and the number to go on after; narrowed by what was decided."""
    statement = select(
        OpinionPoint.id,
        OpinionPoint.number,
        OpinionPoint.title,
        OpinionPoint.clause_label,
        OpinionPoint.disposition,
        OpinionPoint.reason,
        OpinionPoint.changed_text,
        OpinionPoint.member_count,
        OpinionPoint.decided_at,
    ).where(OpinionPoint.consultation_id == consultation_id, OpinionPoint.number > after)
    if undecided:
        statement = statement.where(OpinionPoint.disposition.is_(None))
    elif disposition is not None:
        statement = statement.where(OpinionPoint.disposition == disposition)
    found = db.session.execute(statement.order_by(OpinionPoint.number).limit(PAGE + 1))
    rows = [PointRow(*row) for row in found]
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def point_choices(consultation_id: int) -> list[tuple[int, str]]:
    """The numbers and titles of the latest points, to add opinions to one of them."""
    rows = db.session.execute(
        select(OpinionPoint.number, OpinionPoint.title)
        .where(OpinionPoint.consultation_id == consultation_id)
        .order_by(OpinionPoint.number.desc())
        .limit(MOST_CHOICES)
    )
    return [(number, title) for number, title in rows]


def point_by_number(consultation_id: int, number: int) -> OpinionPoint:
    """A point by its number; raise NotFound where there is none."""
    found = db.session.scalars(
        select(OpinionPoint).where(
            OpinionPoint.consultation_id == consultation_id, OpinionPoint.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFound(str(number))
    return found


def members_of(point_id: int, after: int = 0) -> tuple[list[OpinionRow], int | None]:
    """A page of a point's opinions, and the id to go on after."""
    found = db.session.execute(
        _opinions()
        .join(PointMember, PointMember.comment_id == Comment.id)
        .where(PointMember.point_id == point_id, PointMember.comment_id > after)
        .order_by(PointMember.comment_id)
        .limit(PAGE + 1)
    )
    rows = [OpinionRow(*row) for row in found]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
