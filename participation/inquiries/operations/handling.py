"""What officers do with a question: class it, answer it, correct the answer, hand it on."""

from __future__ import annotations

from dataclasses import dataclass

from participation.comments.masking import mask
from participation.comments.rules import TOO_LONG
from participation.consultations.models import Consultation
from participation.consultations.place import working_calendar, zone
from participation.inquiries import rules
from participation.inquiries.events import (
    AnswerRevised,
    InquiryAnswered,
    InquiryAnsweredPrivately,
    InquiryClassed,
    InquiryReferred,
    InquiryReturned,
)
from participation.inquiries.models import EarlierAnswer, Inquiry, Referral
from participation.inquiries.operations.asking import set_due
from participation.inquiries.operations.series import locked, show_change
from participation.inquiries.rules import State
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.rulebook.acknowledging import is_empty
from participation.rulebook.days import local
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature
from participation.rulebook.statutes import rule

EMPTY_PUBLIC = N_(
    "这段答复只说了“收到”或者“转办”，没有回答问题，不能公开发出。请写明结论和依据，例如按草案第几条可以或者不可以。"
)
EMPTY_PRIVATE = N_(
    "这段答复只说了“收到”或者“转办”，没有回答问题。请补充；确实只能这样答复的，勾选“仍然发出”。"
)


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """An answer: public, or with a reason the sender's alone.

    `shown_question` is the question as the public reads it. `is_forced`: sent though it looks
    empty, which only an answer to the sender alone may be.
    """

    text: str
    shown_question: str = ""
    reason: WithholdingReason | None = None
    is_forced: bool = False


def class_inquiry(actor: Actor, slug: str, number: int, difficulty: Difficulty) -> Inquiry:
    """Say how hard a waiting question is; its due date follows (rule O8)."""
    _consultation, inquiry = _handled(actor, slug, number)
    rules.may_be_answered(inquiry.state).enforce()
    inquiry.difficulty = difficulty
    inquiry.classed_at, inquiry.classed_by_id = clock.now(), actor.id
    set_due(inquiry, difficulty)
    db.session.flush()
    record(
        InquiryClassed(
            actor=actor,
            consultation_id=inquiry.consultation_id,
            inquiry_id=inquiry.id,
            number=number,
            difficulty=difficulty,
            due_on=inquiry.due_on.isoformat(),
        )
    )
    return inquiry


def answer_inquiry(actor: Actor, slug: str, number: int, given: GivenAnswer) -> Inquiry:
    """Answer a question, publicly or with a reason to its sender alone; it must have been classed.

    Raises Invalid for an answer that only acknowledges: a public one always, another one unless
    it is forced. Personal data in the question shown is masked.
    """
    _consultation, inquiry = _handled(actor, slug, number)
    rules.may_be_answered(inquiry.state).enforce()
    if inquiry.difficulty is None:
        raise Invalid(N_("请先确定是简单问题还是复杂问题。"), field="difficulty")
    is_public = given.reason is None
    inquiry.answer = _checked_answer(given.text, is_public=is_public, is_forced=given.is_forced)
    inquiry.state, inquiry.reason_code = State.ANSWERED, given.reason
    inquiry.answered_at, inquiry.answered_by_id = clock.now(), actor.id
    if is_public:
        inquiry.shown_body = _checked_question(given.shown_question or inquiry.body)
        inquiry.published_at = inquiry.answered_at
        show_change(inquiry, published=1)
    db.session.flush()
    told = {
        "actor": actor,
        "consultation_id": inquiry.consultation_id,
        "inquiry_id": inquiry.id,
        "number": number,
    }
    if given.reason is None:
        record(InquiryAnswered(**told))  # type: ignore[arg-type]
    else:
        forced = given.is_forced and is_empty(inquiry.answer)
        record(InquiryAnsweredPrivately(**told, reason=given.reason, is_forced=forced))  # type: ignore[arg-type]
    return inquiry


def revise_answer(actor: Actor, slug: str, number: int, text: str) -> Inquiry:
    """Correct a given answer; the earlier words are kept and shown below it."""
    _consultation, inquiry = _handled(actor, slug, number)
    rules.may_be_revised(inquiry.state).enforce()
    is_public = inquiry.published_at is not None
    new = _checked_answer(text, is_public=is_public, is_forced=False)
    if new == inquiry.answer:
        raise Invalid(N_("答复没有改动。"), field="answer")
    assert inquiry.answered_at is not None
    now = clock.now()
    db.session.add(
        EarlierAnswer(
            inquiry_id=inquiry.id,
            text=inquiry.answer,
            given_at=inquiry.revised_at or inquiry.answered_at,
            replaced_at=now,
            replaced_by_id=actor.id,
        )
    )
    inquiry.answer, inquiry.revised_at = new, now
    if is_public:
        show_change(inquiry)
    db.session.flush()
    record(
        AnswerRevised(
            actor=actor,
            consultation_id=inquiry.consultation_id,
            inquiry_id=inquiry.id,
            number=number,
            is_public=is_public,
        )
    )
    return inquiry


def refer_inquiry(
    actor: Actor, slug: str, number: int, nature: Nature, unit: str, note: str
) -> Inquiry:
    """Hand on what is a petition or a disclosure request; `note` is what the sender is told."""
    _consultation, inquiry = _handled(actor, slug, number)
    rules.may_be_answered(inquiry.state).enforce()
    unit = _checked_words(unit, "unit", rules.LONGEST_UNIT)
    note = _checked_words(note, "note", rules.LONGEST_NOTE)
    now = clock.now()
    object_by_on = None
    if objection := rule(nature.rule).numbers.get("objection"):
        today = local(now, zone()).date()
        object_by_on = working_calendar().add_working_days(today, objection).on
    db.session.add(
        Referral(
            inquiry_id=inquiry.id,
            nature=nature,
            unit=unit,
            note=note,
            referred_at=now,
            referred_by_id=actor.id,
            object_by_on=object_by_on,
        )
    )
    inquiry.state = State.REFERRED
    db.session.flush()
    record(
        InquiryReferred(
            actor=actor,
            consultation_id=inquiry.consultation_id,
            inquiry_id=inquiry.id,
            number=number,
            nature=nature,
            unit=unit,
        )
    )
    return inquiry


def return_inquiry(actor: Actor, slug: str, number: int, note: str) -> Inquiry:
    """Take back what the other body objected to; the first due date goes on holding."""
    _consultation, inquiry = _handled(actor, slug, number)
    rules.may_be_returned(inquiry.state).enforce()
    last = inquiry.referrals[-1]
    last.returned_at, last.return_note = clock.now(), _checked_words(note, "note", 1000)
    inquiry.state = State.WAITING
    db.session.flush()
    record(
        InquiryReturned(
            actor=actor,
            consultation_id=inquiry.consultation_id,
            inquiry_id=inquiry.id,
            number=number,
        )
    )
    return inquiry


def _handled(actor: Actor, slug: str, number: int) -> tuple[Consultation, Inquiry]:
    consultation, inquiry = locked(slug, number)
    rules.may_handle_questions(actor, consultation.department_id).enforce()
    return consultation, inquiry


def _checked_answer(text: str, *, is_public: bool, is_forced: bool) -> str:
    tidy = plain(text)
    if not tidy:
        raise Invalid(N_("请写下答复。"), field="answer")
    if len(tidy) > rules.LONGEST_ANSWER:
        raise Invalid(TOO_LONG, {"most": rules.LONGEST_ANSWER, "count": len(tidy)}, "answer")
    if is_empty(tidy) and (is_public or not is_forced):
        raise Invalid(EMPTY_PUBLIC if is_public else EMPTY_PRIVATE, field="answer")
    return tidy


def _checked_question(text: str) -> str:
    tidy = mask(plain(text)).text
    if not tidy:
        raise Invalid(N_("请写明公开显示的问题。"), field="shown_question")
    if len(tidy) > rules.LONGEST_QUESTION * 2:
        params = {"most": rules.LONGEST_QUESTION * 2, "count": len(tidy)}
        raise Invalid(TOO_LONG, params, "shown_question")
    return tidy


def _checked_words(text: str, field: str, most: int) -> str:
    """Words that lasting traces keep: tidy, long enough to say something, nobody's data in them."""
    tidy = mask(" ".join(plain(text).split())).text
    if len(tidy) < (rules.LEAST_NOTE if field == "note" else 2):
        raise Invalid(N_("请至少写 %(least)s 个字。"), {"least": rules.LEAST_NOTE}, field)
    if len(tidy) > most:
        raise Invalid(TOO_LONG, {"most": most, "count": len(tidy)}, field)
    return tidy
