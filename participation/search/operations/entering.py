"""Writing the index: a text is entered when it becomes public, and gone when it is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, select

from participation.consultations.models import Consultation
from participation.consultations.queries import lock_shared
from participation.kernel.db import db
from participation.search.models import SearchEntry
from participation.search.queries import sources
from participation.search.queries.sources import Source
from participation.search.rules import Kind
from participation.search.segmenting import tokens

PIECE = 500


def enter(found: Sequence[Source]) -> int:
    """Enter texts, each in the place of what was entered of it before; returns how many."""
    for first in range(0, len(found), PIECE):
        piece = found[first : first + PIECE]
        _take_out(piece)
        db.session.execute(insert(SearchEntry), [_row(each) for each in piece])
    return len(found)


def _take_out(piece: Sequence[Source]) -> None:
    ids: dict[tuple[int, Kind], list[int]] = {}
    for each in piece:
        ids.setdefault((each.consultation_id, each.kind), []).append(each.source_id)
    for (consultation_id, kind), numbers in ids.items():
        drop(consultation_id, kind, numbers)


def _row(each: Source) -> dict[str, object]:
    # An underscore is in no word: these tokens narrow a search, no query can name them.
    marks = {f"_k{each.kind.value}", f"_c{each.consultation_id}"}
    if each.kind is not Kind.COMMENT:
        marks.add("_official")
    words = tokens(f"{each.title}\n{each.text}\n{each.also}") | marks
    kept = each._asdict()
    del kept["also"]
    return {**kept, "words": " ".join(sorted(words))}


def drop(consultation_id: int, kind: Kind, source_ids: Iterable[int] | None = None) -> None:
    """Take out what was entered of a kind (of these rows, where they are given)."""
    gone = delete(SearchEntry).where(
        SearchEntry.consultation_id == consultation_id, SearchEntry.kind == kind
    )
    if source_ids is not None:
        gone = gone.where(SearchEntry.source_id.in_(list(source_ids)))
    db.session.execute(gone.execution_options(synchronize_session=False))


def enter_notice(consultation_id: int) -> int:
    """Enter a consultation with its draft, anew: what it does not say any more is gone."""
    for kind in (Kind.CLAUSE, Kind.CONSULTATION):
        drop(consultation_id, kind)
    return enter(sources.notice_of(_consultation(consultation_id)))


def enter_opinions(ids: Iterable[int]) -> int:
    """Enter those of these opinions that are publicly shown; of the others nothing stays."""
    wanted = list(ids)
    found = sources.opinions(wanted)
    hidden = set(wanted) - {each.source_id for each in found}
    if hidden:
        db.session.execute(
            delete(SearchEntry)
            .where(SearchEntry.kind == Kind.COMMENT, SearchEntry.source_id.in_(hidden))
            .execution_options(synchronize_session=False)
        )
    return enter(found)


def enter_answers(consultation_id: int) -> int:
    """Enter the points of a result and the result, as they are public now, anew."""
    for kind in (Kind.ANSWER, Kind.RESULT):
        drop(consultation_id, kind)
    return enter(sources.answers_of(_consultation(consultation_id)))


def enter_point(consultation_id: int, point_id: int, number: int) -> int:
    """Enter a point that is being worked on in public: after the close, before the sealing."""
    consultation = _consultation(consultation_id)
    if consultation.sealed_at is not None:
        return 0
    drop(consultation_id, Kind.ANSWER, [number])
    return enter(sources.answers_of(consultation, point_id))


def enter_question(consultation_id: int, inquiry_id: int) -> int:
    """Enter a question with its answer where both are public; else nothing of it stays."""
    drop(consultation_id, Kind.QUESTION, [inquiry_id])
    return enter(sources.questions(inquiry_id=inquiry_id))


def enter_interpretation(consultation_id: int, interpretation_id: int) -> int:
    """Enter an explanation where it and its consultation are public; else nothing of it stays."""
    drop(consultation_id, Kind.INTERPRETATION, [interpretation_id])
    return enter(sources.interpretations(_consultation(consultation_id), interpretation_id))


def enter_interpretations(consultation_id: int) -> int:
    """Enter all explanations of a consultation anew, which go public with it."""
    drop(consultation_id, Kind.INTERPRETATION)
    return enter(sources.interpretations(_consultation(consultation_id)))


def enter_official(consultation_id: int) -> int:
    """Enter anew all of a consultation but its opinions, under its lock."""
    lock_shared(consultation_id)
    drop(consultation_id, Kind.QUESTION)
    return (
        enter_notice(consultation_id)
        + enter_interpretations(consultation_id)
        + enter(sources.questions(consultation_id))
        + enter_answers(consultation_id)
    )


def enter_opinions_of(pairs: Sequence[tuple[int, int]]) -> int:
    """Enter a piece of opinions (consultation id, id) under the locks of their consultations.

    Whoever hides one holds the same lock exclusively: it is entered before, or not at all.
    """
    for consultation_id in sorted({each for each, _id in pairs}):
        lock_shared(consultation_id)
    return enter_opinions([comment_id for _consultation_id, comment_id in pairs])


def drop_older(than: int) -> int:
    """Take out what a rebuild did not enter anew: the ids up to the last one before it."""
    left = select(SearchEntry.id).where(SearchEntry.id <= than).limit(PIECE).subquery()
    gone = db.session.execute(
        delete(SearchEntry)
        .where(SearchEntry.id.in_(select(left.c.id)))
        .execution_options(synchronize_session=False)
    )
    count: int = gone.rowcount  # type: ignore[attr-defined]
    return count


def last_id() -> int:
    """The highest id that was given."""
    return db.session.scalar(select(func.max(SearchEntry.id))) or 0


def _consultation(consultation_id: int) -> Consultation:
    return db.session.get_one(Consultation, consultation_id, populate_existing=True)
