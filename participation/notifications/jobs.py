"""Sending the letters: the words are made when they are sent, the job holds ids only."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.adoption.models import AdoptionSummary
from participation.comments.models import Comment, Sending
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage
from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from participation.kernel.letter import Letter
from participation.kernel.mailer import Undeliverable, mailer
from participation.kernel.vault import vault
from participation.meetings.models import Meeting
from participation.notifications import letters, operations, queries
from participation.notifications.letters import Facts
from participation.notifications.models import Follower, FollowRequest, Happening
from participation.notifications.operations.following import REQUEST_LETTER
from participation.notifications.operations.telling import (
    NEWS_LETTER,
    SPREAD,
    begin_spreading,
    once_key,
)
from participation.notifications.rules import News
from participation.notifications.subscribers import CLOSING, mail_address
from participation.web.locale import LANGUAGES

log = logging.getLogger(__name__)

BATCH = 500
# A mail is given up after four days (RFC 5321, 4.5.4.1); attempts are ten minutes apart at most.
ATTEMPTS = 4 * 24 * 6
ROUND_SECONDS, FORGET_SECONDS = 60.0, 3600.0


@jobs.handler("notifications.result")
def tell_authors(payload: Mapping[str, Any]) -> None:
    """Enqueue one letter for each author with an address, a batch at a time; then for followers.

    Whoever is author and follower is told as an author, whose letter leads to the receipt.
    """
    consultation_id, version = payload["consultation_id"], payload["version"]
    batch = db.session.scalars(
        select(Comment)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.contact_sealed.is_not(None),
            Comment.outcome != Outcome.WITHDRAWN,
            Comment.id > payload["after"],
        )
        .order_by(Comment.id)
        .limit(BATCH)
    ).all()
    for comment in batch:
        if address := mail_address(comment):
            jobs.enqueue(
                "notifications.mail",
                {"what": "result", "comment_id": comment.id},
                unique_key=once_key(consultation_id, version, address),
            )
    if len(batch) == BATCH:
        jobs.enqueue("notifications.result", {**payload, "after": batch[-1].id})
    elif happening_id := payload.get("happening_id"):
        begin_spreading(happening_id)


@jobs.handler(SPREAD)
def tell_followers(payload: Mapping[str, Any]) -> None:
    """Bring a happening to the next batch of its followers."""
    operations.spread(payload["happening_id"], payload["after"])


@jobs.handler(CLOSING)
def tell_of_the_close(payload: Mapping[str, Any]) -> None:
    """Note that a window closes soon, unless it was extended since."""
    found = db.session.get_one(Consultation, payload["consultation_id"])
    is_open = found.stage(clock.now()) is Stage.OPEN
    if is_open and found.closes_at and found.closes_at.isoformat() == payload["closes_at"]:
        operations.note(News.CLOSING, found.id, payload["closes_at"])


@jobs.every(ROUND_SECONDS)
def make_digests() -> None:
    """Make the digests that are due by now; a second time adds nothing."""
    while queries.is_any_digest_due(clock.now()):
        with transaction():
            operations.plan_digests(clock.now())


@jobs.every(FORGET_SECONDS)
def forget() -> None:
    """Forget what is not needed any more."""
    with transaction():
        operations.forget_old(clock.now())


@jobs.handler("notifications.mail", outside=True, attempts=ATTEMPTS)
def send_mail(payload: Mapping[str, Any]) -> None:
    """Send one letter on an opinion, in the language its author wrote in."""
    comment = db.session.scalars(
        select(Comment)
        .where(Comment.id == payload["comment_id"])
        .options(joinedload(Comment.consultation))
    ).one()
    address = mail_address(comment, payload["what"])
    if address is None:
        return
    with force_locale(LANGUAGES.get(comment.locale, LANGUAGES["zh"])):
        letter = letters.to_author(payload["what"], comment, _sending_of(payload["what"], comment))
    _post(address, letter, comment.receipt)


def _sending_of(what: str, comment: Comment) -> Sending | None:
    """The sending whose one receipt stands for its opinions' own, in the letter that brings it."""
    if what != "received" or comment.sending_id is None:
        return None
    return db.session.get(Sending, comment.sending_id)


@jobs.handler(REQUEST_LETTER, outside=True, attempts=ATTEMPTS)
def send_request(payload: Mapping[str, Any]) -> None:
    """Send the letter that asks for a confirmation, or that leads to one's subscriptions."""
    request = db.session.get(FollowRequest, payload["request_id"])
    if request is None:
        return
    address = vault().open(request.address_sealed, f"follow_request.address:{request.nonce}")
    with force_locale(LANGUAGES.get(request.locale, LANGUAGES["zh"])):
        if request.subjects:
            names = queries.names_of(queries.known_subjects(request.subjects))
            letter = letters.to_confirm(request, names)
        else:
            letter = letters.to_own(request, queries.count_of(request.digest))
    _post(address, letter, request.nonce)


@jobs.handler(NEWS_LETTER, outside=True, attempts=ATTEMPTS)
def send_news(payload: Mapping[str, Any]) -> None:
    """Send one letter of news; nothing to whoever has unsubscribed meanwhile."""
    follower = db.session.get(Follower, payload["follower_id"])
    notices = queries.notices(payload["notice_ids"]) if follower else []
    if follower is None or not notices:
        return
    facts = _facts([each.happening for each in notices])
    with force_locale(LANGUAGES.get(follower.locale, LANGUAGES["zh"])):
        letter = letters.of_news(follower, notices, payload["more"], facts)
    _post(queries.address_of(follower), letter, follower.stop_key)


def _facts(happenings: Iterable[Happening]) -> Facts:
    told = list(happenings)
    meetings = {each.detail["meeting_id"] for each in told if "meeting_id" in each.detail}
    results = {each.consultation_id for each in told if each.kind is News.RESULT}
    rows = db.session.scalars(
        select(AdoptionSummary).where(AdoptionSummary.consultation_id.in_(results))
    )
    outcomes = {
        (each.consultation_id, each.version): {
            **each.content["figures"]["outcomes"],
            "received": each.received,
        }
        for each in rows
    }
    found = db.session.scalars(select(Meeting).where(Meeting.id.in_(meetings)))
    return Facts({each.id: each for each in found}, outcomes)


def _post(address: str, letter: Letter, about: str) -> None:
    """Send a letter; an address that the server refuses for good is let be.

    A crash after the server took the mail and before the job is noted as done sends it again:
    with the same Message-ID, by which mail servers and readers know it for the same one.
    """
    identity = f"{jobs.running_job()}:{about}"
    db.session.rollback()
    try:
        mailer().post(address, letter, identity=identity)
    except Undeliverable as error:
        # A mistyped address is no fault of the platform; the pages say where it is to be seen.
        log.info("mail of %s cannot be delivered: %s", jobs.running_job(), error)
