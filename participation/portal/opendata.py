"""Open data: which tables there are, what their fields mean, and their rows as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.adoption import queries as adoption
from participation.adoption.rules import DISPOSITION_WORDS
from participation.comments.models import Comment, CommentSeries
from participation.comments.rules import (
    CHANNEL_WORDS,
    OUTCOME_WORDS,
    PROPOSAL_WORDS,
    RESPONDENT_WORDS,
    STANCE_WORDS,
    Outcome,
)
from participation.consultations.models import Clause, Consultation
from participation.consultations.queries import subjects_of_all
from participation.consultations.rules import Stage, Status
from participation.kernel.db import db
from participation.kernel.verdict import N_
from participation.rulebook.matters import Matter
from participation.rulebook.subjects import Audience, Topic
from participation.web.filters import iso

PART = 10_000
"""How many opinions, by their numbers, one file holds at most."""
PIECE = 500

Row = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A column. `kind` is one of Frictionless' types; `meaning` a Chinese msgid.

    `typed`: the words were typed by people, so a table program might take them for a formula.
    `codes`: the words of a closed list by their codes, msgids too.
    """

    name: str
    kind: str
    meaning: str
    typed: bool = False
    codes: Mapping[Any, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table with its fields in order; `label` and `meaning` are Chinese msgids."""

    name: str
    label: str
    meaning: str
    fields: tuple[Field, ...]


STAGE_WORDS = {
    Stage.FORTHCOMING: N_("未开始"),
    Stage.OPEN: N_("征求中"),
    Stage.CLOSED: N_("办理中"),
    Stage.SEALED: N_("已反馈"),
}
OUTCOME_CODES = {
    Outcome.PENDING: OUTCOME_WORDS[Outcome.PENDING],
    **{each.outcome: words for each, words in DISPOSITION_WORDS.items()},
}

CONSULTATIONS = Table(
    "consultations",
    N_("征求意见事项"),
    N_("每件公开征求意见的事项一行。"),
    (
        Field("slug", "string", N_("事项编号，也是网址的一部分")),
        Field("title", "string", N_("标题"), typed=True),
        Field("department", "string", N_("承办单位")),
        Field("matter", "string", N_("事项类别"), codes={each: each.label for each in Matter}),
        Field("stage", "string", N_("阶段"), codes=STAGE_WORDS),
        Field(
            "topics",
            "string",
            N_("领域，几个用分号隔开"),
            codes={each: each.label for each in Topic},
        ),
        Field(
            "audiences",
            "string",
            N_("人群，几个用分号隔开"),
            codes={each: each.label for each in Audience},
        ),
        Field("published_at", "datetime", N_("公布草案的时刻（UTC）")),
        Field("opens_at", "datetime", N_("开始征求意见的时刻（UTC）")),
        Field("closes_at", "datetime", N_("截止的时刻（UTC）")),
        Field("sealed_at", "datetime", N_("公布采纳情况的时刻（UTC），没有公布的为空")),
        Field("received", "integer", N_("收到的意见份数")),
        Field("released", "integer", N_("公开显示的意见份数")),
        Field("url", "string", N_("事项的网页")),
    ),
)
COMMENTS = Table(
    "comments",
    N_("公开的意见"),
    N_(
        "每份公开显示的意见一行。个人信息已隐去；没有公开显示的、撤回的意见不在其中，编号因此有空缺。"
    ),
    (
        Field("number", "integer", N_("意见编号，按收到的先后")),
        Field("clause_id", "string", N_("所提条款的代码；对全文提的为空")),
        Field("clause", "string", N_("所提条款，如“第十二条”")),
        Field("quoted_text", "string", N_("所提的原文字句；没有选的为空"), typed=True),
        Field("stance", "string", N_("态度"), codes=STANCE_WORDS),
        Field("body", "string", N_("意见的文字，个人信息已隐去"), typed=True),
        Field("proposal_kind", "string", N_("建议的改法"), codes=PROPOSAL_WORDS),
        Field("proposed_text", "string", N_("建议写成的文字"), typed=True),
        Field("respondent_kind", "string", N_("提出人的类别"), codes=RESPONDENT_WORDS),
        Field("channel", "string", N_("怎样提出的"), codes=CHANNEL_WORDS),
        Field("published_at", "datetime", N_("公开显示的时刻（UTC）")),
    ),
)
POINTS = Table(
    "points",
    N_("意见要点和处理"),
    N_("每个意见要点一行：人们说了什么、怎样处理、为什么。截止以后才有。"),
    (
        Field("number", "integer", N_("要点编号")),
        Field("title", "string", N_("要点"), typed=True),
        Field("clause_id", "string", N_("所涉条款的代码")),
        Field("clause", "string", N_("所涉条款")),
        Field("disposition", "string", N_("怎样处理"), codes=OUTCOME_CODES),
        Field("reason", "string", N_("理由"), typed=True),
        Field("changed_text", "string", N_("改后的条文"), typed=True),
        Field("members", "integer", N_("归入这个要点的意见份数")),
    ),
)
TABLES = (CONSULTATIONS, COMMENTS, POINTS)


def consultation_rows(now: datetime) -> Iterator[Row]:
    """Every public consultation by its id; a few statements for each 500."""
    after = 0
    while True:
        found = db.session.execute(
            select(Consultation, CommentSeries.received, CommentSeries.released)
            .outerjoin(CommentSeries, CommentSeries.consultation_id == Consultation.id)
            .where(Consultation.status == Status.PUBLISHED, Consultation.id > after)
            .options(joinedload(Consultation.department))
            .order_by(Consultation.id)
            .limit(PIECE)
        ).all()
        tags = subjects_of_all(each[0].id for each in found)
        for consultation, received, released in found:
            yield _consultation(
                consultation, now, tags[consultation.id], received or 0, released or 0
            )
        if len(found) < PIECE:
            return
        after = found[-1][0].id
        db.session.expunge_all()


def _consultation(
    found: Consultation, now: datetime, tags: Any, received: int, released: int
) -> Row:
    return {
        "slug": found.slug,
        "title": found.title,
        "department": found.department.name,
        "matter": found.matter.value,
        "stage": found.stage(now).value,
        "topics": ";".join(tags.topics),
        "audiences": ";".join(tags.audiences),
        "published_at": _instant(found.published_at),
        "opens_at": _instant(found.opens_at),
        "closes_at": _instant(found.closes_at),
        "sealed_at": _instant(found.sealed_at),
        "received": received,
        "released": released,
        "url": f"{current_app.config['SETTINGS'].site}/consultations/{found.slug}",
    }


def parts_of(received: int) -> int:
    """In how many files the opinions of a consultation come; at least one."""
    return max(1, -(-received // PART))


def comment_rows(consultation_id: int, part: int) -> Iterator[Row]:
    """The released opinions of a part, by number; a statement for each 500 numbers."""
    first, last = (part - 1) * PART + 1, part * PART
    for start in range(first, last + 1, PIECE):
        rows = db.session.execute(
            select(
                Comment.number,
                Clause.key.label("clause_id"),
                Clause.label.label("clause"),
                Comment.quoted_text,
                Comment.stance,
                Comment.shown_body.label("body"),
                Comment.proposal_kind,
                Comment.shown_proposed_text.label("proposed_text"),
                Comment.respondent_kind,
                Comment.channel,
                Comment.published_at,
            )
            .outerjoin(Clause, Clause.id == Comment.clause_id)
            .where(
                Comment.consultation_id == consultation_id,
                Comment.number.between(start, min(start + PIECE - 1, last)),
                Comment.published_at.is_not(None),
            )
            .order_by(Comment.number)
        )
        for row in rows:
            yield {name: _plain(value) for name, value in row._mapping.items()}


def point_rows(found: Consultation, now: datetime) -> Iterator[Row]:
    """The points of a result as the public sees it, 50 at a time; Refused before the close."""
    after: int | None = 0
    while after is not None:
        result = adoption.public_result(found, now, after_point=after)
        for view in result.points:
            yield {
                "number": view.number,
                "title": view.title,
                "clause_id": view.clause_key or "",
                "clause": view.clause_label,
                "disposition": view.outcome,
                "reason": view.reason,
                "changed_text": view.changed_text,
                "members": view.members,
            }
        after = result.next_point


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso(value)
    return getattr(value, "value", value)


def _instant(value: datetime | None) -> str:
    return iso(value) if value else ""
