"""The steps of the procedure: rows, events and refusals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.consultations import operations, queries
from participation.consultations.events import (
    ConsultationApproved,
    ConsultationCreated,
    ConsultationEdited,
    ConsultationPublished,
    ConsultationReturned,
    ConsultationSealed,
    DraftAccepted,
    ReviewRequested,
    WindowExtended,
)
from participation.consultations.models import Consultation
from participation.consultations.operations import Findings
from participation.consultations.rules import ReviewDecision, Stage, Status
from participation.kernel import clock, events
from participation.kernel.actor import Actor
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.events import DomainEvent
from participation.rulebook.publication import PublicationAttribute
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.consultations import ALL_CLEAR, NOON, a_consultation, an_upload, some_fields

DAY = timedelta(days=1)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[DomainEvent]:
    """Every event of the test, as a subscriber hears it."""
    found: list[DomainEvent] = []
    monkeypatch.setattr(events, "_handlers", [*events._handlers, (DomainEvent, found.append)])
    return found


def author_of(consultation: Consultation) -> Actor:
    return actor_of(consultation.author)


def reviewer_of(consultation: Consultation) -> Actor:
    return actor_of(a_user("reviewer", consultation.department))


def do(operation: Callable[..., Any], *args: Any, at: datetime = NOON, **kwargs: Any) -> Any:
    with clock.fixed(at), transaction():
        return operation(*args, **kwargs)


def refuse(
    operation: Callable[..., Any], *args: Any, at: datetime = NOON, **kwargs: Any
) -> Refused:
    with pytest.raises(Refused) as caught:
        do(operation, *args, at=at, **kwargs)
    return caught.value


def test_the_whole_procedure_is_told_in_events(
    context: Flask, at_noon: datetime, heard: list[DomainEvent]
) -> None:
    consultation = a_consultation("open")
    officer = actor_of(a_user("officer", consultation.department))
    later = consultation.closes_at + DAY
    do(operations.extend_window, officer, consultation.slug, later, "节日里来不及提意见")
    do(operations.mark_sealed, consultation, 1, NOON + 40 * DAY)
    told = [each for each in heard if each.consultation_id == consultation.id]
    assert [type(each) for each in told if not each.name.startswith(("DraftRead",))] == [
        ConsultationCreated,
        DraftAccepted,
        ReviewRequested,
        ConsultationApproved,
        ConsultationPublished,
        WindowExtended,
        ConsultationSealed,
    ]
    assert told[-2].new_closes_at == later
    assert all(each.actor.id for each in told[:-1])


def test_numbers_run_through_the_year_and_begin_anew(context: Flask) -> None:
    author = a_user("drafter")
    new_year = datetime.fromisoformat("2027-01-01T00:00+08:00")
    slugs = [
        do(operations.create_consultation, actor_of(author), some_fields(), at=at).slug
        for at in (NOON, NOON, new_year - DAY, new_year)
    ]
    assert slugs == ["2026-0001", "2026-0002", "2026-0003", "2027-0001"]


@pytest.mark.both_databases
def test_two_who_create_at_once_get_two_numbers(app: Flask) -> None:
    with app.app_context():
        actor = actor_of(a_user("drafter"))
    slugs: list[str] = []

    def create() -> None:
        with app.app_context(), clock.fixed(NOON):
            with transaction():
                slug = operations.create_consultation(actor, some_fields()).slug
            slugs.append(slug)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(slugs) == [f"2026-{number:04d}" for number in range(1, 7)]


def test_a_matter_belongs_to_the_drafters_departments(context: Flask, at_noon: datetime) -> None:
    county = a_department("云溪县人民政府")
    office = a_department("云溪县城管局", county)
    drafter = actor_of(a_user("drafter", county))
    made = do(operations.create_consultation, drafter, some_fields(), office.id)
    assert made.department_id == office.id
    below = actor_of(a_user("drafter", office))
    refuse(operations.create_consultation, below, some_fields(), county.id)
    refuse(operations.create_consultation, actor_of(a_user("officer", office)), some_fields())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  \u200b "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"summary": "长" * 2001}, "summary"),
        ({"closes_at": NOON}, "closes_on"),
        ({"closes_at": NOON - DAY}, "closes_on"),
        ({"closes_at": NOON + 1100 * DAY}, "closes_on"),
        ({"planned_opens_at": NOON - timedelta(minutes=6)}, "opens_on"),
        ({"planned_opens_at": NOON + 9 * DAY, "closes_at": NOON + 8 * DAY}, "closes_on"),
    ],
)
@pytest.mark.both_databases
def test_what_cannot_be_taken_is_said_at_its_field(
    context: Flask, at_noon: datetime, changes: dict[str, Any], field: str
) -> None:
    drafter = actor_of(a_user("drafter"))
    error = refuse(operations.create_consultation, drafter, some_fields(**changes))
    assert isinstance(error, Invalid)
    assert error.field == field
    assert not db.session.scalar(select(func.count(Consultation.id)))


def test_texts_are_kept_in_their_normal_form(context: Flask, at_noon: datetime) -> None:
    fields = some_fields(title=" 办法\u200b\n（稿）\x00", summary="一\r\n二\u202e")
    made = do(operations.create_consultation, actor_of(a_user("drafter")), fields)
    assert made.title == "办法 （稿）"
    assert made.summary == "一\n二"


def test_editing_changes_and_is_told(
    context: Flask, at_noon: datetime, heard: list[DomainEvent]
) -> None:
    consultation = a_consultation("drafting")
    do(
        operations.edit_consultation,
        author_of(consultation),
        consultation.slug,
        some_fields(title="新题"),
    )
    assert queries.by_slug(consultation.slug).title == "新题"
    assert isinstance(heard[-1], ConsultationEdited)
    stranger = actor_of(a_user("drafter", a_department("云溪县水利局")))
    refuse(operations.edit_consultation, stranger, consultation.slug, some_fields())


def test_a_new_preview_takes_the_place_of_the_old_one(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("drafting")
    actor, slug = author_of(consultation), consultation.slug
    first = do(operations.read_draft, actor, slug, an_upload("甲\n\n第一条　甲。\n")).id
    second = do(operations.read_draft, actor, slug, an_upload("乙\n\n第一条　乙。\n")).id
    error = refuse(operations.accept_draft, actor, slug, first)
    assert "替换" in error.reason
    do(operations.accept_draft, actor, slug, second)
    do(operations.accept_draft, actor, slug, second)
    assert queries.current_draft(consultation.id).id == second
    assert not queries.clauses_of(first)


def test_a_draft_not_yet_confirmed_holds_the_review_up(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("drafting")
    actor, slug = author_of(consultation), consultation.slug
    newer = do(operations.read_draft, actor, slug, an_upload("乙\n\n第一条　乙。\n")).id
    assert refuse(operations.request_review, actor, slug).params == {"number": 2}
    do(operations.accept_draft, actor, slug, newer)
    do(operations.request_review, actor, slug)


def test_a_draft_of_another_matter_is_not_accepted(context: Flask, at_noon: datetime) -> None:
    mine, other = a_consultation("drafting"), a_consultation("drafting")
    draft = queries.current_draft(other.id)
    refuse(operations.accept_draft, author_of(mine), mine.slug, draft.id)


def test_the_source_file_is_kept_as_it_came(context: Flask, at_noon: datetime) -> None:
    from participation.kernel.storage import storage
    from tests.factories.consultations import SMALL_DRAFT

    draft = queries.current_draft(a_consultation("open").id)
    assert storage().get(draft.source_key).decode() == SMALL_DRAFT
    assert draft.source_size == len(SMALL_DRAFT.encode())


@pytest.mark.both_databases
def test_a_clause_is_withheld_with_all_below_it_and_shown_again(
    context: Flask, at_noon: datetime
) -> None:
    redacted = PublicationAttribute.REDACTED
    consultation = a_consultation("drafting", publication_attribute=redacted)
    actor, slug = author_of(consultation), consultation.slug
    assert do(operations.withhold_clauses, actor, slug, ["t3"]) == 4
    draft = queries.current_draft(consultation.id)
    kept = {row.key for row in queries.clauses_of(draft.id) if row.is_withheld}
    assert kept == {"t3", "t3-x1", "t3-x2", "t3-x3"}
    assert do(operations.withhold_clauses, actor, slug, ["t3-x1"]) == 1
    assert do(operations.withhold_clauses, actor, slug, []) == 0


def test_clauses_are_withheld_only_where_the_document_is_public_in_part(
    context: Flask, at_noon: datetime
) -> None:
    full = a_consultation("drafting")
    refuse(operations.withhold_clauses, author_of(full), full.slug, ["t3"])
    part = a_consultation("drafting", publication_attribute=PublicationAttribute.REDACTED)
    refuse(operations.withhold_clauses, author_of(part), part.slug, ["t99"])
    refuse(operations.withhold_clauses, author_of(part), part.slug, ["z1", "z2", "z3"])


@pytest.mark.parametrize(
    "changes",
    [
        {"explanation": ""},
        {"publication_attribute": None},
        {"publication_attribute": PublicationAttribute.REDACTED, "attribute_reason": "涉密"},
        {"closes_at": NOON + 20 * DAY},
    ],
)
def test_the_review_is_not_asked_for_while_something_is_missing(
    context: Flask, at_noon: datetime, changes: dict[str, Any]
) -> None:
    consultation = a_consultation("drafting", **changes)
    refuse(operations.request_review, author_of(consultation), consultation.slug)
    assert queries.by_slug(consultation.slug).status is Status.DRAFTING


@pytest.mark.parametrize("unanswered", [None, False])
@pytest.mark.parametrize(
    "question",
    [
        "is_free_of_state_secrets",
        "is_free_of_work_secrets",
        "is_free_of_sensitive_information",
        "is_lawful",
    ],
)
def test_an_approval_answers_every_question_well(
    context: Flask, at_noon: datetime, question: str, unanswered: bool | None
) -> None:
    consultation = a_consultation("in_review")
    findings = replace(ALL_CLEAR, **{question: unanswered})
    reviewer = reviewer_of(consultation)
    refuse(operations.review, reviewer, consultation.slug, ReviewDecision.APPROVED, findings)
    assert queries.by_slug(consultation.slug).status is Status.IN_REVIEW
    assert not queries.reviews_of(consultation.id)


def test_the_author_cannot_approve_even_as_a_reviewer(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("in_review")
    author = consultation.author
    with transaction():
        author.role = "reviewer"
    error = refuse(
        operations.review, actor_of(author), consultation.slug, ReviewDecision.APPROVED, ALL_CLEAR
    )
    assert "起草人不能审核" in error.reason


def test_a_return_says_why_and_opens_the_matter_again(
    context: Flask, at_noon: datetime, heard: list[DomainEvent]
) -> None:
    consultation = a_consultation("in_review")
    slug, reviewer = consultation.slug, reviewer_of(consultation)
    returned = ReviewDecision.RETURNED
    assert refuse(operations.review, reviewer, slug, returned, Findings()).field == "note"
    do(operations.review, reviewer, slug, returned, Findings(is_lawful=False), "第三条缺依据")
    assert queries.by_slug(slug).status is Status.DRAFTING
    assert isinstance(heard[-1], ConsultationReturned)
    found = queries.reviews_of(consultation.id)[0]
    assert (found.note, found.is_lawful, found.is_free_of_work_secrets) == (
        "第三条缺依据",
        False,
        None,
    )
    do(operations.request_review, author_of(consultation), slug)


def test_an_approved_matter_taken_back_is_reviewed_anew(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("approved")
    do(operations.recall, author_of(consultation), consultation.slug)
    refuse(operations.publish, author_of(consultation), consultation.slug)
    assert queries.by_slug(consultation.slug).status is Status.DRAFTING


@pytest.mark.both_databases
def test_the_window_opens_at_the_moment_of_publication(context: Flask) -> None:
    consultation = a_consultation("approved")
    before = clock.now()
    # No clock is held: what counts is the database's own, read under the lock.
    with clock.shifted(NOON - before), transaction():
        published = operations.publish(author_of(consultation), consultation.slug)
    assert NOON <= published.opens_at <= NOON + timedelta(minutes=1)
    assert published.published_at == published.opens_at
    assert published.stage(published.opens_at) is Stage.OPEN


def test_a_planned_opening_is_kept_unless_it_has_passed(context: Flask, at_noon: datetime) -> None:
    planned = NOON + 2 * DAY
    fields = {"planned_opens_at": planned, "closes_at": planned + 60 * DAY}
    kept, just, late, now = (a_consultation("approved", **fields) for _ in range(4))
    found = do(operations.publish, author_of(kept), kept.slug)
    assert (found.opens_at, found.published_at) == (planned, NOON)
    moment = planned + timedelta(minutes=4)
    assert do(operations.publish, author_of(just), just.slug, at=moment).opens_at == moment
    moment = planned + timedelta(minutes=6)
    refuse(operations.publish, author_of(late), late.slug, at=moment)
    found = do(operations.publish, author_of(late), late.slug, at=moment, at_once=True)
    assert found.opens_at == moment
    assert do(operations.publish, author_of(now), now.slug, at_once=True).opens_at == NOON


def test_a_window_that_became_too_short_is_not_published(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("approved")
    slug, actor, late = consultation.slug, author_of(consultation), NOON + 5 * DAY
    error = refuse(operations.publish, actor, slug, at=late)
    assert error.params["days"] == 30
    assert queries.by_slug(slug).published_at is None
    earlier = consultation.closes_at - DAY
    assert refuse(operations.publish, actor, slug, at=late, closes_at=earlier).field == "closes_on"
    longer = consultation.closes_at + 10 * DAY
    assert do(operations.publish, actor, slug, at=late, closes_at=longer).closes_at == longer


def test_a_short_window_goes_out_with_its_reason(context: Flask, at_noon: datetime) -> None:
    reason = "防汛需要，须在汛期前实施"
    closes_at = NOON + 5 * DAY
    consultation = a_consultation("approved", closes_at=closes_at, short_window_reason=reason)
    published = do(operations.publish, author_of(consultation), consultation.slug)
    assert published.short_window_reason == reason
    assert queries.window_finding(published, published.opens_at).needs_reason


def test_what_is_not_public_is_not_published(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation(
        "approved",
        publication_attribute=PublicationAttribute.WITHHELD,
        attribute_reason="属于工作秘密",
    )
    error = refuse(operations.publish, author_of(consultation), consultation.slug)
    assert "不予公开" in error.reason


def test_publishing_twice_is_refused_and_changes_nothing(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("open")
    before = consultation.opens_at, consultation.revision
    refuse(operations.publish, author_of(consultation), consultation.slug)
    found = queries.by_slug(consultation.slug)
    assert (found.opens_at, found.revision) == before


def test_an_extension_keeps_the_old_close_and_is_seen(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("open")
    officer = actor_of(a_user("officer", consultation.department))
    old, revision, slug = consultation.closes_at, consultation.revision, consultation.slug
    do(operations.extend_window, officer, slug, old + 7 * DAY, "应代表要求延长")
    found = queries.by_slug(slug)
    assert (found.closes_at, found.revision) == (old + 7 * DAY, revision + 1)
    kept = queries.extensions_of(found.id)
    assert [(each.old_closes_at, each.new_closes_at) for each in kept] == [(old, old + 7 * DAY)]


@pytest.mark.parametrize(
    ("shift", "note", "at"),
    [
        (-DAY, "理由", NOON),
        (timedelta(0), "理由", NOON),
        (DAY, " 。 ", NOON),
        (DAY, "理由" * 600, NOON),
        (9000 * DAY, "理由", NOON),
    ],
)
def test_a_window_is_never_shortened_nor_extended_without_a_word(
    context: Flask, at_noon: datetime, shift: timedelta, note: str, at: datetime
) -> None:
    consultation = a_consultation("open")
    officer = actor_of(a_user("officer", consultation.department))
    old = consultation.closes_at
    refuse(operations.extend_window, officer, consultation.slug, old + shift, note, at=at)
    assert queries.by_slug(consultation.slug).closes_at == old


def test_a_closed_window_stays_closed(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("open")
    officer, closes_at = actor_of(a_user("officer")), consultation.closes_at
    later = closes_at + DAY
    refuse(operations.extend_window, officer, consultation.slug, later, "晚了", at=closes_at)
    drafter = author_of(consultation)
    refuse(operations.extend_window, drafter, consultation.slug, later, "起草人不能延长")


def test_the_first_seal_ends_the_matter_and_corrections_only_touch_it(
    context: Flask, at_noon: datetime
) -> None:
    consultation = a_consultation("closed")
    revision = consultation.revision
    do(operations.mark_sealed, consultation, 1, NOON)
    do(operations.mark_sealed, consultation, 2, NOON + DAY)
    found = queries.by_slug(consultation.slug)
    assert (found.sealed_at, found.revision) == (NOON, revision + 2)
    assert found.stage(NOON) is Stage.SEALED


def test_a_touch_from_elsewhere_raises_the_revision(context: Flask, at_noon: datetime) -> None:
    consultation = a_consultation("open")
    revision = consultation.revision
    do(operations.touch_id, consultation.id)
    assert queries.by_slug(consultation.slug).revision == revision + 1
