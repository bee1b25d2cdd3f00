"""Taking an opinion in: what the public sends, and what officers enter for those who told them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from participation.comments import rules
from participation.comments.contacts import digest, read_contact
from participation.comments.events import CommentSubmitted
from participation.comments.models import Comment
from participation.comments.operations.aiming import aim_of
from participation.comments.operations.attaching import claim_files
from participation.comments.operations.confirming import new_confirmation
from participation.comments.operations.series import add_to_tallies, lock_series, take_number
from participation.comments.queries import by_submission_key
from participation.comments.receipts import new_receipt
from participation.comments.rules import (
    Channel,
    Dimension,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Standing,
    Visibility,
)
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.consultations.queries import lock_shared
from participation.consultations.rules import PUBLIC_STAGES
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.text import normal_form, plain
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.rulebook.privacy import personal_data_notice

_KEY = re.compile(r"[!-~]{1,80}")


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What every opinion has, from whichever channel.

    No `clause_key` and no `document_id` is the whole draft; `quoted_text` are words of the clause,
    `quoted_at` their place in it in code points (not needed where they stand in it once);
    `proposal_kind` says what `proposed_text` does to the clause or the words quoted, None that it
    is told in words. `submission_key` makes sending it again the same act; `files` are the refs of
    uploaded files that go with it.
    """

    body: str
    stance: Stance
    submission_key: str
    clause_key: str | None = None
    document_id: int | None = None
    quoted_text: str = ""
    quoted_at: int | None = None
    proposal_kind: ProposalKind | None = None
    proposed_text: str = ""
    respondent_kind: RespondentKind = RespondentKind.PERSON
    name: str = ""
    contact: str = ""
    locale: str = "zh"
    channel: Channel = Channel.WEB
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SubmittedComment(_Words):
    """What a person or a tool sends."""


@dataclass(frozen=True, kw_only=True)
class EnteredComment(_Words):
    """What an officer enters; `said_on` is the day it was said or arrived, in the local zone.

    `said_at_place` is where it was said, such as the village of a field visit.
    """

    said_on: date
    said_at_place: str = ""


class Submission(NamedTuple):
    """The opinion as stored, and whether this act stored it."""

    comment: Comment
    is_new: bool


W = TypeVar("W", bound=_Words)


def submit_comment(actor: Actor, slug: str, sent: SubmittedComment) -> Submission:
    """Take an opinion in the open window; the same key gives the first one's receipt, at any time.

    Acceptance is decided by the clock read under the consultation's shared lock. The series' lock
    then puts the senders in one order, so that a second click finds the first. Raises NotFound
    for what is not public, Refused outside the window, Invalid for what cannot be taken.
    """
    key = checked_key(sent.submission_key)
    consultation, last = lock_for_sending(slug)
    if known := by_submission_key(consultation.id, key):
        return Submission(known, is_new=False)
    rules.may_submit(consultation.stage(clock.now())).enforce()
    return Submission(take_in(actor, consultation, last + 1, sent), is_new=True)


def lock_for_sending(slug: str) -> tuple[Consultation, int]:
    """What opinions are sent to, and the last number given; raise NotFound for what is not public.

    Whoever sent before has committed when this returns.
    """
    consultation = lock_shared(slug)
    if consultation.stage(clock.now()) not in PUBLIC_STAGES:
        raise NotFound(slug)
    return consultation, lock_series(consultation.id)


def take_in(
    actor: Actor, consultation: Consultation, number: int, sent: SubmittedComment
) -> Comment:
    """Store one opinion under the locks that the caller holds, its key being new."""
    rules.may_submit_as(actor, consultation.identity).enforce()
    sent = checked(sent)
    has_account = sent.channel is Channel.ACCOUNT
    enough = rules.contact_suffices(consultation.identity, sent.contact, has_account=has_account)
    if not enough:
        raise Invalid(enough.reason, field="contact")
    comment = _comment(consultation, number, sent)
    notice = personal_data_notice()
    comment.notice_version = f"{notice.version}:{notice.fingerprint[:16]}"
    if has_account:
        comment.account_id = actor.id
    _store(actor, comment, sent)
    return comment


def enter_comment(actor: Actor, slug: str, entered: EnteredComment) -> Submission:
    """Enter what came by letter, telephone or meeting, until the result is sealed."""
    key = checked_key(entered.submission_key)
    consultation = lock_shared(slug)
    last = lock_series(consultation.id)
    rules.may_enter(actor, consultation.stage(clock.now()), consultation.department_id).enforce()
    if known := by_submission_key(consultation.id, key):
        return Submission(known, is_new=False)
    return Submission(enter_in(actor, consultation, last + 1, entered), is_new=True)


def enter_in(
    actor: Actor, consultation: Consultation, number: int, entered: EnteredComment
) -> Comment:
    """Store one entered opinion under the locks that the caller holds, its key being new."""
    entered = checked_entry(consultation, entered)
    comment = _comment(consultation, number, entered)
    comment.said_on, comment.said_at_place = entered.said_on, entered.said_at_place
    comment.entered_by_id = actor.id
    _store(actor, comment, entered)
    return comment


def checked_entry(consultation: Consultation, entered: EnteredComment) -> EnteredComment:
    """What is entered in its tidy form; raise Invalid naming the first field that cannot be."""
    if entered.channel in rules.ONLINE:
        raise Invalid(N_("请选择这条意见的来源。"), field="channel")
    _check_day(consultation, entered.said_on)
    place = " ".join(plain(entered.said_at_place).split())
    if len(place) > rules.LONGEST_PLACE:
        params = {"most": rules.LONGEST_PLACE, "count": len(place)}
        raise Invalid(rules.TOO_LONG, params, "said_at_place")
    return replace(checked(entered), said_at_place=place)


def checked_key(key: str) -> str:
    """A submission key of the agreed form; raise Invalid for any other."""
    if not _KEY.fullmatch(key):
        raise Invalid(
            N_("提交编号 submission_key 应为 1 至 80 个英文字母、数字或符号。"),
            field="submission_key",
        )
    return key


def checked(sent: W) -> W:
    """The words in their tidy form; raise Invalid naming the first field that cannot be taken."""
    tidy = replace(
        sent,
        body=plain(sent.body),
        proposed_text=plain(sent.proposed_text),
        name=" ".join(plain(sent.name).split()),
        contact=plain(sent.contact),
    )
    if not tidy.body:
        raise Invalid(N_("请写下您的意见。"), field="body")
    for field, text, most in (
        ("body", tidy.body, rules.LONGEST_BODY),
        ("proposed_text", tidy.proposed_text, rules.LONGEST_PROPOSAL),
        ("name", tidy.name, rules.LONGEST_NAME),
    ):
        if len(text) > most:
            raise Invalid(rules.TOO_LONG, {"most": most, "count": len(text)}, field)
    if not tidy.contact:
        return tidy
    contact = read_contact(tidy.contact)
    if contact is None:
        raise Invalid(rules.BAD_CONTACT, field="contact")
    return replace(tidy, contact=contact)


def _check_day(consultation: Consultation, said_on: date) -> None:
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    place = zone()
    # The window is half-open: its last day is the one that holds the instant before the close.
    last_instant = consultation.closes_at - timedelta(microseconds=1)
    verdict = rules.said_in_time(
        said_on,
        opened_on=consultation.opens_at.astimezone(place).date(),
        closed_on=last_instant.astimezone(place).date(),
        today=clock.now().astimezone(place).date(),
    )
    if not verdict:
        raise Invalid(verdict.reason, verdict.params, field="said_on")


def _comment(consultation: Consultation, number: int, sent: _Words) -> Comment:
    receipt = new_receipt()
    aim = aim_of(consultation.id, sent)
    return Comment(
        consultation_id=consultation.id,
        number=number,
        receipt=receipt,
        submission_key=sent.submission_key,
        clause_id=aim.clause_id,
        document_id=aim.document_id,
        quoted_text=aim.quote.text if aim.quote else "",
        quoted_at=aim.quote.at if aim.quote else None,
        stance=sent.stance,
        body=sent.body,
        proposed_text=sent.proposed_text,
        proposal_kind=sent.proposal_kind,
        words_digest=words_digest(sent.body, sent.proposed_text),
        respondent_kind=sent.respondent_kind,
        channel=sent.channel,
        name_sealed=_sealed(sent.name, f"comment.name:{receipt}"),
        contact_sealed=_sealed(sent.contact, f"comment.contact:{receipt}"),
        contact_digest=digest(sent.contact) if sent.contact else None,
        locale=sent.locale,
        received_at=clock.now(),
        standing=_standing(sent),
        visibility=Visibility.WAITING,
        outcome=Outcome.PENDING,
    )


def words_digest(body: str, proposed_text: str) -> str:
    """The SHA-256 of the words in their normal form, by which the same words are found."""
    words = f"{normal_form(body)}\0{normal_form(proposed_text)}"
    return hashlib.sha256(words.encode()).hexdigest()


def _sealed(text: str, bound_to: str) -> bytes | None:
    return vault().seal(text, bound_to) if text else None


def _standing(sent: _Words) -> Standing:
    if sent.channel not in rules.ONLINE:
        return Standing.ENTERED
    if sent.channel is Channel.ACCOUNT:
        return Standing.ACCOUNT
    return Standing.UNCONFIRMED if sent.contact else Standing.UNNAMED


def _store(actor: Actor, comment: Comment, sent: _Words) -> None:
    take_number(comment.consultation_id, comment.number)
    add_to_tallies(
        comment.consultation_id,
        {
            (Dimension.CHANNEL, comment.channel): 1,
            (Dimension.OUTCOME, comment.outcome): 1,
            (Dimension.RESPONDENT_KIND, comment.respondent_kind): 1,
            (Dimension.STANCE, comment.stance): 1,
            (Dimension.STANDING, comment.standing): 1,
            (Dimension.VISIBILITY, comment.visibility): 1,
        },
    )
    db.session.add(comment)
    db.session.flush()
    claim_files(comment, sent.files)
    if comment.standing is Standing.UNCONFIRMED and "@" in sent.contact:
        new_confirmation(comment)
    record(
        CommentSubmitted(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
            channel=comment.channel,
            files=len(set(sent.files)),
        )
    )
