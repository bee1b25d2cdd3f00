"""What happens to opinions, on both databases: taken once, counted truly, never changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from participation.comments import operations, queries
from participation.comments.models import Comment, CommentSeries
from participation.comments.operations import EnteredComment
from participation.comments.receipts import read_receipt
from participation.comments.rules import Channel, Outcome, RespondentKind, Stance, Visibility
from participation.consultations.models import Consultation
from participation.kernel import clock, events
from participation.kernel.actor import GUEST, SYSTEM, Actor, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.vault import vault
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.comments import a_comment, an_entered_comment, an_officer, some_words
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def sent(consultation: Consultation, **fields: object) -> operations.Submission:
    with transaction():
        return operations.submit_comment(GUEST, consultation.slug, some_words(**fields))


def figures_hold(consultation: Consultation) -> bool:
    counted = queries.counts(consultation.id)
    return (
        counted == queries.recount(consultation.id)
        and counted.received == sum(counted.by_outcome.values())
        and counted.received == sum(counted.by_channel.values())
        and counted.received
        == sum(counted.by_visibility.values()) + counted.by_outcome[Outcome.WITHDRAWN]
        and counted.released == counted.by_visibility[Visibility.RELEASED]
    )


@pytest.mark.both_databases
def test_an_opinion_is_stored_as_it_came_with_a_receipt_and_a_number() -> None:
    consultation = a_consultation("open")
    first, second = sent(consultation, body="  行\u200b文\r\n清楚 "), sent(consultation)
    assert first.is_new
    assert first.comment.body == "行文\n清楚"
    assert first.comment.received_at == NOON
    assert (first.comment.number, second.comment.number) == (1, 2)
    assert read_receipt(first.comment.receipt) == first.comment.receipt
    assert first.comment.notice_version.startswith("2026-")
    assert figures_hold(consultation)


@pytest.mark.both_databases
def test_the_same_key_gives_the_same_receipt_even_with_other_words_and_after_the_close() -> None:
    consultation = a_consultation("open")
    first = sent(consultation, submission_key="one")
    again = sent(consultation, submission_key="one", body="别的话", stance=Stance.OPPOSE)
    assert consultation.closes_at
    with clock.fixed(consultation.closes_at + timedelta(days=3)):
        late = sent(consultation, submission_key="one", body="")
    assert [first.is_new, again.is_new, late.is_new] == [True, False, False]
    assert {each.comment.receipt for each in (first, again, late)} == {first.comment.receipt}
    assert first.comment.body != "别的话"
    assert queries.counts(consultation.id).received == 1


def test_a_key_counts_within_its_consultation_only() -> None:
    here, there = a_consultation("open"), a_consultation("open")
    assert sent(here, submission_key="one").is_new
    assert sent(there, submission_key="one").is_new


def test_the_window_is_half_open() -> None:
    consultation = a_consultation("open")
    assert consultation.opens_at
    assert consultation.closes_at
    moment = timedelta(microseconds=1)
    with clock.fixed(consultation.opens_at):
        assert sent(consultation).is_new
    with clock.fixed(consultation.closes_at - moment):
        assert sent(consultation).is_new
    with clock.fixed(consultation.closes_at), pytest.raises(Refused, match="截止"):
        sent(consultation)
    with clock.fixed(consultation.opens_at - moment), pytest.raises(Refused, match="尚未开始"):
        sent(consultation)
    assert figures_hold(consultation)
    assert queries.counts(consultation.id).received == 2


@pytest.mark.parametrize("stage", ["drafting", "in_review", "approved"])
def test_what_is_not_published_does_not_exist_for_the_public(stage: str) -> None:
    consultation = a_consultation(stage)
    with pytest.raises(NotFound):
        sent(consultation)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": " \u200b\n "}, "body"),
        ({"body": "字" * 5001}, "body"),
        ({"proposed_text": "字" * 5001}, "proposed_text"),
        ({"name": "名" * 61}, "name"),
        ({"contact": "13800000000 或 13900000000"}, "contact"),
        ({"clause_key": "nothing"}, "clause"),
        ({"clause_key": "a\x00b"}, "clause"),
        ({"submission_key": ""}, "submission_key"),
        ({"submission_key": "k" * 81}, "submission_key"),
        ({"submission_key": "a\x00b"}, "submission_key"),
    ],
)
@pytest.mark.both_databases
def test_what_cannot_be_taken_names_its_field_and_leaves_nothing(
    fields: dict[str, str], field: str
) -> None:
    consultation = a_consultation("open")
    with pytest.raises(Invalid) as caught:
        sent(consultation, **fields)
    assert caught.value.field == field
    assert queries.counts(consultation.id).received == 0
    assert db.session.query(CommentSeries).count() == 0


def test_five_thousand_characters_are_counted_as_people_count() -> None:
    consultation = a_consultation("open")
    # 4,999 ideographs, one of them outside the basic plane, and a lamp; white space at the ends.
    body = " " + "字" * 4998 + "𠮷" + "💡" + "\r\n"
    assert len(sent(consultation, body=body).comment.body) == 5000


def test_a_clause_is_named_by_its_key() -> None:
    consultation = a_consultation("open")
    from participation.consultations.queries import clauses_of, current_draft

    draft = current_draft(consultation.id)
    assert draft
    article = next(row for row in clauses_of(draft.id) if row.label == "第三条")
    comment = sent(consultation, clause_key=article.key).comment
    assert comment.clause_id == article.id


def test_name_and_contact_are_sealed_to_their_receipt() -> None:
    consultation = a_consultation("open")
    comment = sent(consultation, name="陈晓", contact="+86 138-0000-1111").comment
    other = sent(consultation).comment
    assert comment.name_sealed
    assert comment.contact_sealed
    assert "陈晓".encode() not in comment.name_sealed
    assert vault().open(comment.name_sealed, f"comment.name:{comment.receipt}") == "陈晓"
    opened = vault().open(comment.contact_sealed, f"comment.contact:{comment.receipt}")
    assert opened == "13800001111"
    with pytest.raises(ValueError, match="row"):
        vault().open(comment.contact_sealed, f"comment.contact:{other.receipt}")
    assert other.name_sealed is None


def test_an_account_is_noted_only_when_the_channel_is_the_account() -> None:
    consultation = a_consultation("open")
    citizen = actor_of(a_user(Role.CITIZEN))
    with transaction():
        own = operations.submit_comment(
            citizen, consultation.slug, some_words(channel=Channel.ACCOUNT)
        ).comment
    assert own.account_id == citizen.id
    assert sent(consultation).comment.account_id is None


@pytest.mark.both_databases
def test_release_shows_masked_words_and_keeps_the_received_ones() -> None:
    consultation = a_consultation("open")
    body, proposed = "请打我电话13800000000商量。", "加一句：联系 wang@example.cn。"
    comment = a_comment(consultation, body=body, proposed_text=proposed)
    officer, slug = an_officer(consultation), consultation.slug
    with transaction():
        assert operations.release(officer, slug, [comment.id]) == 1
        assert operations.release(officer, slug, [comment.receipt]) == 0
    (row,) = queries.released(consultation.id).items
    assert "13800000000" not in row.body
    assert "wang@example.cn" not in row.proposed_text
    stored = queries.by_number(consultation.id, 1)
    assert (stored.body, stored.proposed_text) == (body, proposed)
    assert figures_hold(consultation)


@pytest.mark.both_databases
def test_no_operation_but_the_authors_withdrawal_changes_the_words_received() -> None:
    consultation = a_consultation("open")
    made = [a_comment(consultation, body=f"电话13800000000，第{n}份") for n in range(4)]
    words = {comment.id: (comment.body, comment.proposed_text) for comment in made}
    ids = list(words)
    officer = an_officer(consultation)
    slug = consultation.slug
    with transaction():
        operations.release(officer, slug)
        operations.withhold(officer, slug, ids[0], WithholdingReason.INSULT)
        operations.release(officer, slug, [ids[0]])
        operations.mark_duplicate(officer, ids[1], ids[2])
        operations.unmark_duplicate(officer, ids[1])
        operations.assign_outcome(ids, Outcome.ADOPTED)
        operations.withdraw(queries.by_number(consultation.id, 4).receipt)
    words[ids[3]] = ("", "")
    for comment in db.session.query(Comment).all():
        assert (comment.body, comment.proposed_text) == words[comment.id]
    assert figures_hold(consultation)


@pytest.mark.both_databases
def test_waiting_withheld_and_withdrawn_opinions_are_never_shown() -> None:
    consultation = a_consultation("open")
    shown = a_comment(consultation, released=True)
    a_comment(consultation)
    a_comment(consultation, withheld=WithholdingReason.ADVERTISING)
    a_comment(consultation, released=True, withheld=WithholdingReason.UNRELATED)
    a_comment(consultation, withdrawn=True)
    a_comment(consultation, released=True, withdrawn=True)
    with transaction():
        operations.release(SYSTEM, consultation.slug, None, channel=Channel.LETTER)
    assert [row.id for row in queries.released(consultation.id).items] == [shown.id]
    counted = queries.counts(consultation.id)
    assert (counted.received, counted.released) == (6, 1)
    assert figures_hold(consultation)


@pytest.mark.both_databases
def test_all_waiting_ones_are_released_in_pieces_and_told_once() -> None:
    consultation = a_consultation("open")
    for place in range(7):
        a_comment(consultation, channel=Channel.API if place % 2 else Channel.WEB)
    a_comment(consultation, withheld=WithholdingReason.INSULT)
    a_comment(consultation, withdrawn=True)
    with transaction(), events.collecting() as heard:
        assert operations.release(SYSTEM, consultation.slug, channel=Channel.API, most=2) == 2
        assert [event.payload()["numbers"] for event in heard] == ["2,4"]
    before = db.session.get_one(Consultation, consultation.id).revision
    with transaction():
        assert operations.release(SYSTEM, consultation.slug) == 5
        assert operations.release(SYSTEM, consultation.slug) == 0
    assert db.session.get_one(Consultation, consultation.id).revision == before + 1
    assert queries.counts(consultation.id).released == 7
    assert figures_hold(consultation)


def test_a_bulk_release_of_more_than_a_chunk_shows_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from participation.comments.operations import moderate

    monkeypatch.setattr(moderate, "CHUNK", 3)
    consultation = a_consultation("open")
    for _ in range(8):
        a_comment(consultation)
    with transaction():
        assert operations.release(SYSTEM, consultation.slug) == 8
    assert len({row.id for row in queries.released(consultation.id).items}) == 8
    assert figures_hold(consultation)


def test_the_clauses_margin_follows_what_is_shown() -> None:
    from participation.consultations.queries import clauses_of, current_draft

    consultation = a_consultation("open")
    draft = current_draft(consultation.id)
    assert draft
    article = next(row for row in clauses_of(draft.id) if row.label == "第二条")
    one = a_comment(consultation, clause_key=article.key, released=True)
    a_comment(consultation, clause_key=article.key, released=True)
    a_comment(consultation, clause_key=article.key)
    assert queries.clause_counts(draft.id) == {article.id: 2}
    with transaction():
        operations.withdraw(one.receipt)
    assert queries.clause_counts(draft.id) == {article.id: 1}


def test_withholding_tells_a_reason_and_release_takes_it_back() -> None:
    consultation = a_consultation("open")
    comment = a_comment(consultation, released=True)
    with transaction():
        operations.withhold(
            SYSTEM, consultation.slug, comment.receipt, WithholdingReason.PERSONAL_DATA
        )
    assert comment.visibility is Visibility.WITHHELD
    assert comment.reason_code is WithholdingReason.PERSONAL_DATA
    assert comment.shown_body == ""
    with transaction():
        operations.release(SYSTEM, consultation.slug, [comment.id])
    assert comment.reason_code is None
    assert figures_hold(consultation)


def test_only_officers_of_the_department_moderate() -> None:
    consultation = a_consultation("open")
    comment = a_comment(consultation)
    elsewhere = a_department("云溪县水利局")
    strangers: list[Actor] = [
        GUEST,
        actor_of(a_user(Role.CITIZEN)),
        actor_of(a_user(Role.DRAFTER)),
        actor_of(a_user(Role.ADMINISTRATOR)),
        actor_of(a_user(Role.OFFICER, elsewhere)),
    ]
    for actor in strangers:
        with pytest.raises(Refused), transaction():
            operations.release(actor, consultation.slug, [comment.id])
        with pytest.raises(Refused), transaction():
            operations.withhold(actor, consultation.slug, comment.id, WithholdingReason.INSULT)
        with pytest.raises(Refused), transaction():
            operations.mark_duplicate(actor, comment.id, comment.id)


def test_an_officer_touches_no_other_consultations_opinions() -> None:
    mine, other = a_consultation("open"), a_consultation("open")
    comment = a_comment(other)
    for chosen in ([comment.id], [comment.receipt], ["没有这个"]):
        with pytest.raises(Invalid), transaction():
            operations.release(SYSTEM, mine.slug, chosen)


@pytest.mark.both_databases
def test_a_withdrawal_hides_keeps_the_count_and_erases_name_and_contact() -> None:
    consultation = a_consultation("open")
    comment = a_comment(consultation, name="陈晓", contact="13800000000", released=True)
    with transaction():
        operations.withdraw(comment.receipt.lower())
    assert comment.name_sealed is None
    assert comment.contact_sealed is None
    assert queries.released(consultation.id).items == []
    counted = queries.counts(consultation.id)
    assert (counted.received, counted.released) == (1, 0)
    assert counted.by_outcome[Outcome.WITHDRAWN] == 1
    assert figures_hold(consultation)
    with pytest.raises(Refused, match="已经撤回"), transaction():
        operations.withdraw(comment.receipt)
    with pytest.raises(Refused, match="撤回"), transaction():
        operations.withhold(SYSTEM, consultation.slug, comment.id, WithholdingReason.INSULT)
    with transaction():
        assert operations.release(SYSTEM, consultation.slug, [comment.id]) == 0


def test_a_sealed_count_stands() -> None:
    consultation = a_consultation("open", opens_at=NOON - timedelta(days=90))
    assert consultation.opens_at
    comment = a_comment(consultation)
    from participation.consultations.operations import mark_sealed
    from participation.consultations.queries import lock_exclusive

    with transaction():
        mark_sealed(lock_exclusive(consultation.slug), 1, NOON)
    with pytest.raises(Refused, match="定稿"), transaction():
        operations.withdraw(comment.receipt)
    # A letter that was in time is no withdrawal: it is taken in and makes the next version.
    assert an_entered_comment(consultation).number == comment.number + 1


@pytest.mark.both_databases
def test_a_duplicate_points_at_one_that_stands_for_itself() -> None:
    consultation = a_consultation("open")
    first, second, third = (a_comment(consultation) for _ in range(3))
    officer = an_officer(consultation)

    def mark(one: Comment, of: Comment) -> None:
        with transaction():
            operations.mark_duplicate(officer, one.id, of.id)

    mark(second, first)
    assert second.outcome is Outcome.DUPLICATE
    with pytest.raises(Refused, match="原件编号"):
        mark(third, second)
    with pytest.raises(Refused, match="以这条为原件"):
        mark(first, third)
    with pytest.raises(Refused, match="自己"):
        mark(first, first)
    other = a_comment(a_consultation("open"))
    with pytest.raises(Invalid):
        mark(third, other)
    mark(third, first)
    assert figures_hold(consultation)
    with transaction():
        operations.withdraw(first.receipt)
    assert {second.outcome, third.outcome} == {Outcome.PENDING}
    assert second.duplicate_of_id is None
    assert figures_hold(consultation)


@pytest.mark.both_databases
def test_an_outcome_moves_the_counters_and_leaves_withdrawn_and_duplicates() -> None:
    consultation = a_consultation("open")
    made = [a_comment(consultation) for _ in range(4)]
    gone = a_comment(consultation, withdrawn=True)
    with transaction():
        operations.mark_duplicate(SYSTEM, made[3].id, made[0].id)
    ids = [comment.id for comment in (*made, gone)]
    with transaction():
        assert operations.assign_outcome(ids, Outcome.PARTLY_ADOPTED) == 3
        assert operations.assign_outcome(ids, Outcome.PARTLY_ADOPTED) == 0
        assert operations.assign_outcome(ids[:1], Outcome.NOT_ADOPTED) == 1
    counted = queries.counts(consultation.id).by_outcome
    assert {each: count for each, count in counted.items() if count} == {
        Outcome.PARTLY_ADOPTED: 2,
        Outcome.NOT_ADOPTED: 1,
        Outcome.DUPLICATE: 1,
        Outcome.WITHDRAWN: 1,
    }
    assert figures_hold(consultation)
    with pytest.raises(ValueError, match="withdrawn"), transaction():
        operations.assign_outcome(ids, Outcome.WITHDRAWN)


def test_officers_enter_what_was_said_within_the_window() -> None:
    consultation = a_consultation("open")
    comment = an_entered_comment(consultation, channel=Channel.LETTER)
    assert comment.channel is Channel.LETTER
    assert comment.said_on
    assert queries.counts(consultation.id).by_channel[Channel.LETTER] == 1
    for day in (date(2026, 6, 2), date(2026, 1, 1)):
        with pytest.raises(Invalid) as caught:
            an_entered_comment(consultation, said_on=day)
        assert caught.value.field == "said_on"
    with pytest.raises(Invalid):
        an_entered_comment(consultation, channel=Channel.WEB)


def test_a_letter_of_the_last_day_is_entered_after_the_close_and_a_later_one_is_not() -> None:
    consultation = a_consultation("closed")
    assert consultation.closes_at
    last_day = (consultation.closes_at - timedelta(hours=6)).date()
    assert an_entered_comment(consultation, said_on=last_day).number == 1
    with pytest.raises(Invalid, match="期间"):
        an_entered_comment(consultation, said_on=last_day + timedelta(days=1))


def test_entering_needs_an_officer_of_the_department() -> None:
    consultation = a_consultation("open")
    entered = EnteredComment(
        body="路灯太暗", stance=Stance.OPPOSE, submission_key="e1", channel=Channel.PHONE,
        said_on=date(2026, 5, 30), respondent_kind=RespondentKind.FIRM,
    )  # fmt: skip
    with pytest.raises(Refused), transaction():
        operations.enter_comment(GUEST, consultation.slug, entered)
    officer = an_officer(consultation)
    with transaction():
        made = operations.enter_comment(officer, consultation.slug, entered)
    assert made.comment.entered_by_id == officer.id
    with transaction():
        assert not operations.enter_comment(officer, consultation.slug, entered).is_new


def test_refused_transactions_leave_no_gap_in_the_numbers(context: Flask) -> None:
    consultation = a_consultation("open")
    sent(consultation)

    def interrupted() -> None:
        with transaction():
            operations.submit_comment(GUEST, consultation.slug, some_words())
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        interrupted()
    with pytest.raises(Invalid):
        sent(consultation, body="")
    assert sent(consultation).comment.number == 2
