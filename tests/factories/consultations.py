"""Consultations in any stage, brought there by the real operations at suitable instants."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from participation.accounts.models import Department, User
from participation.consultations import operations
from participation.consultations.intake import Upload
from participation.consultations.models import Consultation, DraftVersion
from participation.consultations.operations import ConsultationFields, Findings
from participation.consultations.parsed import Draft
from participation.consultations.plaintext import lines_of_text
from participation.consultations.rules import ReviewDecision
from participation.consultations.tree import read_clauses
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import transaction
from participation.kernel.storage import storage
from participation.rulebook.matters import Matter, window_rule
from participation.rulebook.publication import PublicationAttribute
from participation.rulebook.windows import earliest_lawful_close
from tests.factories.accounts import a_department, a_user, actor_of

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)

SMALL_DRAFT = """云溪县村口公共照明管理办法
（征求意见稿）

第一章　总则
第一条　为了方便村民夜间出行，制定本办法。
第二条　本办法适用于全县村口、桥头的公共照明。
公路照明不适用本办法。
第二章　管理
第三条　照明设施由乡镇人民政府管理，并做到：
（一）每月检查一次；
（二）损坏的在三日内修好；
（三）每年公布一次费用。
第四条　照明时间由村民会议商定。
第三章　附则
第五条　本办法自公布之日起施行。
"""

ALL_CLEAR = Findings(
    is_free_of_state_secrets=True,
    is_free_of_work_secrets=True,
    is_free_of_sensitive_information=True,
    is_lawful=True,
)

# Days from NOON at which each stage's consultation opened (or is to open).
_OPENED = {"forthcoming": 5, "open": -10, "closed": -60, "sealed": -90}


def read(text: str = SMALL_DRAFT) -> Draft:
    """The draft in a text, read in this process."""
    return read_clauses(lines_of_text(text.encode(), markdown=False))


def an_upload(text: str = SMALL_DRAFT, name: str = "draft.txt") -> Upload:
    """A draft as an upload brings it, its file in the storage."""
    data = text.encode()
    return Upload(name, storage().put(data), len(data), read(text))


def some_fields(**changes: Any) -> ConsultationFields:
    """What a drafter fills in, complete but for the window."""
    given: dict[str, Any] = {
        "title": "云溪县村口公共照明管理办法（征求意见稿）",
        "matter": Matter.MAJOR_DECISION,
        "contact_unit": "县司法局立法科",
        "contact_phone": "0000-1234567",
        "legal_basis": "《云溪县公共设施条例》第三条",
        "summary": "规定村口照明由谁管、坏了多久修好、照到几点。",
        "affects": "全县各村村民和夜间出行的人",
        "explanation": "近年来村口照明损坏较多，村民出行不便，有必要作出规定。",
        "publication_attribute": PublicationAttribute.FULL,
    }
    return ConsultationFields(**{**given, **changes})


def a_consultation(
    stage: str = "open",
    draft: str = SMALL_DRAFT,
    *,
    department: Department | None = None,
    author: User | None = None,
    reviewer: User | None = None,
    opens_at: datetime | None = None,
    **fields: Any,
) -> Consultation:
    """A consultation in a stage or status (drafting, in_review, approved, forthcoming, …) at NOON.

    `open` opened 10 days before NOON, `closed` 60, `sealed` 90; each closes at the earliest lawful
    instant unless `closes_at` says otherwise. `fields` are those of `ConsultationFields`.
    """
    author, reviewer = _people(department, author, reviewer)
    starts_at = opens_at or NOON + timedelta(days=_OPENED.get(stage, 1))
    begun_at = min(starts_at, NOON) - timedelta(days=3)
    if stage == "forthcoming":
        fields.setdefault("planned_opens_at", starts_at)
    matter = fields.get("matter", Matter.MAJOR_DECISION)
    wanted = window_rule(matter, touches_market=fields.get("touches_market", False))
    fields.setdefault("closes_at", earliest_lawful_close(starts_at, wanted))
    with _at(begun_at):
        made = operations.create_consultation(
            actor_of(author), some_fields(**fields), author.department_id
        )
    slug = made.slug
    a_draft(made, author, draft, at=begun_at)
    if stage == "drafting":
        return made
    with _at(begun_at):
        operations.request_review(actor_of(author), slug)
    if stage == "in_review":
        return made
    with _at(begun_at):
        operations.review(actor_of(reviewer), slug, ReviewDecision.APPROVED, ALL_CLEAR)
    if stage == "approved":
        return made
    with _at(min(starts_at, NOON - timedelta(days=1))):
        operations.publish(actor_of(author), slug)
    if stage == "sealed":
        assert made.closes_at is not None
        sealed_at = made.closes_at + timedelta(days=20)
        with _at(sealed_at):
            operations.mark_sealed(made, 1, sealed_at)
    return made


def a_draft(
    consultation: Consultation, author: User, text: str = SMALL_DRAFT, *, at: datetime = NOON
) -> DraftVersion:
    """A draft read and accepted."""
    upload, slug = an_upload(text), consultation.slug
    with _at(at):
        version = operations.read_draft(actor_of(author), slug, upload)
        operations.accept_draft(actor_of(author), slug, version.id)
    return version


def _people(
    department: Department | None, author: User | None, reviewer: User | None
) -> tuple[User, User]:
    department = department or (author and author.department) or a_department()
    return (
        author or a_user(Role.DRAFTER, department),
        reviewer or a_user(Role.REVIEWER, department),
    )


@contextmanager
def _at(instant: datetime) -> Any:
    # `actor_of` reads rows, so callers work it out inside; the clock is held first.
    with clock.fixed(instant), transaction():
        yield
