"""What happens to questions, on both databases: taken once, answered truly, forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from participation.accounts.operations.erasing import erase_account
from participation.accounts.portable import data_of as account_data
from participation.audit.models import AuditEntry
from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft
from participation.desk.doctor import running
from participation.desk.doctor.finding import State as State_
from participation.desk.places import places
from participation.inquiries import operations, portable, queries
from participation.inquiries.models import EarlierAnswer, Inquiry, Referral
from participation.inquiries.operations import Elsewhere, GivenAnswer
from participation.inquiries.rules import State
from participation.kernel import clock, erasures
from participation.kernel.actor import GUEST, SYSTEM, Actor, Role
from participation.kernel.db import db, transaction
from participation.kernel.erasures import Erasure
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.rulebook.calendar import WorkingCalendar
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature
from participation.rulebook.removal import RemovalReason
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import an_officer
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import ANSWER, a_question, an_inquiry

pytestmark = pytest.mark.usefixtures("context", "at_noon")
MAIL = "asker@example.cn"
EMPTY = "您好！您的问题已收悉，感谢您的关注！"


def asked(consultation: Consultation, **fields: object) -> operations.Asked:
    with transaction():
        return operations.ask_question(GUEST, consultation.slug, a_question(**fields))


def a_clause(consultation: Consultation) -> str:
    """The key of an article of the draft."""
    draft = current_draft(consultation.id)
    assert draft is not None
    return next(each.key for each in clauses_of(draft.id) if each.kind == "article")


def fresh(inquiry: Inquiry) -> Inquiry:
    db.session.rollback()
    return queries.by_receipt(inquiry.receipt)


@pytest.mark.both_databases
def test_a_question_is_stored_once_with_a_number_a_receipt_and_the_strictest_due_date() -> None:
    consultation = a_consultation("open")
    first = asked(consultation, submission_key="one", body=" 谁\u200b修路灯？ ", mail=MAIL)
    again = asked(consultation, submission_key="one", body="别的")
    second = asked(consultation)
    inquiry = first.inquiry
    assert (first.is_new, again.is_new) == (True, False)
    assert again.inquiry.receipt == inquiry.receipt
    assert (inquiry.number, second.inquiry.number) == (1, 2)
    assert (inquiry.body, inquiry.state) == ("谁修路灯？", State.WAITING)
    # Monday noon in China; the day of receipt does not count.
    assert (inquiry.due_on, inquiry.difficulty) == (date(2026, 6, 2), None)
    assert MAIL.encode() not in (inquiry.mail_sealed or b"")
    assert portable.mail_of(inquiry) == MAIL
    assert queries.counts(consultation.id) == queries.Counts(received=2, published=0)


def test_a_question_is_refused_before_publication_and_after_the_result() -> None:
    with pytest.raises(NotFound):
        asked(a_consultation("approved"))
    with pytest.raises(Refused):
        asked(a_consultation("sealed"))
    assert asked(a_consultation("closed")).is_new


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": " \u200b "}, "body"),
        ({"body": "问" * 2001}, "body"),
        ({"mail": "13800000000"}, "mail"),
        ({"mail": "nobody"}, "mail"),
        ({"clause_key": "a999"}, "clause"),
        ({"submission_key": ""}, "submission_key"),
    ],
)
def test_what_cannot_be_taken_is_named(fields: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        asked(a_consultation("open"), **fields)
    assert caught.value.field == field


def test_a_petition_is_told_so_before_it_is_stored_and_can_be_sent_all_the_same() -> None:
    consultation = a_consultation("open")
    words = "我要投诉物业，反映多次没人管。"
    with pytest.raises(Elsewhere) as caught:
        asked(consultation, body=words)
    assert caught.value.nature is Nature.PETITION
    db.session.rollback()
    assert queries.counts(consultation.id).received == 0
    sent = asked(consultation, body=words, as_question=True)
    assert sent.inquiry.recognised is Nature.PETITION


@pytest.mark.both_databases
def test_a_public_answer_is_shown_masked_beside_its_clause() -> None:
    consultation = a_consultation("open")
    before, key = consultation.revision, a_clause(consultation)
    inquiry = an_inquiry(
        consultation,
        clause_key=key,
        body="我叫周平，电话13800001234，路灯谁来修？",
        difficulty=Difficulty.COMPLEX,
        answered=ANSWER,
    )
    found = fresh(inquiry)
    assert (found.state, found.published_at is not None) == (State.ANSWERED, True)
    assert "13800001234" not in found.shown_body
    (row,) = queries.answered_of(consultation.id).items
    assert (row.question, row.answer, row.clause_key) == (found.shown_body, ANSWER, key)
    assert queries.answered_beside([found.clause_id or 0])[found.clause_id or 0] == [row]
    assert queries.answered_of(consultation.id, clause_id=found.clause_id).items == [row]
    assert queries.counts(consultation.id).published == 1
    assert found.consultation.revision > before


def test_the_margin_of_a_clause_holds_the_latest_few_and_only_their_beginnings() -> None:
    consultation = a_consultation("open")
    for number in range(5):
        an_inquiry(
            consultation,
            clause_key=a_clause(consultation),
            body=f"第{number}问？",
            answered=ANSWER * 20,
            at=NOON + timedelta(minutes=number),
        )
    clause_id = queries.answered_of(consultation.id).items[0].clause_id
    assert clause_id is not None
    beside = queries.answered_beside([clause_id, clause_id + 1])
    assert [each.question for each in beside[clause_id]] == ["第4问？", "第3问？", "第2问？"]
    assert {len(each.answer) for each in beside[clause_id]} == {300}
    assert queries.answered_beside([]) == {}


def test_an_empty_acknowledgement_is_never_public_and_private_only_when_forced() -> None:
    consultation = a_consultation("open")
    officer = an_officer(consultation)
    inquiry = an_inquiry(consultation, difficulty=Difficulty.SIMPLE)

    def answer(given: GivenAnswer) -> None:
        with transaction():
            operations.answer_inquiry(officer, consultation.slug, inquiry.number, given)

    for forced in (False, True):
        with pytest.raises(Invalid) as caught:
            answer(GivenAnswer(text=EMPTY, is_forced=forced))
        assert caught.value.field == "answer"
    private = GivenAnswer(text=EMPTY, reason=WithholdingReason.UNRELATED)
    with pytest.raises(Invalid):
        answer(private)
    answer(replace(private, is_forced=True))
    assert fresh(inquiry).published_at is None
    assert not queries.answered_of(consultation.id).items
    with pytest.raises(Refused):
        answer(GivenAnswer(text=ANSWER))
    entry = db.session.scalars(
        db.select(AuditEntry).where(AuditEntry.event == "InquiryAnsweredPrivately")
    ).one()
    assert entry.payload["is_forced"] is True


def test_a_question_is_classed_by_a_person_before_it_is_answered() -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, at=NOON)
    with pytest.raises(Invalid) as caught, transaction():
        operations.answer_inquiry(SYSTEM, consultation.slug, 1, GivenAnswer(text=ANSWER))
    assert caught.value.field == "difficulty"
    with transaction():
        operations.class_inquiry(SYSTEM, consultation.slug, 1, Difficulty.COMPLEX)
    assert fresh(inquiry).due_on == date(2026, 6, 4)


def test_others_than_the_departments_officers_are_refused() -> None:
    consultation = a_consultation("open")
    an_inquiry(consultation)
    elsewhere = Actor(Role.OFFICER, 1, "", 999, frozenset({999}))
    for act in (
        lambda: operations.class_inquiry(elsewhere, consultation.slug, 1, Difficulty.SIMPLE),
        lambda: operations.answer_inquiry(
            elsewhere, consultation.slug, 1, GivenAnswer(text=ANSWER)
        ),
        lambda: operations.refer_inquiry(
            elsewhere, consultation.slug, 1, Nature.PETITION, "县信访局", "请到县信访局反映。"
        ),
        lambda: operations.erase_inquiry(
            elsewhere, consultation.slug, 1, RemovalReason.UNLAWFUL, "依据某某规定"
        ),
    ):
        with pytest.raises(Refused), transaction():
            act()


def test_a_corrected_answer_keeps_the_earlier_words() -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, answered=ANSWER)
    new = "按草案第四条，路灯由县住建局负责维修。"
    with transaction():
        operations.revise_answer(SYSTEM, consultation.slug, inquiry.number, new)
    found = fresh(inquiry)
    assert (found.answer, [each.text for each in found.earlier_answers]) == (new, [ANSWER])
    with pytest.raises(Invalid), transaction():
        operations.revise_answer(SYSTEM, consultation.slug, inquiry.number, EMPTY)


@pytest.mark.both_databases
def test_what_is_handed_on_says_so_and_comes_back_when_the_other_body_objects() -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, mail=MAIL)
    with transaction():
        operations.refer_inquiry(
            SYSTEM,
            consultation.slug,
            1,
            Nature.PETITION,
            "云溪县信访局",
            "请到县信访局反映，电话在公告里。",
        )
    found = fresh(inquiry)
    (referral,) = found.referrals
    assert found.state is State.REFERRED
    # Five working days after Monday, 1 June 2026.
    assert referral.object_by_on == date(2026, 6, 8)
    with transaction():
        operations.return_inquiry(SYSTEM, consultation.slug, 1, "不属于信访事项")
    assert fresh(inquiry).state is State.WAITING
    with transaction():
        operations.refer_inquiry(
            SYSTEM,
            consultation.slug,
            1,
            Nature.DISCLOSURE,
            "本局办公室",
            "请向本局办公室提出申请。",
        )
    assert [each.object_by_on for each in fresh(inquiry).referrals][1] is None


@pytest.mark.both_databases
def test_a_withdrawn_question_leaves_only_its_number_and_a_restore_forgets_it_again() -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, answered=ANSWER, mail=MAIL)
    with transaction():
        operations.revise_answer(
            SYSTEM, consultation.slug, 1, "按第四条，路灯由县住建局维修，不收费。"
        )
    kept = {each.name: getattr(fresh(inquiry), each.name) for each in Inquiry.__table__.columns}
    with transaction():
        operations.withdraw_inquiry(inquiry.receipt)
    found = fresh(inquiry)
    assert (found.state, found.body, found.answer, found.mail_sealed) == (
        State.WITHDRAWN,
        "",
        "",
        None,
    )
    assert not db.session.scalars(db.select(EarlierAnswer)).all()
    assert queries.counts(consultation.id) == queries.Counts(received=1, published=0)
    assert not queries.answered_of(consultation.id).items
    with pytest.raises(Refused), transaction():
        operations.withdraw_inquiry(inquiry.receipt)
    noted = db.session.scalars(db.select(Erasure).where(Erasure.kind == "inquiry")).one()
    entry = erasures.Entry("", noted.kind, noted.slug, noted.number, noted.digest, noted.reason)
    with transaction():
        assert operations.replay_entry(entry) is False
        assert operations.replay_entry(replace(entry, digest="0" * 64)) is None
    # As a restored backup has it.
    with transaction():
        db.session.execute(db.update(Inquiry).values(**kept))
    with transaction():
        assert operations.replay_entry(entry) is True
    assert fresh(inquiry).body == ""


def test_an_officer_removes_for_a_coded_reason_and_the_basis_is_kept() -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, answered=ANSWER)
    with transaction():
        operations.erase_inquiry(
            SYSTEM, consultation.slug, 1, RemovalReason.UNLAWFUL, "网络安全法第十二条"
        )
    found = fresh(inquiry)
    assert (found.state, found.removal_basis) == (State.REMOVED, "网络安全法第十二条")
    an_other = an_inquiry(a_consultation("open"))
    with pytest.raises(Invalid), transaction():
        operations.erase_inquiry(
            SYSTEM, an_other.consultation.slug, 1, RemovalReason.AUTHOR_WITHDRAWAL, "不是理由的理由"
        )


@pytest.mark.both_databases
def test_addresses_are_forgotten_ninety_days_after_the_answer_and_not_before() -> None:
    consultation = a_consultation("open")
    answered = an_inquiry(consultation, answered=ANSWER, mail=MAIL, at=NOON)
    referred = an_inquiry(consultation, mail=MAIL, at=NOON)
    waiting = an_inquiry(consultation, mail=MAIL, at=NOON)
    with transaction():
        operations.refer_inquiry(
            SYSTEM,
            consultation.slug,
            referred.number,
            Nature.PETITION,
            "县信访局",
            "请到县信访局。",
        )
    for days, count in ((89, 0), (91, 2), (92, 0)):
        with clock.fixed(NOON + timedelta(days=days)), transaction():
            assert operations.forget_mails(clock.now(), 500) == count
    kept = {each.id for each in db.session.scalars(db.select(Inquiry)) if each.mail_sealed}
    assert kept == {waiting.id}
    assert answered.id not in kept


def test_the_holder_of_a_receipt_deletes_the_address_and_takes_all_data_along() -> None:
    inquiry = an_inquiry(a_consultation("open"), mail=MAIL, answered=ANSWER)
    data = portable.data_of(fresh(inquiry))
    assert (data["mail"], data["answer"], data["state"]) == (MAIL, ANSWER, "answered")
    with transaction():
        operations.forget_mail(inquiry.receipt)
    assert fresh(inquiry).mail_sealed is None
    assert portable.data_of(fresh(inquiry))["mail"] == ""


def test_what_was_asked_with_an_account_is_in_its_data_and_stays_when_it_goes(
    context: Flask,
) -> None:
    user = a_user(Role.CITIZEN)
    inquiry = an_inquiry(a_consultation("open"), actor=actor_of(user))
    assert [each["number"] for each in account_data(user)["questions"]] == [1]
    assert len(queries.mine(user.id).items) == 1
    with transaction():
        erase_account(SYSTEM, db.session.merge(user), "own")
    assert fresh(inquiry).account_id is None


def test_provisional_due_dates_are_counted_anew_once_the_list_is_out(context: Flask) -> None:
    inquiry = an_inquiry(a_consultation("open"), at=NOON)
    with transaction():
        db.session.execute(db.update(Inquiry).values(is_due_provisional=True))
    table = {2026: {"off": [date(2026, 6, 2)], "work": []}}
    context.extensions["working_calendar"] = WorkingCalendar(table)
    with transaction():
        assert operations.settle_provisional() == 1
    found = fresh(inquiry)
    assert (found.due_on, found.is_due_provisional) == (date(2026, 6, 3), False)


def test_the_queue_is_in_the_order_of_due_dates_and_knows_what_is_overdue() -> None:
    consultation, other = a_consultation("open"), a_consultation("open")
    officer = an_officer(consultation)
    late = an_inquiry(consultation, at=NOON, difficulty=Difficulty.COMPLEX)
    early = an_inquiry(consultation, at=NOON + timedelta(minutes=1))
    an_inquiry(consultation, answered=ANSWER)
    elsewhere = an_inquiry(other, at=NOON)
    seen = [each.id for each in queries.queue(officer).items]
    assert [each for each in seen if each != elsewhere.id] == [early.id, late.id]
    assert queries.waiting(officer, NOON + timedelta(days=2), consultation.id) == (2, 1)
    assert queries.overdue_anywhere(NOON + timedelta(days=9)) == 3
    assert not queries.queue(Actor(Role.OFFICER, 1, "", 999, frozenset({999}))).items


def test_no_referral_is_left_with_words_that_name_its_sender() -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation)
    with transaction():
        operations.refer_inquiry(
            SYSTEM, consultation.slug, 1, Nature.PETITION, "县信访局", "周平请拨打13900001111联系。"
        )
    assert "13900001111" not in db.session.scalars(db.select(Referral)).one().note
    with transaction():
        operations.withdraw_inquiry(inquiry.receipt)
    assert db.session.scalars(db.select(Referral)).one().note == "—"


def test_the_doctor_and_the_navigation_say_how_many_wait(context: Flask) -> None:
    consultation = a_consultation("open")
    officer = an_officer(consultation)
    assert running.questions().state is State_.OK
    an_inquiry(consultation, at=NOON - timedelta(days=9))
    found = running.questions()
    assert (found.state, found.params["count"]) == (State_.WARN, 1)
    with context.test_request_context("/desk"):
        named = {each["endpoint"]: each["count"] for each in places(officer)}
    assert named["inquiries.queue"] == 1
