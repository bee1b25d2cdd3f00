"""Explaining a draft or one of its clauses in other ways: written, made public, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select

from participation.consultations import queries, rules
from participation.consultations.asked import pairs
from participation.consultations.events import (
    InterpretationPublished,
    InterpretationSaved,
    InterpretationWithdrawn,
)
from participation.consultations.intake import TakenPicture
from participation.consultations.kinds import InterpretationKind
from participation.consultations.models import Consultation, Interpretation
from participation.consultations.operations.publishing import touch
from participation.consultations.rules import LONGEST_PART, MOST_INTERPRETATIONS
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_


@dataclass(frozen=True)
class InterpretationFields:
    """What is filled in; `clause_key` empty: about the whole draft. `picture` stays if None."""

    kind: InterpretationKind
    title: str
    clause_key: str = ""
    body: str = ""
    link: str = ""
    picture_words: str = ""
    picture: TakenPicture | None = None


def save_interpretation(
    actor: Actor, slug: str, fields: InterpretationFields, interpretation_id: int | None = None
) -> Interpretation:
    """Write an interpretation, or change one; a public one changes at once."""
    found = _interpretable(actor, slug)
    if interpretation_id is None:
        made = Interpretation(
            consultation_id=found.id, position=_next_position(found.id), created_at=clock.now()
        )
    else:
        made = queries.interpretation_by_id(found.id, interpretation_id)
    _fill(made, found, fields)
    db.session.add(made)
    if made.published_at is not None:
        touch(found)
    db.session.flush()
    record(
        InterpretationSaved(
            actor=actor, consultation_id=found.id, interpretation_id=made.id, title=made.title
        )
    )
    return made


def publish_interpretation(actor: Actor, slug: str, interpretation_id: int) -> Interpretation:
    """Show an interpretation wherever its consultation is public; twice is once."""
    found = _interpretable(actor, slug)
    shown = queries.interpretation_by_id(found.id, interpretation_id)
    if shown.published_at is not None:
        return shown
    shown.published_at = clock.now()
    touch(found)
    db.session.flush()
    record(
        InterpretationPublished(
            actor=actor, consultation_id=found.id, interpretation_id=shown.id, title=shown.title
        )
    )
    return shown


def withdraw_interpretation(
    actor: Actor, slug: str, interpretation_id: int, *, delete: bool = False
) -> None:
    """Show an interpretation no more, or delete it altogether."""
    found = _interpretable(actor, slug)
    shown = queries.interpretation_by_id(found.id, interpretation_id)
    if shown.published_at is not None:
        touch(found)
    shown.published_at = None
    if delete:
        db.session.delete(shown)
    db.session.flush()
    record(
        InterpretationWithdrawn(
            actor=actor,
            consultation_id=found.id,
            interpretation_id=interpretation_id,
            title=shown.title,
            is_deleted=delete,
        )
    )


def _interpretable(actor: Actor, slug: str) -> Consultation:
    found = queries.lock_exclusive(slug)
    rules.may_supply(actor, found.status, found.department_id).enforce()
    return found


def _next_position(consultation_id: int) -> int:
    count, last = db.session.execute(
        select(func.count(), func.max(Interpretation.position)).where(
            Interpretation.consultation_id == consultation_id
        )
    ).one()
    if count >= MOST_INTERPRETATIONS:
        raise Invalid(N_("最多写%(limit)s篇解读。"), {"limit": MOST_INTERPRETATIONS})
    return (last or 0) + 1


def _fill(made: Interpretation, found: Consultation, fields: InterpretationFields) -> None:
    texts = {
        "title": " ".join(plain(fields.title).split()),
        "body": plain(fields.body),
        "link": plain(fields.link),
        "picture_words": plain(fields.picture_words),
    }
    for name, text in texts.items():
        if len(text) > LONGEST_PART[name]:
            raise Invalid(
                N_("最多%(limit)s字，请删减。"), {"limit": LONGEST_PART[name]}, field=name
            )
        setattr(made, name, text)
    made.kind, made.clause_key = fields.kind, fields.clause_key or None
    if fields.clause_key:
        queries.clause_by_key(found.id, fields.clause_key)
    if fields.picture is not None:
        made.source_key, made.media_type = fields.picture.key, fields.picture.media_type
        made.width, made.height = fields.picture.width, fields.picture.height
    _check(made)
    if made.kind is not InterpretationKind.PICTURE:
        made.source_key, made.media_type, made.picture_words = None, "", ""
        made.width = made.height = 0
    if made.kind is not InterpretationKind.VIDEO_LINK:
        made.link = ""


def _check(made: Interpretation) -> None:
    if not made.title:
        raise Invalid(N_("请填写标题。"), field="title")
    if made.kind is InterpretationKind.PICTURE:
        if made.source_key is None:
            raise Invalid(N_("请选择图片。"), field="picture")
        if not made.picture_words:
            raise Invalid(N_("请写明图片里的内容，看不到图的人靠它了解。"), field="picture_words")
    elif made.kind is InterpretationKind.VIDEO_LINK:
        _check_link(made.link)
    elif made.kind is InterpretationKind.QUESTIONS:
        if not pairs(made.body):
            raise Invalid(N_("请按“问：……”“答：……”各起一行填写，每问都要有答。"), field="body")
    elif not made.body:
        raise Invalid(N_("请填写内容。"), field="body")


def _check_link(link: str) -> None:
    try:
        parts = urlsplit(link)
        is_good = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_good = False
    if not is_good or any(sign.isspace() for sign in link):
        raise Invalid(N_("请填写以 https:// 开头的完整网址。"), field="link")
