"""Posts around the close: none late accepted, none early refused, none missing from the count."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.comments.models import Comment
from participation.comments.operations import SubmittedComment, submit_comment
from participation.comments.queries import counts
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import GUEST
from participation.kernel.db import database_now, db, transaction
from participation.kernel.errors import Refused
from tests.factories.comments import some_words
from tests.factories.consultations import a_consultation

pytestmark = [pytest.mark.both_databases, pytest.mark.drill]

SENDERS = 6
PATIENCE = 120
Send = Callable[[str, SubmittedComment], None]


@dataclass
class Crowd:
    """What the senders and the one who counts at the close saw, by the database's clock."""

    closes_at: datetime
    has_counted: threading.Event = field(default_factory=threading.Event)
    accepted: list[tuple[datetime, datetime]] = field(default_factory=list)
    refused: list[tuple[datetime, datetime]] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)
    counted: int = -1


def send(slug: str, words: SubmittedComment) -> None:
    """As the view does."""
    with transaction():
        submit_comment(GUEST, slug, words)


def naive(crowd: Crowd) -> Send:
    """Look at the clock first, then write: what the lock and the second look are there against.

    Who looked before the close is held up until the count was taken, as by a slow network.
    """

    def send_naively(slug: str, words: SubmittedComment) -> None:
        looked_at = clock.now()
        if looked_at < crowd.closes_at:
            crowd.has_counted.wait(PATIENCE)
        with clock.fixed(looked_at), transaction():
            submit_comment(GUEST, slug, words)

    return send_naively


def rush(app: Flask, slug: str, crowd: Crowd, around: timedelta, how: Send) -> None:
    """Send from `around` before the close until `around` after it, and count once at the close."""
    closes_at, prefix = crowd.closes_at, iter(range(SENDERS))
    ids = dict.fromkeys(range(SENDERS), 0)

    def sender() -> None:
        mine = next(prefix)
        with app.app_context():
            ready.wait(PATIENCE)
            while (began := database_now(db.session())) < closes_at + around:
                ids[mine] += 1
                words = some_words(submission_key=f"{mine}-{ids[mine]}")
                try:
                    how(slug, words)
                    crowd.accepted.append((began, database_now(db.session())))
                except Refused:
                    crowd.refused.append((began, database_now(db.session())))
                except BaseException as error:
                    crowd.broken.append(error)
                    return
                db.session.rollback()
                time.sleep(0.004)

    def closer() -> None:
        with app.app_context():
            ready.wait(PATIENCE)
            while database_now(db.session()) < closes_at:
                db.session.rollback()
                time.sleep(0.001)
            with transaction():
                consultation = lock_exclusive(slug)
                crowd.counted = counts(consultation.id).received
            crowd.has_counted.set()

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    threads.append(threading.Thread(target=closer))
    ready = threading.Barrier(len(threads) + 1)
    for thread in threads:
        thread.start()
    # The time before the close begins to run when everybody is there.
    with clock.shifted(closes_at - around - clock.machine()):
        ready.wait(PATIENCE)
        for thread in threads:
            thread.join()


def check(consultation_id: int, crowd: Crowd) -> None:
    """The promise of the deadline, seen from outside."""
    assert not crowd.broken
    stamps = list(
        db.session.scalars(
            select(Comment.received_at).where(Comment.consultation_id == consultation_id)
        )
    )
    assert len(stamps) == len(crowd.accepted)
    assert not [at for at in stamps if at >= crowd.closes_at], "a late stamp"
    assert not [at for at, _ in crowd.accepted if at >= crowd.closes_at], "sent late, accepted"
    assert not [at for _, at in crowd.refused if at < crowd.closes_at], "refused early"
    assert crowd.counted == len(stamps), "missing from the count at the close"


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


@pytest.fixture
def crowd(consultation: Consultation) -> Crowd:
    assert consultation.closes_at
    return Crowd(consultation.closes_at)


def test_around_the_close_nobody_is_late_refused_early_or_missing(
    context: Flask, consultation: Consultation, crowd: Crowd
) -> None:
    rush(context, consultation.slug, crowd, timedelta(seconds=2), send)
    db.session.rollback()
    check(consultation.id, crowd)
    assert len(crowd.accepted) >= SENDERS
    assert len(crowd.refused) >= SENDERS


def test_a_look_at_the_clock_before_the_lock_is_caught(
    context: Flask, consultation: Consultation, crowd: Crowd
) -> None:
    rush(context, consultation.slug, crowd, timedelta(seconds=1), naive(crowd))
    db.session.rollback()
    with pytest.raises(AssertionError, match="missing"):
        check(consultation.id, crowd)
