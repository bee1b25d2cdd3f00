"""Beginning a log: with its publication, or late, with the leaves of what is there already."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from participation.adoption import queries as adoption
from participation.adoption.models import Bulletin
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.consultations.queries import extensions_of
from participation.kernel import clock
from participation.kernel.db import db
from participation.record import leaves, queries
from participation.record.operations import telling
from participation.record.operations.log import LOG, LogWriter, locked_log
from participation.record.queries.opinions import Opinion, files_of, versions_of, walk
from participation.record.rules import Kind, State

_BEGUN = "record.begun"


def log_for(consultation_id: int) -> LogWriter | None:
    """The log, locked, to be told what just happened; it is begun where there is none.

    None where the log was begun in this very transaction: it tells what is there already, and
    with it what just happened.
    """
    found = locked_log(consultation_id)
    if found is not None:
        return None if consultation_id in _begun_here() else found
    begin_log(consultation_id)
    return locked_log(consultation_id) if consultation_id not in _begun_here() else None


def begin_log(consultation_id: int) -> None:
    """Begin a consultation's log with all that is there already; one that there is stays."""
    consultation = db.session.get_one(Consultation, consultation_id)
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    made = db.session.execute(
        dialect.insert(LOG)
        .values(
            consultation_id=consultation.id,
            origin=_origin(consultation.slug),
            size=0,
            edge=b"",
            surveys=0,
            signed=0,
            started_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(LOG.c.consultation_id)
    ).one_or_none()
    # Somebody else was quicker, and has committed.
    if made is None:
        return
    _begun_here().add(consultation_id)
    writer = locked_log(consultation_id)
    assert writer is not None
    _tell_all(writer, consultation)
    writer.store()


def _begun_here() -> set[int]:
    """The consultations whose log was begun in the running transaction."""
    session = db.session()
    running = session.get_transaction()
    kept = session.info.get(_BEGUN)
    if kept is None or kept[0] is not running:
        kept = session.info[_BEGUN] = (running, set())
    found: set[int] = kept[1]
    return found


def _origin(slug: str) -> str:
    """`<host>/<slug>`; a platform without a public address names the one it is served at."""
    host = urlsplit(current_app.config["SETTINGS"].site).netloc.rpartition("@")[2]
    return f"{host}/{slug}"


def _tell_all(writer: LogWriter, consultation: Consultation) -> None:
    telling.tell_opening(writer, consultation)
    for each in extensions_of(consultation.id):
        fields = leaves.amendment(each.new_closes_at, each.note)
        writer.add(Kind.AMEND, fields, at=each.extended_at)
    for response_id, survey_id in queries.responses_of(consultation.id):
        telling.tell_answers(writer, survey_id, response_id)
    done = 0
    bulletin = db.session.scalar(
        select(Bulletin).where(Bulletin.consultation_id == consultation.id)
    )
    if bulletin is not None:
        done = bulletin.content["received"]
        _tell_comments(writer, 1, done)
        telling.tell_close(writer, consultation.id, done)
    summary = adoption.latest_summary(consultation.id)
    if summary is not None:
        _tell_comments(writer, done + 1, summary.received)
        telling.tell_result(writer, summary)
        done = summary.received
    _tell_comments(writer, done + 1, None)


def _tell_comments(writer: LogWriter, first: int, last: int | None) -> None:
    decided: dict[tuple[State, str | None], list[int]] = defaultdict(list)
    masked: dict[int, bytes] = {}
    withdrawn: list[Opinion] = []
    for chunk in walk(writer.consultation_id, first, last):
        corrected = versions_of(writer.consultation_id, chunk)
        files = files_of(writer.consultation_id, chunk[0].number, chunk[-1].number)
        for each in chunk:
            told = corrected.get(each.number, [(each, each.received_at)])
            telling.tell_comment(writer, told[0][0], files.get(each.number, ()))
            if each.state is State.REMOVED:
                # What else was removed has its tombstone from the event that removed it.
                withdrawn += [each] if each.outcome is Outcome.WITHDRAWN else []
            elif each.state is not State.WAITING:
                decided[each.state, each.reason].append(each.number)
        masked |= telling.masked_words(chunk)
        _tell_corrections(writer, corrected)
    for (state, reason), numbers in decided.items():
        shown = {number: masked[number] for number in numbers if number in masked}
        telling.tell_moderation(writer, numbers, state, reason, shown)
    writer.store()
    for each in withdrawn:
        telling.tell_withdrawal(writer, each)


def _tell_corrections(
    writer: LogWriter, corrected: dict[int, list[tuple[Opinion, datetime]]]
) -> None:
    if corrected:
        # A correction points at its opinion's leaf, which it looks up.
        writer.store()
    for told in corrected.values():
        for opinion, written_at in told[1:]:
            telling.tell_correction(writer, opinion, written_at)
