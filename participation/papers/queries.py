"""Reading for the papers: what they are made from, each opinion with its answer, the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from participation.adoption import queries as adoption
from participation.adoption.document import PointView, figures_plain
from participation.adoption.models import OpinionPoint, PointMember, SealedMember, SealedPoint
from participation.comments.masking import mask
from participation.comments.models import Attachment, Comment
from participation.comments.rules import (
    HIDDEN,
    Channel,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Visibility,
)
from participation.consultations.models import (
    Clause,
    Consultation,
    ConsultationDocument,
    DraftVersion,
)
from participation.kernel.db import db, lift_statement_limits
from participation.kernel.vault import vault
from participation.rulebook.moderation import WithholdingReason

PIECE = 500
LATER = "later"
"""The outcome of what came in after the sealed version that a list is made from."""


@dataclass(frozen=True)
class Basis:
    """What papers are made from: a sealed version, or (`version` 0) the work as it stands.

    `received` is how many opinions it counts, `figures` as the public page has them.
    """

    version: int
    summary_id: int | None
    sealed_at: datetime | None
    digest: str
    received: int
    figures: dict[str, Any]


def one_snapshot() -> None:
    """Read everything from here on as of one instant, in statements as long as they need be."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        snapshot = {"isolation_level": "REPEATABLE READ"}
        lift_statement_limits(db.session.connection(execution_options=snapshot))


def basis_of(consultation_id: int) -> Basis:
    """The latest sealed version, else the counters; three statements at most."""
    sealed = adoption.latest_summary(consultation_id)
    if sealed is None:
        figures = figures_plain(adoption.kept_figures(consultation_id))
        return Basis(0, None, None, "", figures["received"], figures)
    return Basis(
        sealed.version,
        sealed.id,
        sealed.published_at,
        sealed.digest,
        sealed.received,
        sealed.content["figures"],
    )


def all_points(consultation: Consultation, now: datetime) -> Iterator[PointView]:
    """The points of the result as the public page shows them, fifty at a time."""
    after: int | None = 0
    while after is not None:
        page = adoption.public_result(consultation, now, after_point=after)
        yield from page.points
        after = page.next_point


class Answer(NamedTuple):
    """The point that an opinion is in."""

    number: int
    title: str
    disposition: str | None
    reason: str
    changed_text: str


class _Row(NamedTuple):
    id: int
    number: int
    receipt: str
    received_at: datetime
    said_on: date | None
    channel: Channel
    respondent_kind: RespondentKind
    name_sealed: bytes | None
    clause: str | None
    document: str | None
    quoted_text: str
    stance: Stance
    body: str
    proposal_kind: ProposalKind | None
    proposed_text: str
    published_at: datetime | None
    visibility: Visibility
    reason_code: WithholdingReason | None
    supporters: int
    outcome: Outcome
    duplicate_of_id: int | None
    original: int | None


@dataclass(frozen=True)
class Listed:
    """An opinion of the list. Its words are as the public reads them, else masked likewise.

    `outcome` is one of `Outcome`'s values, or `LATER`.
    """

    row: _Row
    body: str
    proposed_text: str
    outcome: str
    answer: Answer | None
    files: int

    def name(self) -> str:
        """The name that the author gave, opened; empty where there is none or it is locked."""
        row = self.row
        if row.name_sealed is None or row.visibility in HIDDEN:
            return ""
        return vault().open(row.name_sealed, f"comment.name:{row.receipt}")


def opinions(consultation_id: int, basis: Basis) -> Iterator[Listed]:
    """Every opinion by number, with what became of it by the basis; four statements for 500."""
    after = 0
    while True:
        rows = [_Row(*row) for row in db.session.execute(_piece(consultation_id, after))]
        answers = _answers([each.duplicate_of_id or each.id for each in rows], basis)
        files = _file_counts([each.id for each in rows])
        for row in rows:
            answer = answers.get(row.duplicate_of_id or row.id)
            is_shown = row.published_at is not None
            yield Listed(
                row,
                row.body if is_shown else _masked(row.body),
                row.proposed_text if is_shown else _masked(row.proposed_text),
                _outcome(row, answer, basis),
                answer,
                files.get(row.id, 0),
            )
        if len(rows) < PIECE:
            return
        after = rows[-1].number


def _piece(consultation_id: int, after: int) -> Any:
    original = aliased(Comment)
    return (
        select(
            Comment.id,
            Comment.number,
            Comment.receipt,
            Comment.received_at,
            Comment.said_on,
            Comment.channel,
            Comment.respondent_kind,
            Comment.name_sealed,
            Clause.label,
            ConsultationDocument.title,
            _words(Comment.quoted_text, Comment.quoted_text),
            Comment.stance,
            _words(Comment.shown_body, Comment.body),
            Comment.proposal_kind,
            _words(Comment.shown_proposed_text, Comment.proposed_text),
            Comment.published_at,
            Comment.visibility,
            Comment.reason_code,
            Comment.supporters,
            Comment.outcome,
            Comment.duplicate_of_id,
            original.number,
        )
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(ConsultationDocument, ConsultationDocument.id == Comment.document_id)
        .outerjoin(original, original.id == Comment.duplicate_of_id)
        .where(Comment.consultation_id == consultation_id, Comment.number > after)
        .order_by(Comment.number)
        .limit(PIECE)
    )


def _words(shown: Any, received: Any) -> Any:
    return case(
        (Comment.visibility.in_(HIDDEN), ""), (Comment.published_at.is_not(None), shown),
        else_=received,
    )  # fmt: skip


def _masked(text: str) -> str:
    return mask(text).text if text else ""


def _outcome(row: _Row, answer: Answer | None, basis: Basis) -> str:
    """As the record's map of a result has it: withdrawn and repeated stay what they are."""
    if basis.version and row.number > basis.received:
        return LATER
    if not basis.version or answer is None:
        return row.outcome.value
    if row.outcome in (Outcome.DUPLICATE, Outcome.WITHDRAWN):
        return row.outcome.value
    return answer.disposition or Outcome.PENDING.value


def _answers(ids: list[int], basis: Basis) -> dict[int, Answer]:
    if basis.summary_id is None:
        live = db.session.execute(
            select(
                PointMember.comment_id,
                OpinionPoint.number,
                OpinionPoint.title,
                OpinionPoint.disposition,
                OpinionPoint.reason,
                OpinionPoint.changed_text,
            )
            .join(OpinionPoint, OpinionPoint.id == PointMember.point_id)
            .where(PointMember.comment_id.in_(ids))
        )
        return {row[0]: Answer(*row[1:]) for row in live}
    sealed = SealedMember.summary_id == basis.summary_id
    places = dict(
        db.session.execute(
            select(SealedMember.comment_id, SealedMember.number).where(
                sealed, SealedMember.comment_id.in_(ids)
            )
        ).all()
    )
    found = db.session.scalars(
        select(SealedPoint.content).where(
            SealedPoint.summary_id == basis.summary_id,
            SealedPoint.number.in_(sorted(set(places.values()))),
        )
    )
    points = {
        each["number"]: Answer(
            each["number"],
            each["title"],
            each["disposition"],
            each["reason"],
            each["changed_text"],
        )
        for each in found
    }
    return {comment_id: points[number] for comment_id, number in places.items()}


def _file_counts(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Attachment.comment_id, func.count())
        .where(Attachment.comment_id.in_(ids))
        .group_by(Attachment.comment_id)
    )
    return {comment_id or 0: count for comment_id, count in rows}


class FileOfOpinion(NamedTuple):
    """A file that came with an opinion; its own name tells a person and stays inside."""

    number: int
    position: int
    kind: str
    storage_key: str


def files_of_opinions(consultation_id: int) -> Iterator[FileOfOpinion]:
    """The files of all opinions whose words are neither destroyed nor locked, by number."""
    after = (0, 0)
    while True:
        rows = db.session.execute(
            select(Comment.number, Attachment.position, Attachment.kind, Attachment.storage_key)
            .join(Comment, Comment.id == Attachment.comment_id)
            .where(
                Comment.consultation_id == consultation_id,
                Comment.visibility.not_in(HIDDEN),
                Comment.withdrawn_at.is_(None),
                (Comment.number > after[0])
                | ((Comment.number == after[0]) & (Attachment.position > after[1])),
            )
            .order_by(Comment.number, Attachment.position)
            .limit(PIECE)
        ).all()
        yield from (FileOfOpinion(*row) for row in rows)
        if len(rows) < PIECE:
            return
        after = (rows[-1].number, rows[-1].position)


def drafts_of(consultation_id: int) -> list[DraftVersion]:
    """The confirmed drafts, the first one first."""
    return list(
        db.session.scalars(
            select(DraftVersion)
            .where(
                DraftVersion.consultation_id == consultation_id,
                DraftVersion.accepted_at.is_not(None),
            )
            .order_by(DraftVersion.number)
        )
    )
