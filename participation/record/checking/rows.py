"""Whether the platform's own rows say what the leaves tell: words, states, answers, results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from participation.adoption import queries as adoption
from participation.consultations.models import Consultation
from participation.consultations.queries import current_draft
from participation.kernel.canonical import canonical, commitment, instant_text
from participation.kernel.db import db
from participation.kernel.verdict import N_
from participation.record import leaves, queries
from participation.record.checking.fault import Fault
from participation.record.checking.telling import ToldLog, ToldOpinion
from participation.record.models import RecordMap, RecordOpening
from participation.record.queries.opinions import Opinion, files_of, walk
from participation.record.rules import State

Salts = dict[str, list[bytes]]


def row_faults(consultation_id: int, told: ToldLog) -> Iterator[Fault]:
    """Everything in which the rows of a consultation differ from its leaves."""
    yield from _of_consultation(consultation_id, told)
    yield from _of_opinions(consultation_id, told)
    yield from _of_answers(consultation_id, told)
    yield from _of_publications(consultation_id, told)


def _of_consultation(consultation_id: int, told: ToldLog) -> Iterator[Fault]:
    consultation = db.session.get_one(Consultation, consultation_id)
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    draft = current_draft(consultation_id)
    rows = {
        "consultation": consultation.slug,
        "title": consultation.title,
        "opens_at": instant_text(consultation.opens_at),
        "draft_sha256": draft.source_key if draft else None,
    }
    if {name: told.opening.get(name) for name in rows} != rows:
        yield Fault(N_("征求意见事项的标题、开始时间或草案与开始时的记录不符。"))
    if instant_text(consultation.closes_at) != told.closes_at:
        yield Fault(N_("截止时间与记录不符。"))


def _of_opinions(consultation_id: int, told: ToldLog) -> Iterator[Fault]:
    missing = dict(told.opinions)
    for chunk in walk(consultation_id):
        span = consultation_id, chunk[0].number, chunk[-1].number
        salts, files = _salts(*span), files_of(*span)
        for row in chunk:
            opinion = missing.pop(row.number, None)
            if opinion is None:
                yield Fault(
                    N_("第 %(number)s 号意见没有记录：它不是按规定收到的。"),
                    {"number": row.number},
                )
                continue
            yield from _of_opinion(row, opinion, salts.get(row.number, {}))
            yield from _of_files(row, opinion, files.get(row.number, []), salts.get(row.number, {}))
    for number in missing:
        yield Fault(N_("第 %(number)s 号意见有记录，但是意见本身不见了。"), {"number": number})


def _salts(consultation_id: int, first: int, last: int) -> dict[int, Salts]:
    rows = db.session.execute(
        select(RecordOpening.number, RecordOpening.field, RecordOpening.salt)
        .where(
            RecordOpening.consultation_id == consultation_id,
            RecordOpening.number.between(first, last),
            RecordOpening.field != "answers",
        )
        .order_by(RecordOpening.index)
    )
    found: dict[int, Salts] = defaultdict(lambda: defaultdict(list))
    for number, field, salt in rows:
        found[number][field].append(bytes(salt))
    return found


def _of_opinion(row: Opinion, told: ToldOpinion, salts: Salts) -> Iterator[Fault]:
    named: dict[str, object] = {"number": row.number}
    if (str(row.channel), instant_text(row.received_at)) != (told.channel, told.at):
        yield Fault(N_("第 %(number)s 号意见的来源或收到时间与记录不符。"), named)
    if row.state is not told.state:
        yield Fault(
            N_("第 %(number)s 号意见在数据库里是 %(row)s，在记录里是 %(told)s。"),
            {**named, "row": row.state.value, "told": told.state.value},
        )
    elif told.state is not State.REMOVED and row.reason != told.reason:
        yield Fault(N_("第 %(number)s 号意见不公开的理由与记录不符。"), named)
    if told.state is not State.PUBLISHED and row.published_at is not None:
        yield Fault(N_("第 %(number)s 号意见没有公开的记录，却显示着。"), named)
    if told.state is State.REMOVED:
        if salts:
            yield Fault(N_("第 %(number)s 号意见已删除，但是盐值还在。"), named)
        return
    yield from _of_words(row, told, salts)


def _of_words(row: Opinion, told: ToldOpinion, salts: Salts) -> Iterator[Fault]:
    named: dict[str, object] = {"number": row.number}
    values = row.commits_to
    if not _opens("body", salts, values["body"], told.c_body):
        yield Fault(N_("第 %(number)s 号意见的内容与收到时的记录不符。"), named)
    if not _opens("claim", salts, values["claim"], told.c_claim):
        yield Fault(N_("第 %(number)s 号意见的回执编号与收到时的记录不符。"), named)
    if told.state is not State.PUBLISHED:
        return
    shown = canonical(row.shown())
    if told.c_shown is None:
        right = shown == values["body"]
    else:
        right = _opens("shown", salts, shown, told.c_shown)
    if not right:
        yield Fault(N_("第 %(number)s 号意见显示的内容与记录不符。"), named)


def _of_files(row: Opinion, told: ToldOpinion, files: list[str], salts: Salts) -> Iterator[Fault]:
    if told.state is State.REMOVED:
        right = not files
    else:
        right = len(files) == len(told.atts) and all(
            _opens(f"att{place}", salts, key.encode("ascii"), committed)
            for place, (key, committed) in enumerate(zip(files, told.atts, strict=True), 1)
        )
    if not right:
        yield Fault(N_("第 %(number)s 号意见的附件与收到时的记录不符。"), {"number": row.number})


def _opens(field: str, salts: Salts, value: bytes, committed: str) -> bool:
    return any(commitment(field, salt, value) == committed for salt in salts.get(field, ()))


def _of_answers(consultation_id: int, told: ToldLog) -> Iterator[Fault]:
    missing = dict(told.answers)
    salts = dict(
        db.session.execute(
            select(RecordOpening.number, RecordOpening.salt).where(
                RecordOpening.consultation_id == consultation_id,
                RecordOpening.field == "answers",
            )
        ).all()
    )
    for response_id, _survey_id in queries.responses_of(consultation_id):
        committed = missing.pop(response_id, None)
        if committed is None:
            yield Fault(N_("问卷答卷 %(id)s 没有记录。"), {"id": response_id})
            continue
        value, salt = canonical(queries.answers_of(response_id)), salts.get(response_id)
        if salt is None or commitment("answers", bytes(salt), value) != committed:
            yield Fault(N_("问卷答卷 %(id)s 的内容与收到时的记录不符。"), {"id": response_id})
    for response_id in missing:
        yield Fault(N_("问卷答卷 %(id)s 有记录，但是答卷不见了。"), {"id": response_id})


def _of_publications(consultation_id: int, told: ToldLog) -> Iterator[Fault]:
    bulletin = queries.bulletin_bytes(consultation_id)
    told_bulletin = told.close and told.close["bulletin_sha256"]
    if (leaves.sha256(bulletin) if bulletin else None) != told_bulletin:
        yield Fault(N_("截止公报与记录不符。"))
    versions = {each.version for each in adoption.versions(consultation_id)}
    recorded = {leaf["version"] for leaf in told.results.values()}
    # A log that was begun late tells the latest version only.
    if recorded - versions or (versions and max(versions) not in recorded):
        yield Fault(N_("公布的采纳情况的版本与记录不符。"))
    for index, leaf in told.results.items():
        if leaf["version"] in versions:
            yield from _of_result(consultation_id, index, leaf)


def _of_result(consultation_id: int, index: int, leaf: dict[str, Any]) -> Iterator[Fault]:
    version = leaf["version"]
    document = adoption.document_of(consultation_id, version)
    if leaves.sha256(queries.summary_content(document)) != leaf["summary_sha256"]:
        yield Fault(N_("采纳情况第 %(version)s 版与记录不符。"), {"version": version})
    figures = document["figures"]
    told = leaf["received"], leaf["outcomes"]
    if (figures["received"], figures["outcomes"]) != told:
        yield Fault(N_("采纳情况第 %(version)s 版的数目与记录不符。"), {"version": version})
    kept = db.session.get(RecordMap, (consultation_id, index))
    if kept is None or leaves.sha256(bytes(kept.content)) != leaf["map_sha256"]:
        yield Fault(N_("采纳情况第 %(version)s 版的对应表与记录不符。"), {"version": version})
