"""What stands beside a draft: its documents, tags, interpretations, the text in force, the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import load_only

from participation.consultations.kinds import TagKind
from participation.consultations.models import (
    ConsultationDocument,
    ConsultationTag,
    Decision,
    Interpretation,
    TextInForce,
)
from participation.consultations.parsed import ParsedClause
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.rulebook.subjects import Audience, Topic


@dataclass
class Subjects:
    """What a consultation is about and whom it touches, in the order of the lists."""

    topics: list[Topic] = field(default_factory=list)
    audiences: list[Audience] = field(default_factory=list)


def subjects_of(consultation_id: int) -> Subjects:
    """The tags of one consultation; one query."""
    return subjects_of_all([consultation_id])[consultation_id]


def subjects_of_all(consultation_ids: Iterable[int]) -> dict[int, Subjects]:
    """The tags of each of these consultations; one query."""
    found = {each: Subjects() for each in consultation_ids}
    rows = db.session.execute(
        select(ConsultationTag.consultation_id, ConsultationTag.kind, ConsultationTag.value)
        .where(ConsultationTag.consultation_id.in_(found))
        .order_by(ConsultationTag.kind, ConsultationTag.value)
    )
    for consultation_id, kind, value in rows:
        add_tag(found[consultation_id], kind, value)
    return found


def add_tag(subjects: Subjects, kind: TagKind, value: str) -> None:
    """Put one stored tag with the others."""
    if kind is TagKind.TOPIC:
        subjects.topics.append(Topic(value))
    else:
        subjects.audiences.append(Audience(value))


def documents_of(consultation_id: int) -> Sequence[ConsultationDocument]:
    """The documents of the package in their order, those taken down among them; one query."""
    return db.session.scalars(
        select(ConsultationDocument)
        .where(ConsultationDocument.consultation_id == consultation_id)
        .order_by(ConsultationDocument.position, ConsultationDocument.id)
    ).all()


def document_by_id(consultation_id: int, document_id: int) -> ConsultationDocument:
    """A document that is there to be read; raise NotFound for one taken down, or another's."""
    found = db.session.get(ConsultationDocument, document_id)
    if found is None or found.consultation_id != consultation_id or found.removed_at is not None:
        raise NotFound(str(document_id))
    return found


def interpretations_of(
    consultation_id: int, *, even_unpublished: bool = False
) -> Sequence[Interpretation]:
    """The interpretations in their order, by default what the public may see; one query."""
    wanted = select(Interpretation).where(Interpretation.consultation_id == consultation_id)
    if not even_unpublished:
        wanted = wanted.where(Interpretation.published_at.is_not(None))
    return db.session.scalars(wanted.order_by(Interpretation.position, Interpretation.id)).all()


def interpretation_by_id(consultation_id: int, interpretation_id: int) -> Interpretation:
    """An interpretation, public or not; raise NotFound for another's."""
    found = db.session.get(Interpretation, interpretation_id)
    if found is None or found.consultation_id != consultation_id:
        raise NotFound(str(interpretation_id))
    return found


def interpretation_titles(consultation_id: int) -> Sequence[Interpretation]:
    """The same as `interpretations_of` for the public, without the long texts."""
    shown = (Interpretation.clause_key, Interpretation.kind, Interpretation.title)
    return db.session.scalars(
        select(Interpretation)
        .where(
            Interpretation.consultation_id == consultation_id,
            Interpretation.published_at.is_not(None),
        )
        .options(load_only(*shown))
        .order_by(Interpretation.position, Interpretation.id)
    ).all()


def text_in_force(consultation_id: int) -> TextInForce | None:
    """The text a draft would change, where one was read."""
    return db.session.get(TextInForce, consultation_id)


def clauses_in_force(text: TextInForce) -> list[ParsedClause]:
    """Its clauses in order."""
    return [ParsedClause(**each) for each in text.clauses]


def decision_of(consultation_id: int) -> Decision | None:
    """What became of the matter, where it was told."""
    return db.session.get(Decision, consultation_id)
