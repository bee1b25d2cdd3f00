"""Removal, restriction, withdrawal and the author's rights: what goes, what stays, who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from participation.audit.models import AuditEntry
from participation.comments import operations, queries, rules
from participation.comments.models import Comment, ErasureRequest
from participation.comments.rules import Outcome, Visibility
from participation.consultations.models import Consultation
from participation.kernel import clock, erasures
from participation.kernel.actor import Actor, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from participation.kernel.jobs import Job
from participation.rulebook.removal import RemovalReason, RestrictionReason
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of, sign_in, step_up
from tests.factories.comments import a_comment, an_officer, an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

WORDS, PROPOSED = "桥头那盏灯照着我家窗户", "改为二十二点熄灯"
BASIS = "《个人信息保护法》第四十七条第一款第三项"


@pytest.fixture
def consultation() -> Consultation:
    return a_consultation("open")


@pytest.fixture
def comment(consultation: Consultation) -> Comment:
    return a_comment(
        consultation,
        body=WORDS,
        proposed_text=PROPOSED,
        name="王小明",
        contact="13800001111",
        released=True,
    )


def again(comment: Comment) -> Comment:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def erased(comment: Comment, reason: RemovalReason = RemovalReason.PI_REQUEST) -> Comment:
    officer, slug = an_officer(comment.consultation), comment.consultation.slug
    with transaction():
        operations.erase_comment(officer, slug, comment.number, reason, BASIS)
    return again(comment)


def restricted(comment: Comment) -> Comment:
    officer, slug = an_officer(comment.consultation), comment.consultation.slug
    with transaction():
        operations.restrict(officer, slug, comment.number, RestrictionReason.PENDING_CASE)
    return again(comment)


def figures_agree(consultation: Consultation) -> bool:
    return queries.counts(consultation.id) == queries.recount(consultation.id)


@pytest.mark.both_databases
def test_a_removal_destroys_all_words_and_names_and_keeps_number_and_figures(
    consultation: Consultation, comment: Comment
) -> None:
    before = (comment.number, comment.received_at, comment.channel, comment.outcome)
    digest = comment.words_digest
    gone = erased(comment)
    assert (gone.number, gone.received_at, gone.channel, gone.outcome) == before
    assert (gone.body, gone.proposed_text, gone.shown_body, gone.shown_proposed_text) == ("",) * 4
    assert (gone.name_sealed, gone.contact_sealed, gone.published_at) == (None,) * 3
    assert (gone.visibility, gone.removal_reason) == (Visibility.REMOVED, RemovalReason.PI_REQUEST)
    # Not the digest of empty words either: nothing to guess by.
    assert gone.words_digest != digest
    assert len({gone.words_digest, erased(a_comment(consultation)).words_digest}) == 2
    assert figures_agree(consultation)
    assert queries.counts(consultation.id).by_visibility[Visibility.REMOVED] == 2
    with pytest.raises(Refused):
        erased(comment)


def test_the_basis_is_asked_for_and_names_nobody(comment: Comment) -> None:
    officer, slug = an_officer(comment.consultation), comment.consultation.slug
    for basis, reason in (("短", RemovalReason.COURT), (BASIS, RemovalReason.AUTHOR_WITHDRAWAL)):
        with pytest.raises(Invalid), transaction():
            operations.erase_comment(officer, slug, comment.number, reason, basis)
    with transaction():
        operations.erase_comment(
            officer,
            slug,
            comment.number,
            RemovalReason.COURT,
            "原告电话13800001111，（2026）民初1号",
        )
    assert "13800001111" not in again(comment).removal_basis


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OFFICER, True),
        (Role.DRAFTER, False),
        (Role.REVIEWER, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_only_officers_of_the_department_remove_lock_and_reveal(
    role: Role, *, allowed: bool
) -> None:
    here = Actor(role, 1, "", 1, frozenset({1}))
    elsewhere = Actor(role, 1, "", 2, frozenset({2}))
    for rule in (rules.may_erase, rules.may_restrict, rules.may_reveal):
        assert bool(rule(here, 1)) is allowed
        assert not rule(elsewhere, 1)


def test_the_database_itself_refuses_words_in_a_removed_row(comment: Comment) -> None:
    gone = erased(comment)
    for change in ({"body": "又来了"}, {"removal_reason": None}, {"visibility": "waiting"}):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(Comment).where(Comment.id == gone.id).values(**change))


@pytest.mark.both_databases
def test_a_restriction_hides_and_locks_and_keeps(
    consultation: Consultation, comment: Comment
) -> None:
    kept = restricted(comment)
    assert (kept.body, kept.contact_sealed is not None) == (WORDS, True)
    assert (kept.published_at, kept.shown_body) == (None, "")
    assert figures_agree(consultation)
    officer, slug, number, key = an_officer(consultation), consultation.slug, kept.number, kept.id
    acts = (
        lambda: operations.erase_comment(officer, slug, number, RemovalReason.COURT, BASIS),
        lambda: operations.note_reveal(officer, slug, number, rules.ContactField.NAME, "需要核实"),
        lambda: operations.restrict(officer, slug, number, RestrictionReason.ARCHIVE_DUTY),
        lambda: operations.mark_duplicate(officer, key, key),
    )
    for act in acts:
        with pytest.raises(Refused, match="限制处理"), transaction():
            act()
    with transaction():
        assert operations.release(officer, slug, [key]) == 0
        assert operations.release(officer, slug) == 0
    with transaction():
        operations.unrestrict(officer, slug, number)
    assert again(comment).visibility is Visibility.WAITING
    assert figures_agree(consultation)


@pytest.mark.both_databases
def test_a_withdrawal_destroys_the_words_but_those_of_a_locked_one_only_when_it_is_unlocked(
    consultation: Consultation, comment: Comment
) -> None:
    other = restricted(a_comment(consultation, body="有官司的一条", contact="13800002222"))
    for each in (comment, other):
        with transaction():
            operations.withdraw(each.receipt)
    gone, kept = again(comment), again(other)
    assert (gone.body, gone.removal_reason) == ("", RemovalReason.AUTHOR_WITHDRAWAL)
    assert (kept.body, kept.visibility) == ("有官司的一条", Visibility.RESTRICTED)
    assert (kept.outcome, kept.contact_sealed) == (Outcome.WITHDRAWN, None)
    assert figures_agree(consultation)
    officer = an_officer(consultation)
    with transaction():
        operations.unrestrict(officer, consultation.slug, kept.number)
    assert (again(other).body, again(other).outcome) == ("", Outcome.WITHDRAWN)
    assert figures_agree(consultation)


def sealed_comment() -> Comment:
    """An opinion of a sealed consultation, its contact not forgotten yet."""
    made = a_consultation("sealed")
    return a_comment(made, body=WORDS, name="王小明", contact="13800001111", released=True)


@pytest.mark.both_databases
def test_after_the_sealing_a_request_locks_at_once_and_an_officer_answers_in_time() -> None:
    comment, refused = sealed_comment(), sealed_comment()
    officer = an_officer(comment.consultation)
    for each in (comment, refused):
        with pytest.raises(Refused), transaction():
            operations.withdraw(each.receipt)
        with transaction():
            operations.ask_erasure(each.receipt)
        with pytest.raises(Refused, match="已提出过"), transaction():
            operations.ask_erasure(each.receipt)
        locked = again(each)
        assert (locked.visibility, locked.body) == (Visibility.RESTRICTED, WORDS)
        assert (locked.name_sealed, locked.contact_sealed) == (None, None)
    # 1 June 2026 is a Monday; the Dragon Boat holiday is 19 June.
    assert [each.due_on.isoformat() for each in queries.open_requests(officer)] == [
        "2026-06-23"
    ] * 2
    with transaction():
        operations.grant_erasure(officer, comment.consultation.slug, comment.number, BASIS)
    with transaction():
        operations.refuse_erasure(
            officer, refused.consultation.slug, refused.number, "档案保存期未满，依法继续保存"
        )
    assert again(comment).removal_reason is RemovalReason.PI_REQUEST
    assert again(refused).body == WORDS
    assert not queries.open_requests(officer)
    answers = {each.comment_id: each.is_granted for each in db.session.query(ErasureRequest)}
    assert answers == {comment.id: True, refused.id: False}


def test_neither_outbox_nor_audit_holds_words(consultation: Consultation, comment: Comment) -> None:
    officer, slug = an_officer(consultation), consultation.slug
    with transaction():
        operations.note_reveal(
            officer, slug, comment.number, rules.ContactField.CONTACT, "核实13800001111是谁"
        )
    erased(comment)
    rows = [*db.session.query(Job), *db.session.query(AuditEntry)]
    said = "".join(f"{row.payload}{getattr(row, 'unique_key', '')}" for row in rows)
    for canary in (WORDS, PROPOSED, "王小明", "13800001111"):
        assert canary not in said
    assert "第四十七条" in said


def test_every_erasure_is_a_row_and_a_line_of_the_ledger_and_a_failed_one_neither(
    consultation: Consultation, comment: Comment
) -> None:
    officer, slug, number = an_officer(consultation), consultation.slug, comment.number
    with pytest.raises(ZeroDivisionError), transaction():
        operations.erase_comment(officer, slug, number, RemovalReason.COURT, BASIS)
        raise ZeroDivisionError
    assert not erasures.ledger_path().exists()
    erased(comment)
    (entry,) = erasures.entries()
    assert list(erasures.read(erasures.ledger_path())) == [entry]
    assert (entry.kind, entry.slug, entry.number) == ("comment", slug, number)
    assert comment.receipt not in erasures.ledger_path().read_text()


def test_a_torn_line_takes_no_other_with_it(consultation: Consultation) -> None:
    path = erasures.ledger_path()
    path.write_text('{"at":"2026-0')
    erased(a_comment(consultation))
    assert list(erasures.read(path)) == erasures.entries()
    path.unlink()
    assert erasures.complete_file() == 1
    assert erasures.complete_file() == 0


# --- the pages --------------------------------------------------------------------------------


def page_of(client: FlaskClient, comment: Comment, act: str = "") -> str:
    return f"/desk/consultations/{comment.consultation.slug}/comments/{comment.number}{act}"


def test_no_page_shows_the_words_of_a_removed_or_locked_opinion(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    locked = a_comment(consultation, body=f"{WORDS}（锁定）", released=True)
    desk = sign_in(client, an_officer_of(consultation))
    slug = consultation.slug
    addresses = [
        f"/consultations/{slug}/comments",
        f"/consultations/{slug}",
        f"/api/v1/consultations/{slug}/comments",
        *(f"/desk/consultations/{slug}/comments?state={each}" for each in Visibility),
    ]
    for each in (comment, locked):
        addresses += [page_of(client, each), f"/receipt/{each.receipt}"]
        addresses += [f"/api/v1/receipts/{each.receipt}", f"/receipt/{each.receipt}/withdraw"]
    assert any(WORDS in desk.get(each).text for each in addresses)
    erased(comment)
    restricted(locked)
    for each in addresses:
        answer = desk.get(each)
        assert answer.status_code == 200, each
        assert WORDS not in answer.text, each
        assert PROPOSED not in answer.text, each
    public = desk.get(f"/consultations/{slug}/comments").text
    assert "应个人要求删除个人信息" in public
    assert "有关案件或者争议尚未了结" in public
    assert BASIS in public
    state = desk.get(f"/api/v1/receipts/{comment.receipt}").json
    assert (state["state"], state["reason_code"], state["body"]) == ("removed", "PI_REQUEST", "")


def test_an_officer_removes_through_the_pages_with_reason_basis_and_second_factor(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    officer = an_officer_of(consultation)
    asked = sign_in(client, officer).get(page_of(client, comment, "/erase"))
    assert "/account/second-factor/verify" in asked.location
    desk = step_up(client, officer)
    assert (
        desk.post(page_of(client, comment, "/erase"), data={"reason": "COURT"}).status_code == 422
    )
    assert again(comment).body == WORDS
    done = desk.post(page_of(client, comment, "/erase"), data={"reason": "COURT", "basis": BASIS})
    assert done.status_code == 303
    assert BASIS in desk.get(done.location).text
    assert again(comment).removal_reason is RemovalReason.COURT
    with clock.fixed(NOON + rules_step_up()):
        other = a_comment(consultation)
        assert desk.get(page_of(client, other, "/erase")).status_code == 303


def rules_step_up() -> timedelta:
    from participation.accounts.rules import STEP_UP_LASTS

    return STEP_UP_LASTS


def test_an_officer_locks_and_unlocks_through_the_pages(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    desk = sign_in(client, an_officer_of(consultation))
    desk.post(page_of(client, comment, "/restrict"), data={"reason": "nonsense"})
    assert again(comment).visibility is Visibility.RELEASED
    desk.post(page_of(client, comment, "/restrict"), data={"reason": "PENDING_CASE"})
    assert "解除限制" in desk.get(page_of(client, comment)).text
    desk.post(page_of(client, comment, "/unrestrict"))
    assert again(comment).visibility is Visibility.WAITING
    elsewhere = a_user(Role.OFFICER, a_department("别处的局"))
    other = sign_in(client, elsewhere)
    assert other.post(page_of(client, comment, "/restrict")).status_code in (303, 403, 404)
    assert again(comment).visibility is Visibility.WAITING


def test_the_holder_of_the_receipt_takes_all_along_and_deletes_the_contact(
    client: FlaskClient, comment: Comment
) -> None:
    receipt = f"/receipt/{comment.receipt}"
    assert client.get(f"{receipt}/data").status_code == 405
    held = client.post(f"{receipt}/data")
    assert held.headers["Cache-Control"] == "no-store"
    assert held.json["contact"] == "13800001111"
    assert (held.json["name"], held.json["body"]) == ("王小明", WORDS)
    assert "删除姓名和联系方式" in client.get(receipt).text
    client.post(f"{receipt}/contact")
    assert again(comment).name_sealed is None
    assert "删除姓名和联系方式" not in client.get(receipt).text
    assert client.post(f"{receipt}/data").json["contact"] == ""


def test_asking_for_erasure_leads_to_the_withdrawal_before_the_sealing_and_asks_after_it(
    client: FlaskClient, comment: Comment
) -> None:
    early = client.get(f"/receipt/{comment.receipt}/erasure")
    assert early.location == f"/receipt/{comment.receipt}/withdraw"
    late = sealed_comment()
    page = client.get(f"/receipt/{late.receipt}/erasure")
    assert "15 个工作日" in page.text
    client.post(f"/receipt/{late.receipt}/erasure")
    told = client.get(f"/receipt/{late.receipt}").text
    assert "申请删除内容" in told
    assert WORDS not in told
    officer = step_up(client, an_officer_of(late.consultation))
    assert "有人申请删除意见内容" in officer.get("/desk").text
    answer = {"decision": "refuse", "answer": "档案保存期未满，依法继续保存"}
    officer.post(page_of(client, late, "/request"), data=answer)
    assert "档案保存期未满" in client.get(f"/receipt/{late.receipt}").text
    assert "有人申请删除意见内容" not in officer.get("/desk").text


def test_the_author_is_told_before_withdrawing_that_the_words_go(
    client: FlaskClient, comment: Comment
) -> None:
    assert "您写的内容会被删除" in client.get(f"/receipt/{comment.receipt}/withdraw").text
    actor = actor_of(an_officer_of(comment.consultation))
    with transaction():
        operations.restrict(
            actor, comment.consultation.slug, comment.number, RestrictionReason.PENDING_CASE
        )
    page = client.get(f"/receipt/{comment.receipt}/withdraw").text
    assert "继续锁定保存" in page
    assert WORDS not in page
