"""R16: people of every role do anything in any order, and the platform does what the model says.

Lifecycle, window, opinions, questionnaire, permissions and record in one state machine, with the
clock moved to and over the close; the same machine on SQLite and on PostgreSQL. After each act:
the stage, every opinion's state, the counters, and a record that only grew by the expected leaf.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from participation.accounts.models import User
from participation.adoption import operations as adoption
from participation.adoption.rules import Disposition
from participation.comments import operations as comments
from participation.comments import queries as comment_queries
from participation.comments.models import Comment
from participation.comments.rules import Channel
from participation.consultations import operations
from participation.consultations import queries as consultation_queries
from participation.consultations.place import zone
from participation.consultations.rules import ReviewDecision
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.merkle import EMPTY_ROOT, verify_consistency
from participation.record import queries as record
from participation.record import subscribers as record_subscribers
from participation.record.checking import faults_of
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.removal import OFFICERS_REASONS, RestrictionReason
from participation.surveys import operations as surveys
from tests.drills.harness import FULL, size
from tests.drills.procedure import ANYBODY, MATRIX, PREPARING, Procedure
from tests.drills.table import report, report_control
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.adoption import run_worker
from tests.factories.comments import some_words
from tests.factories.consultations import (
    ALL_CLEAR,
    NOON,
    SMALL_DRAFT,
    a_consultation,
    an_upload,
    some_fields,
)
from tests.factories.surveys import a_survey, some_answers

pytestmark = pytest.mark.drill

STEPS = size(30, 60)
EXAMPLES = size(12, 1_700)
TOLD_BY_ITSELF = {"close", "result", "rotate"}
# Half of the time somebody who may do the act at all, else anybody.
who = st.one_of(st.just(""), st.sampled_from(sorted(ANYBODY)))
which = st.integers(0, 7)


class Matter(RuleBasedStateMachine):
    """One matter from its first draft to its sealed result, and whoever meddles with it."""

    people: dict[str, Actor]
    users: dict[str, User]
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.size, self.root = 0, EMPTY_ROOT

    @initialize(is_planned=st.booleans(), is_public=st.sampled_from((True, True, False)))
    def begin(self, is_planned: bool, is_public: bool) -> None:
        """A draft that opens when it is published, or ten days from now; mostly public already."""
        db.session.rollback()
        self.now = NOON
        self.closes_at = NOON + timedelta(days=60)
        planned = NOON + timedelta(days=10) if is_planned else None
        made = a_consultation(
            "drafting",
            author=db.session.merge(self.users["drafter"]),
            reviewer=db.session.merge(self.users["reviewer"]),
            closes_at=self.closes_at,
            planned_opens_at=planned,
        )
        self.slug, self.id = made.slug, made.id
        self.survey_id = a_survey(made).id
        self.model = Procedure(self.closes_at, planned)
        if is_public:
            self.go_to_the_public()
            self.now = max(self.now, planned or self.now)

    # -- acts -------------------------------------------------------------------------------------

    def attempt(self, allowed: bool, act: Callable[[], Any]) -> None:
        """Do something now; it is done exactly where the model allows it."""
        done = True
        with clock.fixed(self.now):
            try:
                with transaction():
                    act()
            except (Refused, NotFound) as error:
                done, why = False, error
        assert done == allowed, (
            f"{'done' if done else f'refused ({why})'} in stage {self.model.stage(self.now)}"
        )

    def named(self, name: str, act: str) -> str:
        """The role; where none is named, one that may do the act in its time."""
        return name or ("guest" if "guest" in MATRIX[act][0] else min(MATRIX[act][0]))

    def person(self, name: str, act: str) -> Actor:
        """Whoever is to try the act."""
        return self.people[self.named(name, act)]

    def may(self, act: str, name: str) -> bool:
        """Whether the model allows it now."""
        return self.model.may(act, self.named(name, act), self.now)

    @rule(
        name=who,
        act=st.sampled_from(("edit", "request_review", "review", "recall", "publish")),
        is_approved=st.booleans(),
    )
    def prepare(self, name: str, act: str, is_approved: bool = True) -> None:
        """What leads to the publication, by whoever and whenever."""
        actor = self.person(name, act)
        allowed = self.may(act, name)
        self.attempt(allowed, lambda: self._prepare(actor, act, is_approved))
        if not allowed:
            return
        if act == "publish":
            self.model.publish(self.now)
        elif act != "edit":
            self.model.status = {
                "request_review": "in_review",
                "review": "approved" if is_approved else "drafting",
                "recall": "drafting",
            }[act]

    def _prepare(self, actor: Actor, act: str, is_approved: bool) -> None:
        if act == "edit":
            fields = some_fields(
                title="云溪县夜间照明管理办法（征求意见稿）",
                closes_at=self.closes_at,
                planned_opens_at=self.model.planned_at,
            )
            operations.edit_consultation(actor, self.slug, fields)
        elif act == "request_review":
            operations.request_review(actor, self.slug)
        elif act == "review":
            decision = ReviewDecision.APPROVED if is_approved else ReviewDecision.RETURNED
            operations.review(actor, self.slug, decision, ALL_CLEAR, "请改第二条。")
        elif act == "recall":
            operations.recall(actor, self.slug)
        else:
            operations.publish(actor, self.slug)

    @rule()
    @precondition(lambda self: self.model.status in PREPARING)
    def go_to_the_public(self) -> None:
        """The whole way at once, so that many runs get there."""
        done = PREPARING.index(self.model.status)
        for act in ("request_review", "review", "publish")[done:]:
            self.prepare("", act)

    @rule(name=who)
    @precondition(lambda self: self.closes_at < NOON + timedelta(days=80))
    def extend(self, name: str) -> None:
        allowed = self.may("extend", name)
        later = self.closes_at + timedelta(days=5)
        self.attempt(
            allowed,
            lambda: operations.extend_window(
                self.person(name, "extend"), self.slug, later, "意见较多。"
            ),
        )
        if allowed:
            self.closes_at = self.model.closes_at = later
            self.model.leaves.append("amend")

    @rule(name=who, again=st.booleans())
    def submit(self, name: str, again: bool) -> None:
        keys = [each.key for each in self.model.opinions]
        key = keys[-1] if again and keys else uuid.uuid4().hex
        # Whoever was in time gets the receipt once more, at any time.
        is_known = self.model.knows(key)
        allowed = self.may("submit", name)
        sent = some_words(submission_key=key, channel=Channel.WEB)
        self.attempt(
            allowed or is_known,
            lambda: comments.submit_comment(self.person(name, "submit"), self.slug, sent),
        )
        if allowed and not is_known:
            self.model.receive(key)

    @rule(name=who)
    def enter(self, name: str) -> None:
        allowed = self.may("enter", name)
        key = uuid.uuid4().hex
        opened = self.model.opens_at or self.now
        words = some_words(submission_key=key, channel=Channel.LETTER)
        entered = comments.EnteredComment(**vars(words), said_on=opened.astimezone(zone()).date())
        self.attempt(
            allowed,
            lambda: comments.enter_comment(self.person(name, "enter"), self.slug, entered),
        )
        if allowed:
            self.model.receive(key)

    @rule(name=who, ticket=st.integers(0, 4))
    def answer(self, name: str, ticket: int) -> None:
        word = f"browser:machine-ticket-{ticket:06}"
        is_known, allowed = word in self.model.tickets, self.may("answer", name)
        self.attempt(allowed or is_known, lambda: self._answer(word))
        if allowed and not is_known:
            self.model.tickets.add(word)
            self.model.leaves.append("survey")

    def _answer(self, ticket: str) -> None:
        from participation.surveys.models import Survey

        survey = db.session.get_one(Survey, self.survey_id)
        surveys.answer_survey(self.slug, self.survey_id, ticket, some_answers(survey))

    @rule(name=who, act=st.sampled_from(("release", "withhold")), which=which)
    @precondition(lambda self: self.model.opinions)
    def show_or_not(self, name: str, act: str, which: int) -> None:
        self.moderate(name, act, which)

    @rule(
        name=who,
        act=st.sampled_from(("restrict", "unrestrict", "erase", "withdraw", "correct")),
        which=which,
    )
    @precondition(lambda self: self.model.opinions)
    def take_away(self, name: str, act: str, which: int) -> None:
        self.moderate(name, act, which)

    def moderate(self, name: str, act: str, which: int) -> None:
        opinion = self.model.opinions[which % len(self.model.opinions)]
        allowed = self.may(act, name) and self.model.can(act, opinion)
        self.attempt(allowed, lambda: self._moderate(self.person(name, act), act, opinion.number))
        if allowed:
            self.model.do(act, opinion)

    def _moderate(self, actor: Actor, act: str, number: int) -> None:
        found = comment_queries.by_number(self.id, number)
        if act == "release":
            comments.release(actor, self.slug, [found.id])
        elif act == "withhold":
            comments.withhold(actor, self.slug, found.id, WithholdingReason.INSULT)
        elif act == "restrict":
            comments.restrict(actor, self.slug, number, next(iter(RestrictionReason)))
        elif act == "unrestrict":
            comments.unrestrict(actor, self.slug, number)
        elif act == "erase":
            reason = sorted(OFFICERS_REASONS)[0]
            comments.erase_comment(actor, self.slug, number, reason, "依照有关规定删除。")
        elif act == "correct":
            made = comments.corrections_of(found.id)
            words = comments.CorrectedWords(
                body=f"改到第 {made + 1} 次：路灯太暗。",
                stance=found.stance,
                respondent_kind=found.respondent_kind,
            )
            assert comments.correct_comment(found.receipt, words, made, actor).is_new
        else:
            comments.withdraw(found.receipt, actor)

    @rule(name=who, which=which)
    @precondition(lambda self: self.model.opinions)
    def respond(self, name: str, which: int) -> None:
        opinion = self.model.opinions[which % len(self.model.opinions)]
        if opinion.outcome != "pending" or opinion.visibility in ("removed", "restricted"):
            return
        allowed = self.may("respond", name)
        self.attempt(allowed, lambda: self._respond(self.person(name, "respond"), opinion.number))
        if allowed:
            opinion.outcome = "adopted"

    def _respond(self, actor: Actor, number: int) -> None:
        receipt = comment_queries.by_number(self.id, number).receipt
        adoption.respond(actor, self.slug, [receipt], Disposition.ADOPTED, "已照此修改。")

    # -- time -------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 60))
    @precondition(lambda self: self.model.status == "published")
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(place=st.sampled_from((-1, 0, 1)))
    @precondition(lambda self: len(self.model.opinions) > 1 and self.now < self.closes_at)
    def wait_for_the_close(self, place: int) -> None:
        """The last instant of the window, the first after it, and one more."""
        self.now = max(self.now, self.closes_at + timedelta(microseconds=place))

    @rule()
    @precondition(lambda self: self.model.stage(self.now) == "forthcoming")
    def wait_for_the_opening(self) -> None:
        """The first instant of the window."""
        assert self.model.opens_at is not None
        self.now = max(self.now, self.model.opens_at)

    @rule()
    def work(self) -> None:
        """The worker does what is due."""
        run_worker(self.now, rounds=3)
        self.model.work(self.now)

    # -- what holds always ------------------------------------------------------------------------

    @invariant()
    def the_platform_is_where_the_model_is(self) -> None:
        type(self).steps += 1
        db.session.rollback()
        found = consultation_queries.by_slug(self.slug)
        stage = found.stage(self.now)
        shown = found.status.value if stage.value == "preparing" else stage.value
        assert shown == self.model.stage(self.now)
        rows = db.session.execute(
            select(Comment.submission_key, Comment.visibility, Comment.outcome)
            .where(Comment.consultation_id == self.id)
            .order_by(Comment.number)
        )
        kept = [(key, visibility.value, outcome.value) for key, visibility, outcome in rows]
        assert kept == [(e.key, e.visibility, e.outcome) for e in self.model.opinions]

    @invariant()
    def the_record_only_grew_by_what_happened(self) -> None:
        log = record.log_of(self.id)
        if log is None:
            assert self.model.leaves == []
            return
        root = record.root_at(self.id, log.size)
        proof = record.consistency_proof(self.id, self.size, log.size)
        assert verify_consistency(self.size, log.size, proof, self.root, root)
        self.size, self.root = log.size, root
        kinds = [kind for kind in kinds_of(self.id) if kind not in TOLD_BY_ITSELF]
        assert kinds == self.model.leaves
        told = Counter(kinds_of(self.id))
        assert told["close"] == int(self.model.is_closed)
        assert bool(told["result"]) == self.model.is_sealed

    def teardown(self) -> None:
        """The record's own check of all leaves against all rows."""
        db.session.rollback()
        if self.size and record.log_of(self.id) is not None:
            assert faults_of(self.id) == []


def kinds_of(consultation_id: int) -> list[str]:
    """The kinds of the leaves in their order."""
    from participation.record.models import RecordLeaf

    rows = db.session.scalars(
        select(RecordLeaf.kind)
        .where(RecordLeaf.consultation_id == consultation_id)
        .order_by(RecordLeaf.index)
    )
    return [str(kind) for kind in rows]


@pytest.fixture
def people(context: Flask) -> Iterator[None]:
    """Somebody of every role; the drafter is the author."""
    here = a_department()
    roles = ("drafter", "reviewer", "officer", "administrator", "citizen")
    Matter.users = {role: a_user(role, here) for role in roles}
    Matter.users["elsewhere"] = a_user("officer", a_department("柳湾镇人民政府"))
    Matter.people = {name: actor_of(user) for name, user in Matter.users.items()}
    Matter.people["guest"] = GUEST
    Matter.steps = 0
    assert Matter.people.keys() == ANYBODY
    an_upload(SMALL_DRAFT)
    yield
    db.session.rollback()


def play(examples: int, *, steps: int = STEPS) -> None:
    """Run the machine; raises what it finds."""
    run_state_machine_as_test(
        Matter,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=not FULL,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.both_databases
def test_whoever_does_whatever_the_platform_does_what_the_model_says(
    people: None, database_kind: str
) -> None:
    play(EXAMPLES)
    assert Matter.steps >= size(200, 100_000)
    report(
        f"R16 properties, {database_kind}",
        "≥ 200,000 steps on both databases together agree with the model",
        f"{EXAMPLES} runs, {Matter.steps} steps, 0 differences",
    )


def test_the_machine_finds_a_burial(people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An opinion is hidden and no leaf tells of it."""
    monkeypatch.setattr(record_subscribers, "_tell_state", lambda *_args, **_more: None)
    with pytest.raises(AssertionError):
        play(400)
    report_control("R16", "an opinion hidden without a leaf", f"found in {Matter.steps} steps")


def test_the_machine_finds_a_move_that_nobody_may_make(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An officer of another department withholds."""
    from participation.consultations import rules

    monkeypatch.setattr(rules, "may_handle", lambda actor, _department: rules.may_see_desk(actor))
    monkeypatch.setattr(
        "participation.comments.rules.may_handle", lambda actor, _d: rules.may_see_desk(actor)
    )
    with pytest.raises(AssertionError):
        play(400)
    report_control("R16", "a forbidden move", f"found in {Matter.steps} steps")
