"""One database with a matter in every state, people of every kind, and words that may not be seen.

`Canaries` mints the words: each is unlike any other and knows who may be shown it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from participation.accounts import operations as accounts
from participation.accounts.models import User
from participation.accounts.sessions import PROVED
from participation.adoption import operations as adoption
from participation.adoption.checking import Finding
from participation.comments.models import Comment
from participation.comments.rules import RespondentKind
from participation.consultations import operations
from participation.consultations.models import Consultation
from participation.consultations.rules import ReviewDecision
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.meetings import operations as meetings
from participation.meetings.operations import AttendanceFields, RecordFields, StatementFields
from participation.meetings.rules import AttendeeKind, MeetingKind
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.publication import PublicationAttribute
from participation.surveys import tickets
from participation.surveys.models import Answer, Survey
from tests.factories.accounts import a_department, a_user, actor_of, session_of
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import ALL_CLEAR, a_draft, some_fields
from tests.factories.meetings import a_file, a_meeting
from tests.factories.surveys import a_response, a_survey
from tests.security import besides, partaking, tables

STATES = ("drafting", "in_review", "approved", "forthcoming", "open", "closed", "sealed")
UNPUBLISHED = STATES[:3]
SETTLED = STATES[5:]
ROLES = (
    "guest", "inactive", "citizen", "neighbour", "drafter", "reviewer", "officer", "unproved",
    "administrator", "drafter_elsewhere", "officer_elsewhere",
)  # fmt: skip
"""Who asks. `citizen` sent opinions with an account, `neighbour` did not; `inactive` is an officer
whose account was stopped and who still holds the cookie. All staff have just proved their second
factor but `unproved`, an officer."""

DEPARTMENT = frozenset({"drafter", "reviewer", "officer", "unproved", "administrator"})
"""Who may look at the department's unpublished work (`consultations.rules.may_view`)."""
STAFF = DEPARTMENT | {"drafter_elsewhere", "officer_elsewhere"}
OFFICERS = frozenset({"officer", "unproved"})
NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(ROLES)

# When each state's window opens, in days from now; one that lies behind lasts thirty days.
OPENS = {"forthcoming": 5, "open": -10, "closed": -45, "sealed": -100}
NO_FINDINGS = operations.Findings(None, None, None, None)
WORD = re.compile(r"zq([a-z]{4})xqz")


@dataclass(frozen=True)
class Canary:
    """A word planted at a place, and the people it may be shown to."""

    word: str
    place: str
    audience: frozenset[str]


@dataclass
class Canaries:
    """All planted words."""

    known: dict[str, Canary] = field(default_factory=dict)

    def mint(self, place: str, audience: frozenset[str]) -> str:
        """A new word for a place that only this audience may be shown."""
        number, letters = len(self.known), ""
        for _ in range(4):
            number, rest = divmod(number, 26)
            letters = chr(97 + rest) + letters
        canary = Canary(f"zq{letters}xqz", place, audience)
        self.known[canary.word] = canary
        return canary.word

    def seen_in(self, text: str) -> set[Canary]:
        """The planted words of a text."""
        return {
            self.known[word]
            for each in set(WORD.findall(text))
            if (word := f"zq{each}xqz") in self.known
        }


@dataclass
class Matter:
    """What a state's matter has, by the names that addresses use."""

    state: str
    slug: str
    id: int
    values: dict[str, Any] = field(default_factory=dict)
    own_comment_id: int | None = None
    own_inquiry_id: int | None = None
    held_ids: tuple[int, ...] = ()


@dataclass
class Estate:
    """The application with its people and matters."""

    app: Flask
    now: datetime
    canaries: Canaries = field(default_factory=Canaries)
    matters: dict[str, Matter] = field(default_factory=dict)
    people: dict[str, tuple[int, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def cookie(self, role: str) -> str:
        """The session cookie of a person (none for a guest), as the server would sign it."""
        if role not in self.people:
            return ""
        return self.signed(self.session(role))

    def session(self, role: str) -> dict[str, Any]:
        """What the session of a person holds."""
        if role not in self.people:
            return {}
        _number, known = self.people[role]
        held: dict[str, Any] = {"_user_id": known, "_fresh": True}
        if role == "citizen":
            answered = {"subject": "a-subject", "at": int(self.now.timestamp())}
            held["identity_answered"] = partaking.ANSWERED | answered
        if role in STAFF - {"unproved"}:
            held[PROVED] = [known, int(self.now.timestamp())]
        return held

    def signed(self, content: dict[str, Any]) -> str:
        """A session's content as its cookie."""
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return f"{self.app.config['SESSION_COOKIE_NAME']}={signer.dumps(content)}"


def build(app: Flask, now: datetime) -> Estate:
    """Make everybody and everything; inside an application context."""
    estate = Estate(app, now)
    with transaction():
        estate.values["token"] = accounts.make_setup_link(SYSTEM)
    people = _people(estate)
    for state in STATES:
        estate.matters[state] = _matter(estate, state, people)
    run_worker(now)
    besides.add_all(estate, people)
    partaking.add_all(estate, people)
    run_worker(now)
    besides.add_troubles(estate)
    partaking.add_links(estate)
    with clock.fixed(now), transaction():
        accounts.deactivate_user(SYSTEM, estate.people["inactive"][0])
    db.session.rollback()
    for state, matter in estate.matters.items():
        stage = db.session.get_one(Consultation, matter.id)
        reached = stage.stage(now).value
        assert reached == ("preparing" if state in UNPUBLISHED else state), (state, reached)
    return estate


def _people(estate: Estate) -> dict[str, User]:
    here, elsewhere = a_department("云溪县司法局"), a_department("邻县水务局")
    staff = {
        "drafter": (Role.DRAFTER, here),
        "reviewer": (Role.REVIEWER, here),
        "officer": (Role.OFFICER, here),
        "unproved": (Role.OFFICER, here),
        "inactive": (Role.OFFICER, here),
        "drafter_elsewhere": (Role.DRAFTER, elsewhere),
        "officer_elsewhere": (Role.OFFICER, elsewhere),
        "administrator": (Role.ADMINISTRATOR, elsewhere),
    }
    found = {name: a_user(role, place, name) for name, (role, place) in staff.items()}
    found |= {name: a_user(Role.CITIZEN, username=name) for name in ("citizen", "neighbour")}
    estate.people = {name: (user.id, session_of(user)) for name, user in found.items()}
    estate.names = {name: user.username for name, user in found.items()}
    estate.values |= {
        "user_id": found["neighbour"].id,
        "department_id": elsewhere.id,
        "filename": "_base/base.css",
        "kind": "contact",
        "form": "csv",
        "papers form": "docx",
        # A table is imported into what has opened.
        "importing import_id": 0,
        "papers name": "participation",
        "portal.sitemap_file number": 1,
    }
    return found


def _matter(estate: Estate, state: str, people: dict[str, User]) -> Matter:
    """A matter brought to its state by the real operations, each at a suitable instant."""
    now = estate.now
    opens_at = now + timedelta(days=OPENS.get(state, 0))
    begun_at = min(opens_at, now) - timedelta(days=30)
    with clock.fixed(begun_at):
        made, matter = _drafted(estate, state, people, opens_at)
        _beside(estate, matter, made)
        partaking.supply(estate, matter, people)
        _reviewed(estate, matter, people)
    if state not in UNPUBLISHED:
        at_once = state != "forthcoming"
        with clock.fixed(opens_at if at_once else begun_at), transaction():
            operations.publish(actor_of(people["drafter"]), matter.slug, at_once=at_once)
    if state in ("open", *SETTLED):
        _opinions(estate, matter, made, people)
        partaking.take_part(estate, matter, made, people)
        tables.import_some(estate, matter, made, people["officer"])
    return matter


def _drafted(
    estate: Estate, state: str, people: dict[str, User], opens_at: datetime
) -> tuple[Consultation, Matter]:
    mint = estate.canaries.mint
    early = DEPARTMENT if state in UNPUBLISHED else EVERYBODY
    actor = actor_of(people["drafter"])
    later = timedelta(days=31 if opens_at < estate.now else 60)
    with transaction():
        made = operations.create_consultation(
            actor,
            some_fields(
                title="照明办法" + mint(f"{state}: title", early),
                planned_opens_at=opens_at if state == "forthcoming" else None,
                closes_at=opens_at + later,
                publication_attribute=PublicationAttribute.REDACTED,
                attribute_reason="第二条涉及线路走向。",
            ),
            people["drafter"].department_id,
        )
    version = a_draft(
        made,
        people["drafter"],
        f"村口照明办法{mint(f'{state}: heading', early)}\n\n"
        f"第一条　村口的灯{mint(f'{state}: clause', early)}晚上十一点关。\n"
        f"第二条　线路走向{mint(f'{state}: withheld clause', DEPARTMENT)}不公开。\n"
        "第三条　本办法自公布之日起施行。\n",
        at=clock.now(),
    )
    with transaction():
        operations.withhold_clauses(actor, made.slug, ["t2"])
    values = {"slug": made.slug, "draft_id": version.id, "key": "t1"}
    return made, Matter(state, made.slug, made.id, values)


def _beside(estate: Estate, matter: Matter, made: Consultation) -> None:
    """A survey, and a meeting whose record is written and not yet public."""
    mint, state = estate.canaries.mint, matter.state
    survey = a_survey(made)
    meeting = a_meeting(made, starts_at=clock.now(), ends_at=None, announced_at=clock.now())
    fields = RecordFields(
        "记录草稿" + mint(f"{state}: record", DEPARTMENT),
        (AttendanceFields(AttendeeKind.RESIDENTS, 12, 10),),
        (StatementFields("居民", "我说" + mint(f"{state}: said", DEPARTMENT), AttendeeKind.MEDIA),),
    )
    with transaction():
        meetings.save_record(SYSTEM, matter.slug, meeting.id, fields)
    kept = a_file(made, meeting, mint(f"{state}: file name", DEPARTMENT) + ".pdf")
    hearing = a_meeting(
        made,
        kind=MeetingKind.HEARING,
        starts_at=clock.now(),
        ends_at=None,
        announced_at=clock.now(),
    )
    with transaction():
        meetings.save_record(SYSTEM, matter.slug, hearing.id, RecordFields("听证会的情况"))
    matter.values |= {
        "survey_id": survey.id,
        "question_id": survey.questions[0].id,
        "meeting_id": meeting.id,
        "file_id": kept.id,
        "papers meeting_id": hearing.id,
    }
    matter.values["surveys.texts question_id"] = survey.questions[-1].id


def _reviewed(estate: Estate, matter: Matter, people: dict[str, User]) -> None:
    """Sent back once with a note, then as far as the state asks."""
    drafter, reviewer = actor_of(people["drafter"]), actor_of(people["reviewer"])
    note = "请改" + estate.canaries.mint(f"{matter.state}: reviewer's note", DEPARTMENT)
    slug = matter.slug
    with transaction():
        operations.request_review(drafter, slug)
    with transaction():
        operations.review(reviewer, slug, ReviewDecision.RETURNED, NO_FINDINGS, note)
    if matter.state == "drafting":
        return
    with transaction():
        operations.request_review(drafter, slug)
    if matter.state == "in_review":
        return
    with transaction():
        operations.review(reviewer, slug, ReviewDecision.APPROVED, ALL_CLEAR)


def _opinions(estate: Estate, matter: Matter, made: Consultation, people: dict[str, User]) -> None:
    """Opinions in every state, by account and without; survey answers; a point answered."""
    mint, state = estate.canaries.mint, matter.state

    def sent(kind: str, audience: frozenset[str] = DEPARTMENT, **more: Any) -> Comment:
        words = {
            "body": f"{kind}意见{mint(f'{state}: {kind} opinion', audience)}",
            "proposed_text": f"改成{mint(f'{state}: {kind} proposal', audience)}",
            "name": "名" + mint(f"{state}: {kind} person's name", NOBODY),
            "contact": f"{mint(f'{state}: {kind} contact', NOBODY)}@hidden.example",
        }
        return a_comment(made, **{**words, **more})

    own = DEPARTMENT | {"citizen"}
    mine = sent("account", own, actor=actor_of(people["citizen"]))
    shown = sent("released", EVERYBODY, released=True)
    sent("withheld", withheld=WithholdingReason.ADVERTISING)
    sent("withdrawn", withdrawn=True)
    firm = "厂" + mint(f"{state}: firm's name", OFFICERS)
    sent("firm", name=firm, respondent_kind=RespondentKind.FIRM)
    survey = db.session.get_one(Survey, matter.values["survey_id"])
    secret = str(estate.app.secret_key)
    ticket = tickets.of_account(secret, survey.id, estate.people["citizen"][0])
    words = "问卷" + mint(f"{state}: survey text", DEPARTMENT)
    given = a_response(made, survey, ticket=ticket, text=words)
    answers = select(Answer.id).where(Answer.response_id == given.id, Answer.text.is_not(None))
    matter.values["answer_id"] = db.session.scalars(answers).one()
    told = EVERYBODY if state in SETTLED else DEPARTMENT
    with clock.fixed(estate.now if state == "open" else made.closes_at):
        point = a_point(
            made,
            [shown],
            title="要点" + mint(f"{state}: point", told),
            reason="理由" + mint(f"{state}: reason", told),
        )
        with transaction():
            note = "仍这样答复：" + mint(f"{state}: kept note", DEPARTMENT)
            adoption.keep_answer(actor_of(people["officer"]), point.id, [Finding.NO_GROUND], note)
    if state == "sealed":
        matter.values["comments.answer_request number"] = sent("asked").number
    matter.own_comment_id = mine.id
    matter.values |= {"code": mine.receipt, "version": 1}
    matter.values["comments number"] = mine.number
    matter.values["adoption number"] = point.number
