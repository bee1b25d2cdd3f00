"""All that a consultation's page tells beside the draft, in one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from participation.consultations.kinds import (
    DocumentKind,
    InterpretationKind,
    TagKind,
)
from participation.consultations.models import (
    ConsultationDocument,
    ConsultationTag,
    Decision,
    Interpretation,
    TextInForce,
    WindowExtension,
)
from participation.consultations.queries.package import Subjects, add_tag
from participation.kernel.db import Instant, db


class Paper(NamedTuple):
    """A document of the package as it is listed; `removed_at` where it was taken down."""

    id: int
    kind: DocumentKind
    title: str
    name: str
    size: int
    media_type: str
    added_at: datetime
    removed_at: datetime | None
    removal_note: str


class Reading(NamedTuple):
    """An interpretation as it is listed; `clause_key` empty for the whole draft."""

    id: int
    kind: InterpretationKind
    title: str
    clause_key: str


class Extended(NamedTuple):
    """A later close with its public note."""

    old_closes_at: datetime
    new_closes_at: datetime
    note: str


class Outcome(NamedTuple):
    """What is told of the matter's end."""

    title: str
    number: str
    effective_on: date | None
    link: str
    note: str


@dataclass
class Package:
    """What stands beside a draft, each list in its order."""

    subjects: Subjects = field(default_factory=Subjects)
    documents: list[Paper] = field(default_factory=list)
    interpretations: list[Reading] = field(default_factory=list)
    extensions: list[Extended] = field(default_factory=list)
    outcome: Outcome | None = None
    # Whether a text in force was read, so that the draft can be compared with it.
    has_changes: bool = False


def package_of(consultation_id: int) -> Package:
    """All that stands beside the draft, as the public may see it; one query."""
    found = Package()
    rows = db.session.execute(_statement(), {"consultation": consultation_id}).all()
    for row in sorted(rows, key=lambda row: (row.what, row.position, row.id)):
        _put(found, row)
    return found


def _put(found: Package, row: Any) -> None:
    match row.what:
        case "tag":
            add_tag(found.subjects, TagKind(row.kind), row.title)
        case "document":
            kind = DocumentKind(row.kind)
            told = (row.name, row.size, row.media, row.at, row.until, row.text)
            found.documents.append(Paper(row.id, kind, row.title, *told))
        case "interpretation":
            kind_of = InterpretationKind(row.kind)
            found.interpretations.append(Reading(row.id, kind_of, row.title, row.name or ""))
        case "extension":
            found.extensions.append(Extended(row.at, row.until, row.text))
        case "in_force":
            found.has_changes = True
        case "decision":
            effective_on = date.fromisoformat(row.media) if row.media else None
            found.outcome = Outcome(row.title, row.name, effective_on, row.link, row.text)


_EMPTY: dict[str, Any] = {
    "id": literal(0),
    "position": literal(0),
    "kind": literal(""),
    "title": literal(""),
    "name": literal(""),
    "size": cast(null(), Integer),
    "media": cast(null(), String),
    "at": cast(null(), Instant),
    "until": cast(null(), Instant),
    "link": literal(""),
    "text": literal(""),
}


def _rows(what: str, table: Any, *conditions: Any, **columns: Any) -> Select[Any]:
    chosen = [columns.get(name, empty).label(name) for name, empty in _EMPTY.items()]
    wanted = table.consultation_id == bindparam("consultation")
    return select(literal(what).label("what"), *chosen).where(wanted, *conditions)


@cache
def _statement() -> CompoundSelect[Any]:
    tags = _rows(
        "tag", ConsultationTag, kind=_plain(ConsultationTag.kind), title=ConsultationTag.value
    )
    documents = _rows(
        "document",
        ConsultationDocument,
        id=ConsultationDocument.id,
        position=ConsultationDocument.position,
        kind=_plain(ConsultationDocument.kind),
        title=ConsultationDocument.title,
        name=ConsultationDocument.source_name,
        size=ConsultationDocument.source_size,
        media=ConsultationDocument.media_type,
        at=ConsultationDocument.created_at,
        until=ConsultationDocument.removed_at,
        text=ConsultationDocument.removal_note,
    )
    interpretations = _rows(
        "interpretation",
        Interpretation,
        Interpretation.published_at.is_not(None),
        id=Interpretation.id,
        position=Interpretation.position,
        kind=_plain(Interpretation.kind),
        title=Interpretation.title,
        name=Interpretation.clause_key,
    )
    extensions = _rows(
        "extension",
        WindowExtension,
        id=WindowExtension.id,
        at=WindowExtension.old_closes_at,
        until=WindowExtension.new_closes_at,
        text=WindowExtension.note,
    )
    decision = _rows(
        "decision",
        Decision,
        title=Decision.title,
        name=Decision.number,
        media=cast(Decision.effective_on, String),
        link=Decision.link,
        text=Decision.note,
    )
    in_force = _rows("in_force", TextInForce)
    return union_all(tags, documents, interpretations, extensions, decision, in_force)


def _plain(column: Any) -> Any:
    # As text: the first row's enum would otherwise be asked to read all the others'.
    return cast(column, String)
