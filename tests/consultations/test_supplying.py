"""What stands beside a draft: who may put it there and when, what the public is told of it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from participation.accounts.models import User
from participation.audit.models import AuditEntry
from participation.consultations import operations, queries
from participation.consultations.asked import pairs
from participation.consultations.intake import TakenDocument, take_document, take_picture
from participation.consultations.kinds import DecisionOutcome, DocumentKind, InterpretationKind
from participation.consultations.models import Consultation, ConsultationDocument, TextInForce
from participation.consultations.operations import DecisionFields, InterpretationFields
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.storage import storage
from participation.rulebook.subjects import Audience, Topic
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.consultations import SMALL_DRAFT, a_consultation

IN_FORCE = SMALL_DRAFT.replace("（征求意见稿）\n", "").replace("三日内修好", "十日内修好")


@pytest.fixture
def author(context: Flask) -> User:
    return a_user(Role.DRAFTER, a_department())


@pytest.fixture
def officer(author: User) -> User:
    return a_user(Role.OFFICER, author.department)


def a_matter(stage: str, author: User) -> Consultation:
    return a_consultation(stage, author=author)


def a_text(words: str = "影响评估：影响不大。") -> TakenDocument:
    return take_document(DocumentKind.IMPACT, "评估.txt", words.encode())


def a_picture(kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "#1f5673").save(made, kind)
    return made.getvalue()


def added(actor: User, slug: str, taken: TakenDocument, kind: DocumentKind) -> ConsultationDocument:
    with clock.fixed(NOON), transaction():
        return operations.add_document(actor_of(actor), slug, kind, "", taken)


def written(actor: User, slug: str, **changes: object) -> int:
    given = {"kind": InterpretationKind.TEXT, "title": "为什么要改", "body": "因为看不清路。"}
    fields = InterpretationFields(**{**given, **changes})  # type: ignore[arg-type]
    with clock.fixed(NOON), transaction():
        return operations.save_interpretation(actor_of(actor), slug, fields).id


def shown(actor: User, slug: str, which: int) -> None:
    with clock.fixed(NOON), transaction():
        operations.publish_interpretation(actor_of(actor), slug, which)


@pytest.mark.both_databases
def test_the_package_of_a_matter_is_read_in_one_statement_and_in_order(author: User) -> None:
    matter = a_consultation(
        "drafting",
        author=author,
        topics=frozenset({Topic.HOUSING, Topic.CITY}),
        audiences=frozenset({Audience.OWNERS}),
    )
    added(author, matter.slug, a_text(), DocumentKind.IMPACT)
    taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.txt", IN_FORCE.encode())
    added(author, matter.slug, taken, DocumentKind.TEXT_IN_FORCE)
    hidden = written(author, matter.slug, title="还没有公开的")
    first = written(author, matter.slug, clause_key="t3")
    shown(author, matter.slug, first)
    found = queries.package_of(matter.id)
    assert found.subjects.topics == [Topic.CITY, Topic.HOUSING]
    assert found.subjects.audiences == [Audience.OWNERS]
    assert [each.title for each in found.documents] == ["影响评估、论证材料", "现行文本"]
    assert [(each.id, each.clause_key) for each in found.interpretations] == [(first, "t3")]
    assert hidden not in {each.id for each in found.interpretations}
    assert found.has_changes
    assert found.outcome is None
    assert found.extensions == []


@pytest.mark.both_databases
def test_a_text_in_force_is_read_and_a_newer_one_takes_its_place(author: User) -> None:
    matter = a_matter("drafting", author)
    for words in (IN_FORCE, IN_FORCE.replace("十日", "七日")):
        taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.md", words.encode())
        document = added(author, matter.slug, taken, DocumentKind.TEXT_IN_FORCE)
    in_force = queries.text_in_force(matter.id)
    assert in_force is not None
    assert in_force.document_id == document.id
    clauses = queries.clauses_in_force(in_force)
    assert any("七日" in each.text for each in clauses)
    assert db.session.scalars(select(TextInForce)).all() == [in_force]


def test_a_text_in_force_that_cannot_be_read_is_kept_and_not_compared(author: User) -> None:
    matter = a_matter("drafting", author)
    taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.png", a_picture())
    added(author, matter.slug, taken, DocumentKind.TEXT_IN_FORCE)
    assert queries.text_in_force(matter.id) is None
    assert len(queries.documents_of(matter.id)) == 1


@pytest.mark.parametrize("stage", ["in_review", "approved"])
def test_nothing_is_added_between_the_review_and_the_publication(author: User, stage: str) -> None:
    matter = a_matter(stage, author)
    with pytest.raises(Refused, match="送审以后"):
        added(author, matter.slug, a_text(), DocumentKind.IMPACT)
    with pytest.raises(Refused, match="送审以后"):
        written(author, matter.slug)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
def test_only_drafters_and_officers_supply_what_is_public(author: User, role: Role) -> None:
    matter = a_matter("open", author)
    with pytest.raises(Refused):
        added(a_user(role, author.department), matter.slug, a_text(), DocumentKind.IMPACT)


def test_another_department_supplies_nothing(author: User) -> None:
    matter = a_matter("open", author)
    with pytest.raises(Refused):
        added(
            a_user(Role.OFFICER, a_department("别的局")), matter.slug, a_text(), DocumentKind.OTHER
        )


def test_the_same_document_twice_is_refused(author: User) -> None:
    matter = a_matter("drafting", author)
    added(author, matter.slug, a_text(), DocumentKind.IMPACT)
    with pytest.raises(Invalid, match="已经在列表里"):
        added(author, matter.slug, a_text(), DocumentKind.IMPACT)


@pytest.mark.both_databases
def test_what_was_public_leaves_its_title_a_day_and_a_reason(author: User, officer: User) -> None:
    matter = a_matter("open", author)
    document = added(officer, matter.slug, a_text(), DocumentKind.IMPACT)
    before = matter.revision
    with pytest.raises(Invalid, match="原因"), clock.fixed(NOON), transaction():
        operations.remove_document(actor_of(officer), matter.slug, document.id)
    with clock.fixed(NOON), transaction():
        operations.remove_document(actor_of(officer), matter.slug, document.id, "放错了文件")
    [left] = queries.package_of(matter.id).documents
    assert (left.removed_at, left.removal_note) == (NOON, "放错了文件")
    with pytest.raises(NotFound):
        queries.document_by_id(matter.id, left.id)
    row = db.session.get_one(ConsultationDocument, left.id)
    assert row.source_key is None, "the storage would keep the content"
    db.session.refresh(matter)
    assert matter.revision > before


def test_what_was_not_public_leaves_nothing(author: User) -> None:
    matter = a_matter("drafting", author)
    taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.txt", IN_FORCE.encode())
    document = added(author, matter.slug, taken, DocumentKind.TEXT_IN_FORCE)
    with clock.fixed(NOON), transaction():
        operations.remove_document(actor_of(author), matter.slug, document.id)
    assert queries.documents_of(matter.id) == []
    assert queries.text_in_force(matter.id) is None


def test_a_document_is_what_its_name_says_and_tells_nothing_of_its_writer() -> None:
    with pytest.raises(Invalid, match="不符"):
        take_document(DocumentKind.OTHER, "假.pdf", b"MZ not a pdf")
    with pytest.raises(Invalid, match="只接受"):
        take_document(DocumentKind.OTHER, "页面.html", b"<script>1</script>")


def test_a_word_file_loses_its_writers_name(context: Flask) -> None:
    from docx import Document

    whole = io.BytesIO()
    document = Document()
    document.add_paragraph("影响评估")
    document.core_properties.author = "张三的电脑"
    document.save(whole)
    taken = take_document(DocumentKind.IMPACT, "评估.docx", whole.getvalue())
    with zipfile.ZipFile(io.BytesIO(storage().get(taken.key))) as package:
        told = b"".join(package.read(name) for name in package.namelist())
    assert "张三的电脑".encode() not in told


def test_a_picture_needs_words_for_whoever_does_not_see_it(author: User) -> None:
    matter = a_matter("drafting", author)
    picture = take_picture("图.png", a_picture())
    assert (picture.width, picture.height) == (40, 30)
    with pytest.raises(Invalid) as refused:
        written(author, matter.slug, kind=InterpretationKind.PICTURE, picture=picture)
    assert refused.value.field == "picture_words"
    which = written(
        author,
        matter.slug,
        kind=InterpretationKind.PICTURE,
        picture=picture,
        picture_words="谁出钱：财政。",
    )
    assert queries.interpretation_by_id(matter.id, which).source_key == picture.key


def test_a_pdf_is_no_picture(context: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        take_picture("图.pdf", b"%PDF-1.7\n%%EOF")
    assert refused.value.field == "picture"


@pytest.mark.parametrize(
    "link",
    ["", "http://video.example/1", "javascript:alert(1)", "https://a b", "https://u:p@h/", "//h/x"],
)
def test_a_video_is_a_whole_secure_address(author: User, link: str) -> None:
    matter = a_matter("drafting", author)
    with pytest.raises(Invalid) as refused:
        written(author, matter.slug, kind=InterpretationKind.VIDEO_LINK, link=link)
    assert refused.value.field == "link"


def test_an_interpretation_is_about_a_clause_that_there_is(author: User) -> None:
    matter = a_matter("drafting", author)
    with pytest.raises(NotFound):
        written(author, matter.slug, clause_key="t99")


def test_an_interpretation_changes_its_kind_and_keeps_nothing_of_the_other(author: User) -> None:
    matter = a_matter("drafting", author)
    video = "https://video.example/1"
    which = written(author, matter.slug, kind=InterpretationKind.VIDEO_LINK, link=video)
    fields = InterpretationFields(
        kind=InterpretationKind.TEXT, title="改成文字", body="文字", link=video
    )
    with clock.fixed(NOON), transaction():
        operations.save_interpretation(actor_of(author), matter.slug, fields, which)
    assert queries.interpretation_by_id(matter.id, which).link == ""


@pytest.mark.both_databases
def test_an_interpretation_is_public_from_its_publication_to_its_withdrawal(
    author: User, officer: User
) -> None:
    matter = a_matter("open", author)
    which = written(officer, matter.slug)
    assert queries.interpretations_of(matter.id) == []
    before = db.session.get_one(Consultation, matter.id).revision
    shown(officer, matter.slug, which)
    shown(officer, matter.slug, which)
    assert [each.id for each in queries.interpretations_of(matter.id)] == [which]
    assert db.session.get_one(Consultation, matter.id).revision == before + 1
    with clock.fixed(NOON), transaction():
        operations.withdraw_interpretation(actor_of(officer), matter.slug, which)
    assert queries.interpretations_of(matter.id) == []
    with clock.fixed(NOON), transaction():
        operations.withdraw_interpretation(actor_of(officer), matter.slug, which, delete=True)
    with pytest.raises(NotFound):
        queries.interpretation_by_id(matter.id, which)
    told = set(db.session.scalars(select(AuditEntry.event)))
    assert {"InterpretationSaved", "InterpretationPublished", "InterpretationWithdrawn"} <= told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("问：甲？\n答：乙。", [("甲？", "乙。")]),
        (
            "1. 问: 甲？\n答: 乙。\n丙。\n\n2、问：丁？\n答：戊。",
            [("甲？", "乙。\n丙。"), ("丁？", "戊。")],
        ),
        ("说明\n问：甲？\n答：乙。", []),
        ("问：甲？\n问：乙？\n答：丙。", []),
        ("问：甲？\n答：", []),
        ("没有问答", []),
        ("", []),
    ],
)
def test_questions_are_told_from_their_answers(text: str, found: list[tuple[str, str]]) -> None:
    assert pairs(text) == found


def a_decision(**changes: object) -> DecisionFields:
    given = {
        "outcome": DecisionOutcome.ISSUED,
        "decided_on": date(2026, 5, 30),
        "title": "照明办法",
    }
    return DecisionFields(**{**given, **changes})  # type: ignore[arg-type]


def decide(actor: User, slug: str, fields: DecisionFields) -> None:
    with clock.fixed(NOON), transaction():
        operations.record_decision(actor_of(actor), slug, fields)


@pytest.mark.both_databases
def test_a_decision_is_recorded_after_the_close_and_may_be_corrected(
    author: User, officer: User
) -> None:
    matter = a_matter("sealed", author)
    decide(officer, matter.slug, a_decision(number="云政发1号", effective_on=date(2026, 7, 1)))
    decide(officer, matter.slug, a_decision(title="村口照明办法", number="云政发1号"))
    found = queries.package_of(matter.id).outcome
    assert found is not None
    assert (found.title, found.effective_on) == ("村口照明办法", None)
    db.session.refresh(matter)
    assert (matter.outcome, matter.decided_on) == (DecisionOutcome.ISSUED, date(2026, 5, 30))


@pytest.mark.parametrize(
    ("stage", "changes", "words"),
    [
        ("open", {}, "截止以后"),
        ("sealed", {"decided_on": date(2026, 6, 2)}, "还没有到"),
        ("sealed", {"decided_on": date(2026, 1, 1)}, "早于"),
        ("sealed", {"title": " "}, "标题"),
        ("sealed", {"outcome": DecisionOutcome.DROPPED}, "理由"),
        ("sealed", {"link": "javascript:alert(1)"}, "网址"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    author: User, officer: User, stage: str, changes: dict[str, object], words: str
) -> None:
    matter = a_matter(stage, author)
    with pytest.raises(Refused, match=words):
        decide(officer, matter.slug, a_decision(**changes))


def test_a_notice_without_whom_it_touches_is_not_reviewed(author: User) -> None:
    matter = a_consultation("drafting", author=author, affects="")
    missing = queries.missing_for_review(matter, NOON + timedelta(hours=1))
    assert "notice" in [each.part for each in missing]
