"""What happened, told as leaves: by the subscribers as it happens, or by a late beginning."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete

from participation.adoption import queries as adoption
from participation.adoption.models import AdoptionSummary
from participation.comments.operations.moderate import ranges
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.consultations.queries import current_draft
from participation.kernel.canonical import canonical
from participation.kernel.db import db
from participation.record import leaves, queries
from participation.record.operations.log import OPENING, LogWriter
from participation.record.queries.opinions import Opinion
from participation.record.rules import Kind, State
from participation.rulebook.removal import RemovalReason

log = logging.getLogger(__name__)


def tell_opening(writer: LogWriter, consultation: Consultation) -> None:
    """The first leaf."""
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    draft = current_draft(consultation.id)
    fields = leaves.opening(
        consultation.slug,
        consultation.title,
        consultation.opens_at,
        consultation.closes_at,
        draft.source_key if draft else None,
    )
    writer.add(Kind.OPEN, fields, at=consultation.published_at)


def tell_comment(writer: LogWriter, opinion: Opinion, files: Sequence[str] = ()) -> None:
    """An opinion as it was received; `files` are the SHA-256 of what came with it."""
    attached = [
        writer.commit_to(f"att{place}", key.encode("ascii"), opinion.number)
        for place, key in enumerate(files, 1)
    ]
    writer.add(
        Kind.COMMENT,
        {
            "number": opinion.number,
            "channel": str(opinion.channel),
            "atts": attached or None,
        },
        openings=opinion.commits_to,
        number=opinion.number,
        at=opinion.received_at,
    )


def tell_correction(writer: LogWriter, opinion: Opinion, at: datetime | None = None) -> None:
    """The words by which the author replaced the former ones; `at` is when (now)."""
    leaf = queries.comment_leaf(writer.consultation_id, opinion.number)
    if leaf is None:
        # Somebody wrote past the operations; `record check` says what.
        log.error("record %s: no leaf of number %s to correct", writer.origin, opinion.number)
        return
    writer.add(
        Kind.SUPERSEDE,
        {"number": opinion.number, "index": leaf.index, "leaf_hash": leaf.hash.hex()},
        openings={"body": canonical(opinion.words())},
        number=opinion.number,
        at=at,
    )


def tell_moderation(
    writer: LogWriter,
    numbers: Sequence[int],
    state: State,
    reason: str | None = None,
    masked: Mapping[int, bytes] | None = None,
) -> None:
    """A decision on opinions; `masked` is what is shown of those whose words differ."""
    shown = {
        str(number): writer.commit_to("shown", value, number)
        for number, value in sorted((masked or {}).items())
    }
    fields = leaves.moderation(ranges(numbers), state, reason)
    writer.add(Kind.MODERATE, {**fields, "masked": shown or None})


def masked_words(opinions: Sequence[Opinion]) -> dict[int, bytes]:
    """What is shown of those opinions whose words differ, by number."""
    return {each.number: canonical(each.shown()) for each in opinions if each.is_masked}


def tell_removal(writer: LogWriter, number: int, *, reason: str, role: str, basis: str) -> None:
    """The words of an opinion are destroyed: so are the salts, and a tombstone says why."""
    leaf = queries.comment_leaf(writer.consultation_id, number)
    db.session.execute(
        delete(OPENING).where(
            OPENING.c.consultation_id == writer.consultation_id,
            OPENING.c.number == number,
            OPENING.c.field != "answers",
        )
    )
    if leaf is None:
        # Somebody wrote past the operations; `record check` says what. The removal still stands.
        log.error("record %s: no leaf of number %s to be removed", writer.origin, number)
        return
    fields = leaves.tombstone(number, leaf.index, leaf.hash, reason=reason, role=role, basis=basis)
    writer.add(Kind.TOMBSTONE, fields, number=number)


def tell_withdrawal(writer: LogWriter, opinion: Opinion) -> None:
    """The author took the opinion back, and its words were destroyed."""
    reason = RemovalReason.AUTHOR_WITHDRAWAL
    basis = opinion.removal_basis or reason.source
    tell_removal(writer, opinion.number, reason=reason, role="author", basis=basis)


def tell_answers(writer: LogWriter, survey_id: int, response_id: int) -> None:
    """A filled-in questionnaire."""
    writer.add(
        Kind.SURVEY,
        {"survey": survey_id, "response": writer.surveys + 1},
        openings={"answers": canonical(queries.answers_of(response_id))},
        number=response_id,
    )


def tell_close(writer: LogWriter, consultation_id: int, received: int) -> None:
    """The books are closed: what came in, by channel and by how it stands."""
    content = queries.bulletin_bytes(consultation_id)
    assert content is not None
    by_channel, by_state = queries.figures_at_close(consultation_id, received)
    writer.add(
        Kind.CLOSE,
        {
            "received": received,
            "surveys": writer.surveys,
            "by_channel": by_channel,
            "by_state": by_state,
            "bulletin_sha256": leaves.sha256(content),
        },
    )


def tell_result(writer: LogWriter, summary: AdoptionSummary) -> None:
    """A version of the result: where every opinion received stands in it."""
    document = adoption.document_of(summary.consultation_id, summary.version)
    rows = queries.map_rows(summary)
    counted = Counter(outcome for _, _, outcome in rows)
    content = leaves.map_lines(rows)
    index = writer.add(
        Kind.RESULT,
        {
            "version": summary.version,
            "received": summary.received,
            "outcomes": {each.value: counted[each.value] for each in Outcome},
            "summary_sha256": leaves.sha256(queries.summary_content(document)),
            "map_sha256": leaves.sha256(content),
        },
    )
    writer.keep_map(index, content)
