"""Domain values as the plain values of the JSON face; the schemas name the same fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import url_for

from participation.adoption.queries import PointView, Result
from participation.comments.models import Comment
from participation.comments.queries import Counts
from participation.comments.rules import Outcome, Visibility
from participation.consultations.models import Consultation
from participation.consultations.queries import ClauseRow, wording
from participation.search.addresses import address_of
from participation.search.queries import Hit
from participation.web.filters import iso, sentence


def exact(value: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: what counts at a deadline."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def item(consultation: Consultation, now: datetime) -> dict[str, Any]:
    """A consultation in a list."""
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    return {
        "slug": consultation.slug,
        "title": consultation.title,
        "kind": consultation.matter.value,
        "department": consultation.department.name,
        "stage": consultation.stage(now).value,
        "opens_at": iso(consultation.opens_at),
        "closes_at": iso(consultation.closes_at),
        "url": url_for("portal.consultation", slug=consultation.slug, _external=False),
    }


def detail(
    consultation: Consultation, counts: Counts, due_on: str, now: datetime
) -> dict[str, Any]:
    """One consultation with its counts."""
    assert consultation.published_at is not None
    contact = {
        "unit": consultation.contact_unit,
        "phone": consultation.contact_phone,
        "email": consultation.contact_email,
        "address": consultation.contact_address,
    }
    return {
        **item(consultation, now),
        "summary": consultation.summary,
        "legal_basis": consultation.legal_basis,
        "explanation": consultation.explanation,
        "short_window_reason": consultation.short_window_reason,
        "contact": {name: value for name, value in contact.items() if value},
        "published_at": iso(consultation.published_at),
        "due_on": due_on,
        "counts": {
            "received": counts.received,
            "released": counts.released,
            "withdrawn": counts.by_outcome.get(Outcome.WITHDRAWN, 0),
            "channels": plain_counts(counts.by_channel),
            "respondent_kinds": plain_counts(counts.by_kind),
            "stances": plain_counts(counts.by_stance),
        },
    }


def plain_counts(counts: Any) -> dict[str, int]:
    """Counts by value, without the zeros."""
    return {str(name): count for name, count in counts.items() if count}


def clauses(rows: list[ClauseRow]) -> list[dict[str, Any]]:
    """The draft in order."""
    texts = wording(rows)
    return [
        {
            "id": row.key,
            "kind": row.kind,
            "number": row.number,
            "label": row.label,
            "text": texts[row.id],
            "own_text": row.text,
            "parent_id": row.parent_key,
        }
        for row in rows
    ]


def comment(row: Any) -> dict[str, Any]:
    """A released comment."""
    return {
        "number": row.number,
        "clause_id": row.clause_key,
        "document_id": row.document_id,
        "quoted_text": row.quoted_text,
        "quoted_at": row.quoted_at,
        "stance": row.stance.value,
        "body": row.body,
        "proposal_kind": row.proposal_kind.value if row.proposal_kind else None,
        "proposed_text": row.proposed_text,
        "respondent_kind": row.respondent_kind.value,
        "channel": row.channel.value,
        "published_at": iso(row.published_at),
    }


def point(view: PointView) -> dict[str, Any]:
    """A point of the result."""
    return {
        "number": view.number,
        "title": view.title,
        "clause_id": view.clause_key,
        "clause_label": view.clause_label,
        "disposition": view.disposition or Outcome.PENDING.value,
        "reason": view.reason,
        "changed_text": view.changed_text,
        "members": view.members,
        "comments": list(view.comments),
    }


def adoption(result: Result) -> dict[str, Any]:
    """The result, live or sealed."""
    return {
        "version": result.version,
        "published_at": iso(result.published_at) if result.published_at else None,
        "sealed": result.sealed,
        "due_on": result.due_on.isoformat(),
        "received": result.received,
        "outcomes": dict(result.outcomes),
        "channels": dict(result.channels),
        "respondent_kinds": dict(result.respondent_kinds),
        "points": [point(view) for view in result.points],
        "next_point": result.next_point,
        "digest": result.digest,
        "mismatch": sentence(result.mismatch),
    }


def hit(found: Hit) -> dict[str, Any]:
    """A hit of the search."""
    return {
        "kind": found.kind.value,
        "consultation": found.slug,
        "consultation_title": found.consultation,
        "department": found.department,
        "place": found.place,
        "title": "".join(piece.text for piece in found.title),
        "text": "".join(piece.text for piece in found.text),
        "marks": list(dict.fromkeys(piece.text for piece in found.text if piece.is_hit)),
        "at": iso(found.at),
        "url": address_of(found),
    }


def state_of(found: Comment) -> str:
    """Where the opinion stands, in one word."""
    if found.outcome is Outcome.WITHDRAWN:
        return Outcome.WITHDRAWN.value
    return "received" if found.visibility is Visibility.WAITING else found.visibility.value


def hidden_for(found: Comment) -> Any:
    """Why the words are not there or not shown, as a coded reason; None where nothing is hidden."""
    if found.visibility is Visibility.WITHHELD:
        return found.reason_code
    return found.removal_reason or found.restriction_reason
