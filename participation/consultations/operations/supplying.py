"""The documents of the package: what is put beside the draft, and what is taken down again."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, func, select

from participation.consultations import queries, rules
from participation.consultations.events import DocumentAdded, DocumentRemoved
from participation.consultations.intake import TakenDocument
from participation.consultations.kinds import DocumentKind
from participation.consultations.models import Consultation, ConsultationDocument, TextInForce
from participation.consultations.operations.publishing import touch
from participation.consultations.parsed import Draft
from participation.consultations.rules import LONGEST_PART, MOST_DOCUMENTS, Status
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_


def add_document(
    actor: Actor, slug: str, kind: DocumentKind, title: str, taken: TakenDocument
) -> ConsultationDocument:
    """Put a document beside the draft; a text in force that was read is compared from now on."""
    found = _suppliable(actor, slug)
    title = " ".join(plain(title).split()) or kind.label
    if len(title) > LONGEST_PART["title"]:
        raise Invalid(
            N_("最多%(limit)s字，请删减。"), {"limit": LONGEST_PART["title"]}, field="title"
        )
    there = queries.documents_of(found.id)
    if len(there) >= MOST_DOCUMENTS:
        raise Invalid(N_("最多放%(limit)s个文件。"), {"limit": MOST_DOCUMENTS}, field="file")
    if any(each.source_key == taken.key and each.kind is kind for each in there):
        raise Invalid(N_("这个文件已经在列表里了。"), field="file")
    made = ConsultationDocument(
        consultation_id=found.id,
        kind=kind,
        title=title,
        position=_next_position(found.id),
        source_name=taken.name,
        source_key=taken.key,
        source_size=taken.size,
        media_type=taken.media_type,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    if taken.text is not None:
        _keep_text(made, taken.text)
    touch(found)
    db.session.flush()
    record(
        DocumentAdded(actor=actor, consultation_id=found.id, document_id=made.id, title=made.title)
    )
    return made


def remove_document(actor: Actor, slug: str, document_id: int, note: str = "") -> None:
    """Take a document down; what was public leaves its title, the day and the note behind."""
    found = _suppliable(actor, slug)
    document = queries.document_by_id(found.id, document_id)
    note = plain(note)
    if found.status is Status.PUBLISHED and not note:
        raise Invalid(N_("请写明撤下的原因，公众会看到。"), field="removal_note")
    if len(note) > LONGEST_PART["removal_note"]:
        raise Invalid(
            N_("最多%(limit)s字，请删减。"),
            {"limit": LONGEST_PART["removal_note"]},
            field="removal_note",
        )
    db.session.execute(delete(TextInForce).where(TextInForce.document_id == document.id))
    if found.status is Status.PUBLISHED:
        # The content is swept once no row names it; opinions on it keep what they are about.
        document.source_key, document.removed_at = None, clock.now()
        document.removal_note = note
    else:
        db.session.delete(document)
    touch(found)
    db.session.flush()
    record(
        DocumentRemoved(
            actor=actor, consultation_id=found.id, document_id=document_id, title=document.title
        )
    )


def _suppliable(actor: Actor, slug: str) -> Consultation:
    found = queries.lock_exclusive(slug)
    rules.may_supply(actor, found.status, found.department_id).enforce()
    return found


def _next_position(consultation_id: int) -> int:
    last = db.session.scalar(
        select(func.max(ConsultationDocument.position)).where(
            ConsultationDocument.consultation_id == consultation_id
        )
    )
    return (last or 0) + 1


def _keep_text(document: ConsultationDocument, text: Draft) -> None:
    """The text in force as it was read; a newer one takes the place of the one before."""
    db.session.merge(
        TextInForce(
            consultation_id=document.consultation_id,
            document_id=document.id,
            title=text.title[:300],
            clauses=[asdict(each) for each in text.clauses],
            warnings=[asdict(each) for each in text.warnings],
            read_at=clock.now(),
        )
    )
