"""What helps to read a draft, in the JSON face: its package, and what it would change."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import url_for
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from participation.api.documenting import Parser, documented_on
from participation.api.schemas import Strict, count, instant, one_of
from participation.consultations import queries
from participation.consultations.comparing import Change, Unit, compared, units_of
from participation.consultations.kinds import DecisionOutcome, DocumentKind, InterpretationKind
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.rulebook.subjects import Audience, Topic
from participation.web.access import public
from participation.web.filters import iso

bp = Blueprint(
    "api_reading",
    __name__,
    url_prefix="/api/v1",
    description="文件、解读和与现行文本的对照 / documents, interpretations, changes",
)
bp.ARGUMENTS_PARSER = Parser()
documented = partial(documented_on, bp)

PAGE = 50
TOLD = frozenset({Change.CHANGED, Change.ADDED, Change.GONE})


class DocumentItem(Schema):
    """A document of the package; one taken down has no address any more."""

    kind = one_of(DocumentKind)
    title = fields.String(required=True)
    media_type = fields.String(required=True)
    size = count()
    added_at = instant()
    removed_at = instant(allow_none=True)
    url = fields.String(required=True, allow_none=True)


class InterpretationItem(Schema):
    """An interpretation; `clause_id` is empty where it is about the whole draft."""

    kind = one_of(InterpretationKind)
    title = fields.String(required=True)
    clause_id = fields.String(required=True, allow_none=True)
    body = fields.String(required=True)
    picture_words = fields.String(required=True)
    link = fields.String(required=True)
    url = fields.String(required=True)


class DecisionItem(Schema):
    """What became of the matter in the end; its days are RFC 3339 full-dates."""

    outcome = one_of(DecisionOutcome)
    decided_on = fields.Date(required=True)
    title = fields.String(required=True)
    number = fields.String(required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    link = fields.String(required=True)
    note = fields.String(required=True)


class Package(Schema):
    """What stands beside a draft."""

    affects = fields.String(required=True)
    plain_summary = fields.String(required=True)
    topics = fields.List(one_of(Topic), required=True)
    audiences = fields.List(one_of(Audience), required=True)
    decision_due_on = fields.Date(required=True, allow_none=True)
    documents = fields.List(fields.Nested(DocumentItem), required=True)
    interpretations = fields.List(fields.Nested(InterpretationItem), required=True)
    has_changes = fields.Boolean(required=True)
    decision = fields.Nested(DecisionItem, required=True, allow_none=True)


class ChangedUnit(Schema):
    """An article or heading; its text where it is not the same on both sides."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)


class ChangeItem(Schema):
    """What became of an article or heading of the text in force."""

    change = one_of(Change)
    old = fields.Nested(ChangedUnit, required=True, allow_none=True)
    new = fields.Nested(ChangedUnit, required=True, allow_none=True)


class ChangePage(Schema):
    """A page of changes in the order of the draft."""

    items = fields.List(fields.Nested(ChangeItem), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ChangeQuery(Strict):
    """The place in the list: the `next` of the page before."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=20_000))


@bp.get("/consultations/<slug>/package")
@bp.response(200, Package)
@documented(404)
@public
def package(slug: str) -> dict[str, Any]:
    """Whom it touches, the documents beside the draft, its interpretations, the decision."""
    found = queries.public_by_slug(slug, clock.now())
    beside = queries.package_of(found.id)
    end = beside.outcome
    return {
        "affects": found.affects,
        "plain_summary": found.plain_summary,
        "topics": beside.subjects.topics,
        "audiences": beside.subjects.audiences,
        "decision_due_on": found.decision_due_on,
        "documents": [_document(slug, each) for each in beside.documents],
        "interpretations": [
            {
                "kind": each.kind,
                "title": each.title,
                "clause_id": each.clause_key,
                "body": each.body,
                "picture_words": each.picture_words,
                "link": each.link,
                "url": url_for("portal.interpretation_at", slug=slug, interpretation_id=each.id),
            }
            for each in queries.interpretations_of(found.id)
        ],
        "has_changes": beside.has_changes,
        "decision": end
        and {**end._asdict(), "outcome": found.outcome, "decided_on": found.decided_on},
    }


def _document(slug: str, paper: Any) -> dict[str, Any]:
    is_there = paper.removed_at is None
    return {
        "kind": paper.kind,
        "title": paper.title,
        "media_type": paper.media_type,
        "size": paper.size,
        "added_at": iso(paper.added_at),
        "removed_at": None if is_there else iso(paper.removed_at),
        "url": url_for("portal.document", slug=slug, document_id=paper.id) if is_there else None,
    }


@bp.get("/consultations/<slug>/changes")
@bp.arguments(ChangeQuery, location="query")
@bp.response(200, ChangePage)
@documented(404, 422)
@public
def changes(args: dict[str, Any], slug: str) -> dict[str, Any]:
    """What the draft would change in the text in force, clause by clause."""
    found = queries.public_by_slug(slug, clock.now())
    in_force, draft = queries.text_in_force(found.id), queries.current_draft(found.id)
    if in_force is None or draft is None:
        raise NotFound(slug)
    pairs = compared(
        units_of(queries.clauses_in_force(in_force)), units_of(queries.public_clauses(draft.id))
    )
    start = args["after"]
    items = [
        {
            "change": each.change,
            "old": _unit(each.old, each.change),
            "new": _unit(each.new, each.change),
        }
        for each in pairs[start : start + PAGE]
    ]
    return {"items": items, "next": start + PAGE if start + PAGE < len(pairs) else None}


def _unit(unit: Unit | None, change: Change) -> dict[str, Any] | None:
    if unit is None:
        return None
    text = unit.words if change in TOLD else None
    return {"id": unit.key, "kind": unit.kind, "label": unit.label, "text": text}
