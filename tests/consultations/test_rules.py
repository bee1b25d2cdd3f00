"""The rules of the procedure as tables: stage by instant, act by role, status and person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participation.consultations import rules
from participation.consultations.rules import MOVES, Stage, Status, stage_at
from participation.consultations.steps import Step, next_step
from participation.kernel.actor import GUEST, SYSTEM, Actor, Role
from participation.rulebook.publication import PublicationAttribute

OPENS = datetime(2026, 6, 1, tzinfo=UTC)
CLOSES = datetime(2026, 7, 2, tzinfo=UTC)
TICK = timedelta(microseconds=1)
OURS, OTHERS = 7, 8


def staff(role: Role, department_id: int = OURS, person: int = 1) -> Actor:
    return Actor(role, person, "", department_id, frozenset({department_id}))


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (OPENS - TICK, Stage.FORTHCOMING),
        (OPENS, Stage.OPEN),
        (CLOSES - TICK, Stage.OPEN),
        (CLOSES, Stage.CLOSED),
    ],
)
def test_the_window_is_half_open(now: datetime, stage: Stage) -> None:
    assert stage_at(Status.PUBLISHED, OPENS, CLOSES, None, now) is stage


def test_sealing_shows_only_after_the_close() -> None:
    assert stage_at(Status.PUBLISHED, OPENS, CLOSES, OPENS, CLOSES - TICK) is Stage.OPEN
    assert stage_at(Status.PUBLISHED, OPENS, CLOSES, OPENS, CLOSES) is Stage.SEALED


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.PUBLISHED])
def test_what_is_not_published_is_in_preparation_whatever_the_calendar_says(
    status: Status,
) -> None:
    assert stage_at(status, OPENS, CLOSES, None, OPENS) is Stage.PREPARING


def test_a_published_matter_moves_nowhere() -> None:
    assert MOVES[Status.PUBLISHED] == ()
    assert not rules.may_move(Status.DRAFTING, Status.PUBLISHED)
    assert rules.may_move(Status.APPROVED, Status.PUBLISHED)


@pytest.mark.parametrize("role", list(Role))
def test_only_drafters_create_and_edit(role: Role) -> None:
    expected = role is Role.DRAFTER
    assert bool(rules.may_create(staff(role))) is expected
    assert bool(rules.may_edit(staff(role), Status.DRAFTING, OURS)) is (expected)
    assert not rules.may_edit(staff(role, OTHERS), Status.DRAFTING, OURS)


@pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED])
def test_nobody_edits_after_the_review_began(status: Status) -> None:
    assert not rules.may_edit(staff(Role.DRAFTER), status, OURS)
    assert not rules.may_submit_for_review(staff(Role.DRAFTER), status, OURS)


def test_the_author_never_reviews_their_own_matter() -> None:
    author = staff(Role.REVIEWER, person=3)
    assert not rules.may_review(author, Status.IN_REVIEW, OURS, author_id=3)
    assert rules.may_review(author, Status.IN_REVIEW, OURS, author_id=4)


@pytest.mark.parametrize("role", list(Role))
def test_only_reviewers_of_the_department_review(role: Role) -> None:
    assert bool(rules.may_review(staff(role), Status.IN_REVIEW, OURS, 99)) is (
        role is Role.REVIEWER
    )
    assert not rules.may_review(staff(role, OTHERS), Status.IN_REVIEW, OURS, 99)
    assert not rules.may_review(staff(role), Status.DRAFTING, OURS, 99)


def test_publishing_waits_for_the_approval() -> None:
    for status in Status:
        may = rules.may_publish(staff(Role.OFFICER), status, OURS)
        assert bool(may) is (status is Status.APPROVED)
    assert not rules.may_publish(staff(Role.ADMINISTRATOR), Status.APPROVED, OURS)


def test_a_matter_is_taken_back_only_between_review_and_publication() -> None:
    for status in Status:
        may = rules.may_recall(staff(Role.DRAFTER), status, OURS)
        assert bool(may) is (status in (Status.IN_REVIEW, Status.APPROVED))


@pytest.mark.parametrize("stage", list(Stage))
def test_a_window_is_extended_before_its_close_or_never(stage: Stage) -> None:
    expected = stage in (Stage.FORTHCOMING, Stage.OPEN)
    assert bool(rules.may_extend(staff(Role.OFFICER), stage, OURS)) is expected
    assert not rules.may_extend(staff(Role.DRAFTER), stage, OURS)


@pytest.mark.parametrize("stage", list(Stage))
def test_anybody_takes_part_while_the_window_is_open(stage: Stage) -> None:
    verdict = rules.may_take_part(stage)
    assert bool(verdict) is (stage is Stage.OPEN)
    assert verdict.reason or verdict


def test_unpublished_work_is_seen_by_its_department_and_by_administrators() -> None:
    assert rules.may_view(staff(Role.OFFICER), OURS)
    assert rules.may_view(staff(Role.ADMINISTRATOR, OTHERS), OURS)
    for actor in (GUEST, staff(Role.CITIZEN), staff(Role.OFFICER, OTHERS)):
        assert not rules.may_view(actor, OURS)


def test_the_platform_itself_handles_and_attaches() -> None:
    assert rules.may_handle(SYSTEM, OURS)
    assert rules.may_attach(SYSTEM, OURS)
    assert not rules.may_handle(staff(Role.OFFICER, OTHERS), OURS)


def test_an_opening_is_never_dated_back() -> None:
    assert rules.may_open(None, OPENS)
    assert rules.may_open(OPENS - rules.LATE_OPENING, OPENS)
    assert not rules.may_open(OPENS - rules.LATE_OPENING - TICK, OPENS)
    assert rules.opening(OPENS - rules.LATE_OPENING, OPENS) == OPENS
    assert rules.opening(CLOSES, OPENS) == CLOSES


@pytest.mark.parametrize(
    ("attribute", "withheld", "agree"),
    [
        (PublicationAttribute.FULL, 0, True),
        (PublicationAttribute.FULL, 1, False),
        (PublicationAttribute.REDACTED, 0, False),
        (PublicationAttribute.REDACTED, 2, True),
        (PublicationAttribute.WITHHELD, 2, True),
        (None, 0, True),
    ],
)
def test_the_attribute_and_the_clauses_kept_back_must_agree(
    attribute: PublicationAttribute | None, withheld: int, agree: bool
) -> None:
    assert bool(rules.withheld_agree(attribute, withheld)) is agree


@pytest.mark.parametrize(
    ("role", "status", "stage", "step"),
    [
        (Role.DRAFTER, Status.DRAFTING, Stage.PREPARING, Step.REQUEST_REVIEW),
        (Role.REVIEWER, Status.DRAFTING, Stage.PREPARING, Step.AWAIT_DRAFTER),
        (Role.REVIEWER, Status.IN_REVIEW, Stage.PREPARING, Step.REVIEW),
        (Role.DRAFTER, Status.IN_REVIEW, Stage.PREPARING, Step.AWAIT_REVIEWER),
        (Role.OFFICER, Status.APPROVED, Stage.PREPARING, Step.PUBLISH),
        (Role.ADMINISTRATOR, Status.APPROVED, Stage.PREPARING, Step.AWAIT_PUBLICATION),
        (Role.OFFICER, Status.PUBLISHED, Stage.FORTHCOMING, Step.AWAIT_OPENING),
        (Role.OFFICER, Status.PUBLISHED, Stage.OPEN, Step.MODERATE),
        (Role.DRAFTER, Status.PUBLISHED, Stage.OPEN, Step.AWAIT_CLOSE),
        (Role.OFFICER, Status.PUBLISHED, Stage.CLOSED, Step.ANSWER),
        (Role.REVIEWER, Status.PUBLISHED, Stage.CLOSED, Step.AWAIT_OFFICER),
        (Role.OFFICER, Status.PUBLISHED, Stage.SEALED, Step.FINISHED),
    ],
)
def test_everybody_meets_one_next_step(
    role: Role, status: Status, stage: Stage, step: Step
) -> None:
    assert _step(staff(role), status, stage) is step


def test_an_incomplete_matter_is_completed_first() -> None:
    drafter = staff(Role.DRAFTER)
    assert _step(drafter, Status.DRAFTING, Stage.PREPARING, is_complete=False) is Step.COMPLETE


def test_what_is_not_public_is_not_published() -> None:
    withheld = PublicationAttribute.WITHHELD
    step = _step(staff(Role.OFFICER), Status.APPROVED, Stage.PREPARING, attribute=withheld)
    assert step is Step.NOT_PUBLIC


def _step(
    actor: Actor,
    status: Status,
    stage: Stage,
    *,
    is_complete: bool = True,
    attribute: PublicationAttribute = PublicationAttribute.FULL,
) -> Step:
    return next_step(
        actor,
        status=status,
        stage=stage,
        department_id=OURS,
        author_id=99,
        attribute=attribute,
        is_complete=is_complete,
    )
