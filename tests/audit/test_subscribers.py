"""The audit: one entry for every event, in words, in the transaction of its cause."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import participation
from participation.accounts.models import User
from participation.audit import subscribers
from participation.audit.models import AuditEntry
from participation.audit.queries import history
from participation.comments import operations
from participation.comments.models import Comment
from participation.desk.sentences import line_entry
from participation.kernel import clock, events
from participation.kernel.actor import GUEST, Role
from participation.kernel.db import db, transaction
from participation.kernel.events import DomainEvent, record
from participation.kernel.paging import parse_cursor
from tests.conftest import NOON
from tests.factories.comments import some_words
from tests.factories.consultations import a_consultation

OWN = {"actor", "consultation_id"}
AT = datetime(2026, 6, 1, 4, tzinfo=UTC)
SAMPLES: dict[str, Any] = {"int": 3, "str": "web", "datetime": AT, "int | None": 3, "bool": True}


def _all_events() -> list[type[DomainEvent]]:
    for package in pkgutil.iter_modules(participation.__path__):
        try:
            importlib.import_module(f"participation.{package.name}.events")
        except ModuleNotFoundError:
            continue
    return sorted(_below(DomainEvent), key=lambda kind: kind.__name__)


def _below(kind: type[DomainEvent]) -> Iterator[type[DomainEvent]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("participation."):
            yield each
        yield from _below(each)


EVENTS = _all_events()


def _sample(kind: type[DomainEvent], consultation_id: int | None) -> DomainEvent:
    values = {
        each.name: SAMPLES[str(each.type)]
        for each in fields(kind)
        if each.name not in OWN and each.default is MISSING and each.default_factory is MISSING
    }
    return kind(consultation_id=consultation_id, **values)


def _entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_there_are_events_of_every_feature() -> None:
    features = {kind.__module__.split(".")[1] for kind in EVENTS}
    assert features >= {
        "accounts", "consultations", "comments", "surveys", "meetings", "adoption", "desk",
    }  # fmt: skip
    assert len({kind.__name__ for kind in EVENTS}) == len(EVENTS), "names are told apart"


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_has_a_sentence_that_its_own_fields_fill(kind: type[DomainEvent]) -> None:
    assert re.search("[\u4e00-\u9fff]", kind.sentence), "said in Chinese"
    assert len(kind.__name__) <= 60, "fits its column"
    named = set(re.findall(r"%\((\w+)\)s", kind.sentence))
    assert named <= {each.name for each in fields(kind)} - OWN


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_holds_ids_and_no_texts_of_people(kind: type[DomainEvent]) -> None:
    private = {"name", "contact", "body", "text", "reason_text", "password", "email", "phone"}
    assert not {each.name for each in fields(kind)} & private


def test_every_event_becomes_one_entry_that_reads_as_words(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_consultation("drafting")
    before = len(_entries())
    own = sum(each.consultation_id == made.id for each in _entries())
    # The samples' ids lead nowhere: only the audit, which never follows them, hears them.
    monkeypatch.setattr(events, "_handlers", [(DomainEvent, subscribers.keep)])
    with transaction():
        for kind in EVENTS:
            record(_sample(kind, made.id))
    found = _entries()[before:]
    assert [each.event for each in found] == [kind.__name__ for kind in EVENTS]
    shown: list[str] = []
    page = history(made.id)
    while page:
        shown += [line_entry(line)["text"] for line in page.items]
        page = history(made.id, parse_cursor(page.next)) if page.next else None
    assert len(shown) == own + len(EVENTS)
    assert not [words for words in shown if "%(" in words]


@pytest.mark.both_databases
def test_an_entry_is_rolled_back_with_its_cause(context: Flask) -> None:
    made = a_consultation("open")
    entries = len(_entries())

    def act() -> None:
        with clock.fixed(NOON), transaction():
            operations.submit_comment(GUEST, made.slug, some_words())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert len(_entries()) == entries
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


@pytest.mark.both_databases
def test_a_cause_is_rolled_back_with_its_entry(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_consultation("open")

    def breaks(event: DomainEvent) -> None:
        subscribers.keep(event)
        raise OSError("the audit cannot be written")

    handlers = [
        (kind, breaks if handler is subscribers.keep else handler)
        for kind, handler in events._handlers
    ]
    monkeypatch.setattr(events, "_handlers", handlers)
    with clock.fixed(NOON), pytest.raises(OSError, match="audit"), transaction():
        operations.submit_comment(GUEST, made.slug, some_words())
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


@pytest.mark.both_databases
def test_an_entry_says_who_when_and_what(context: Flask) -> None:
    made = a_consultation("open")
    with clock.fixed(NOON), transaction():
        comment = operations.submit_comment(GUEST, made.slug, some_words()).comment
        number = comment.number
    entry = _entries()[-1]
    assert entry.event == "CommentSubmitted"
    assert (entry.actor_id, entry.actor_role) == (None, "guest")
    assert (entry.at, entry.consultation_id) == (NOON, made.id)
    assert entry.payload == {
        "comment_id": comment.id,
        "number": number,
        "channel": "web",
        "files": 0,
    }


def test_an_entry_keeps_the_name_that_the_person_had_then(context: Flask) -> None:
    made = a_consultation("open")
    drafter = db.session.scalars(select(User).where(User.role == Role.DRAFTER)).one()
    with transaction():
        drafter.display_name = "改了名字"
    names = {line.actor_name for line in history(made.id).items}
    assert "改了名字" not in names


def test_every_event_recorded_by_the_operations_is_in_the_audit(context: Flask) -> None:
    heard: list[str] = []
    listening = (DomainEvent, lambda event: heard.append(event.name))
    events._handlers.append(listening)
    try:
        a_consultation("sealed")
    finally:
        events._handlers.remove(listening)
    kept = [each.event for each in _entries()]
    assert kept == heard
    assert "ConsultationPublished" in kept


def test_entries_without_a_matter_are_read_apart(context: Flask) -> None:
    made = a_consultation("open")
    apart = {line.event for line in history(None).items}
    assert "UserCreated" in apart
    assert not apart & {line.event for line in history(made.id).items}


def test_an_entry_of_an_event_that_the_code_no_longer_knows_still_reads(context: Flask) -> None:
    made = a_consultation("drafting")
    with transaction() as session:
        session.add(
            AuditEntry(
                at=NOON, actor_role="officer", actor_name="何", event="PigeonSent",
                consultation_id=made.id, payload={"number": 1},
            )
        )  # fmt: skip
    [line] = [each for each in history(made.id).items if each.event == "PigeonSent"]
    assert line_entry(line)["text"] == "PigeonSent"


def test_the_staffs_acts_are_told_from_the_publics(context: Flask) -> None:
    made = a_consultation("open")
    with clock.fixed(NOON), transaction():
        operations.submit_comment(GUEST, made.slug, some_words())
    roles = {line.actor_role for line in history(made.id, by_staff=True).items}
    assert roles == {"drafter", "reviewer"}
    assert "guest" in {line.actor_role for line in history(made.id).items}
