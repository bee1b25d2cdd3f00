"""The receipt file: all that its holder needs to check, offline and years later."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel.db import db
from participation.record.models import RecordHead, RecordLeaf, RecordLog, RecordOpening
from participation.record.queries import opinions
from participation.record.queries.answers import answers_of
from participation.record.queries.logs import verifier_keys
from participation.record.queries.opinions import Opinion
from participation.record.queries.proofs import inclusion_proof
from participation.record.rules import Kind
from participation.surveys.models import Response, Survey

FORMAT = "zhongyan-receipt-1"

_TOMBSTONE = aliased(RecordLeaf)
_LEAF = (
    select(
        RecordLeaf.index.label("place"),
        RecordLeaf.data,
        RecordLog.origin,
        RecordHead.size,
        RecordHead.note,
        Consultation.slug,
        Consultation.title,
        _TOMBSTONE.index.label("tombstone_index"),
        _TOMBSTONE.data.label("tombstone"),
    )
    .join(RecordLog, RecordLog.consultation_id == RecordLeaf.consultation_id)
    .join(Consultation, Consultation.id == RecordLeaf.consultation_id)
    .outerjoin(
        RecordHead,
        and_(
            RecordHead.consultation_id == RecordLeaf.consultation_id,
            RecordHead.size == RecordLog.signed,
            RecordHead.size > RecordLeaf.index,
        ),
    )
    .outerjoin(
        _TOMBSTONE,
        and_(
            _TOMBSTONE.consultation_id == RecordLeaf.consultation_id,
            _TOMBSTONE.kind == Kind.TOMBSTONE,
            _TOMBSTONE.number == RecordLeaf.number,
            RecordLeaf.kind == Kind.COMMENT,
        ),
    )
    .where(
        RecordLeaf.consultation_id == bindparam("of"),
        RecordLeaf.kind == bindparam("kind"),
        RecordLeaf.number == bindparam("number"),
    )
)


def receipt_file(comment: Comment) -> dict[str, Any] | None:
    """The receipt file of an opinion; None where its log has no leaf of it.

    Five statements, whatever the size of the log; a corrected one's tells of each correction, too,
    with the words that its leaf commits to.
    """
    row = _row(comment.consultation_id, Kind.COMMENT, comment.number)
    if row is None:
        return None
    found = _common(comment.consultation_id, row) | {
        "number": comment.number,
        "claim": comment.receipt,
    }
    if row.tombstone is not None:
        return found | {
            "tombstone": {"index": row.tombstone_index, "leaf": bytes(row.tombstone).decode()}
        }
    if "atts" in json.loads(row.data):
        files = opinions.files_of(comment.consultation_id, comment.number, comment.number)
        found["files"] = files.get(comment.number, [])
    opinion = opinions.of_comment(comment)
    salts = _salts(comment.consultation_id, comment.number, row.place)
    if comment.corrected_at is None:
        return found | {"words": opinion.words(), "salts": salts}
    versions = opinions.versions_of(comment.consultation_id, [opinion])[comment.number]
    first, *later = [each for each, _at in versions]
    return found | {
        "words": first.words(),
        "salts": salts,
        "corrections": _corrections(comment, later, row.size),
    }


def _corrections(
    comment: Comment, versions: Sequence[Opinion], size: int | None
) -> list[dict[str, Any]]:
    """The leaf of each correction, with what opens it and, where a head covers it, its proof."""
    leaves = db.session.execute(
        select(RecordLeaf.index, RecordLeaf.data)
        .where(
            RecordLeaf.consultation_id == comment.consultation_id,
            RecordLeaf.kind == Kind.SUPERSEDE,
            RecordLeaf.number == comment.number,
        )
        .order_by(RecordLeaf.index)
    ).all()
    found = []
    for version, (index, data) in zip(versions, leaves, strict=True):
        salts = _salts(comment.consultation_id, comment.number, index)
        one = {
            "index": index,
            "leaf": bytes(data).decode(),
            "words": version.words(),
            "salt": salts["body"],
        }
        if size is not None and index < size:
            proof = inclusion_proof(comment.consultation_id, index, size)
            one["proof"] = [each.hex() for each in proof]
        found.append(one)
    return found


def survey_receipt_file(response: Response) -> dict[str, Any] | None:
    """The receipt file of a survey response; None where its log has no leaf of it."""
    place = db.session.scalar(select(Survey.consultation_id).where(Survey.id == response.survey_id))
    assert place is not None
    row = _row(place, Kind.SURVEY, response.id)
    if row is None:
        return None
    leaf = json.loads(row.data)
    return _common(place, row) | {
        "survey": leaf["survey"],
        "response": leaf["response"],
        "answers": answers_of(response.id),
        "salts": _salts(place, response.id, row.place),
    }


def _row(consultation_id: int, kind: Kind, number: int) -> Any:
    wanted = {"of": consultation_id, "kind": kind, "number": number}
    return db.session.execute(_LEAF, wanted).first()


def _common(consultation_id: int, row: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "format": FORMAT,
        "origin": row.origin,
        "slug": row.slug,
        "title": unicodedata.normalize("NFC", row.title),
        "site": current_app.config["SETTINGS"].site,
        "index": row.place,
        "leaf": bytes(row.data).decode(),
        "keys": verifier_keys(consultation_id, row.origin),
    }
    if row.note is not None:
        proof = inclusion_proof(consultation_id, row.place, row.size)
        found |= {
            "head": row.note,
            "size": row.size,
            "proof": [each.hex() for each in proof],
        }
    return found


def _salts(consultation_id: int, number: int, index: int) -> dict[str, str]:
    rows = db.session.execute(
        select(RecordOpening.field, RecordOpening.salt).where(
            RecordOpening.consultation_id == consultation_id,
            RecordOpening.number == number,
            RecordOpening.index == index,
        )
    )
    return {field: bytes(salt).hex() for field, salt in sorted(rows)}
