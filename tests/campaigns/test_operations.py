"""Groups are found again whatever happened meanwhile; people's word stands; no words are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from participation.campaigns import operations, queries
from participation.campaigns.models import Campaign, CampaignMember
from participation.campaigns.normalising import signs
from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.comments.operations.correct import CorrectedWords
from participation.comments.rules import RespondentKind, Stance
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import Base, db, transaction
from participation.kernel.errors import Refused
from participation.rulebook.removal import RemovalReason, RestrictionReason
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.adoption import run_worker
from tests.factories.campaigns import TEXT, VERSIONS, many_comments, numbers_in, the_campaigns
from tests.factories.comments import a_comment, an_officer
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context")
OTHER = "草案第三条写得太笼统，应当列出具体的处罚标准和申诉办法。"


@pytest.mark.both_databases
def test_versions_of_one_text_become_one_group_with_its_heads_and_what_each_added() -> None:
    made = a_consultation("open")
    many_comments(made)
    a_comment(made, body=OTHER)
    a_comment(made, body="同意")
    a_comment(made, body="同意")
    (found,) = the_campaigns(made)
    assert (found.members, found.senders) == (5, 5)
    rows, following = queries.members_of(found)
    assert following is None
    own = ["".join(part.words for part in each.parts if part.is_own) for each in rows]
    assert own == ["", "", "我家老人上个月摔了一跤。", "我叫石大勇，", ""]
    assert [each.added for each in rows] == [0, 0, 11, 5, 0]
    seen = queries.view(found)
    assert seen.row.common == TEXT
    assert seen.row.with_own == 2
    assert queries.published(made.id)["largest"] == [{"opinions": 5, "senders": 5}]


@pytest.mark.both_databases
def test_one_sender_of_several_is_one_head() -> None:
    made = a_consultation("open")
    for _ in range(3):
        a_comment(made, body=TEXT, contact="13800001111")
    a_comment(made, body=TEXT, contact="13800002222")
    a_comment(made, body=TEXT)
    (found,) = the_campaigns(made)
    assert (found.members, found.senders) == (5, 3)


@pytest.mark.both_databases
def test_a_second_look_changes_nothing_and_newcomers_join_the_group_there_is() -> None:
    made = a_consultation("open")
    many_comments(made)
    (first,) = the_campaigns(made)
    before = _rows()
    number = first.number
    the_campaigns(made)
    assert _rows() == before
    newcomer = a_comment(made, body=f"谢谢。{TEXT}")
    (again,) = the_campaigns(made)
    assert (again.number, again.members) == (number, 6)
    assert numbers_in(again)[-1] == newcomer.number


@pytest.mark.both_databases
def test_the_groups_are_the_same_whenever_and_in_whatever_order_they_came() -> None:
    one, other = a_consultation("open"), a_consultation("open")
    for body in VERSIONS:
        a_comment(one, body=body)
        the_campaigns(one)
    for body in reversed(VERSIONS):
        a_comment(other, body=body)
    (ours,), (theirs,) = the_campaigns(one), the_campaigns(other)
    assert signs(queries.view(ours).row.common) == signs(queries.view(theirs).row.common)
    assert (ours.members, ours.senders) == (theirs.members, theirs.senders)
    added = [
        sorted(each.added for each in queries.members_of(found)[0]) for found in (ours, theirs)
    ]
    assert added[0] == added[1]


@pytest.mark.both_databases
def test_what_is_withdrawn_removed_locked_or_corrected_leaves_at_once() -> None:
    made = a_consultation("open")
    sent = many_comments(made)
    spare = [a_comment(made, body=TEXT) for _ in range(2)]
    (found,) = the_campaigns(made)
    officer = an_officer(made)
    with transaction():
        comments.withdraw(sent[0].receipt)
    with transaction():
        comments.erase_comment(
            officer, made.slug, sent[1].number, RemovalReason.PI_REQUEST, "《个人信息保护法》"
        )
    with transaction():
        comments.restrict(officer, made.slug, sent[2].number, next(iter(RestrictionReason)))
    with clock.fixed(sent[3].received_at), transaction():
        words = CorrectedWords(
            body=OTHER, stance=Stance.SUGGEST, respondent_kind=RespondentKind.PERSON
        )
        comments.correct_comment(sent[3].receipt, words, 0)
    db.session.expire_all()
    left = [sent[4].number, *(each.number for each in spare)]
    assert numbers_in(found) == left
    assert (found.members, found.leader_id in {each.id for each in [sent[4], *spare]}) == (3, True)
    (again,) = the_campaigns(made)
    assert numbers_in(again) == left


@pytest.mark.both_databases
def test_taken_out_stays_out_until_it_is_put_back_and_it_is_noted_who_did_it() -> None:
    made = a_consultation("open")
    sent = many_comments(made)
    (found,) = the_campaigns(made)
    officer = an_officer(made)
    leader = found.leader_id
    with transaction():
        assert operations.take_out(officer, made.slug, found.number, [leader, leader]) == 1
    (again,) = the_campaigns(made)
    assert again.members == 4
    assert again.leader_id != leader
    (out,), _following = queries.members_of(again, taken_out=True)
    assert (out.id, bool(out.taken_out_by), out.taken_out_at is not None) == (leader, True, True)
    with transaction():
        assert operations.put_back(officer, made.slug, found.number, [each.id for each in sent])
    (again,) = the_campaigns(made)
    assert (again.members, again.leader_id) == (5, leader)


@pytest.mark.both_databases
def test_what_a_person_confirmed_is_not_moved_and_newcomers_are_counted_since() -> None:
    made = a_consultation("open")
    many_comments(made)
    (found,) = the_campaigns(made)
    officer = an_officer(made)
    with pytest.raises(Refused), transaction():
        operations.confirm(officer, made.slug, found.number, 4)
    with transaction():
        operations.confirm(officer, made.slug, found.number, 5)
    with clock.fixed(clock.machine()), transaction():
        # As if the method had become stricter: the words are not alike any more.
        db.session.execute(
            text("UPDATE comment SET body = :other WHERE number = 3"), {"other": OTHER}
        )
    a_comment(made, body=TEXT)
    (again,) = the_campaigns(made)
    seen = queries.view(again)
    assert (again.members, seen.since) == (6, 1)
    assert seen.confirmed_by
    assert again.confirmed_at is not None


def test_the_worker_looks_by_itself_and_not_again_while_nothing_is_new() -> None:
    from participation.campaigns.jobs import look_for_new

    made = a_consultation("open")
    many_comments(made)
    now = clock.machine()
    with clock.fixed(now):
        look_for_new()
    run_worker(now)
    assert db.session.query(Campaign).count() == 1
    assert queries.due_searches(now) == []
    with transaction():
        operations.look_again(made.id)
    assert queries.due_searches(clock.machine()) == []
    search = queries.search_of(made.id)
    assert search is not None
    assert search.changes != search.seen_changes


def test_groups_are_the_departments_alone_to_arrange() -> None:
    made = a_consultation("open")
    many_comments(made)
    (found,) = the_campaigns(made)
    stranger = actor_of(a_user(Role.OFFICER, a_department("外县公安局")))
    for act in (
        lambda: operations.take_out(stranger, made.slug, found.number, [1]),
        lambda: operations.put_back(stranger, made.slug, found.number, [1]),
        lambda: operations.confirm(stranger, made.slug, found.number, 5),
        lambda: operations.ask_for_search(stranger, made.slug),
    ):
        with pytest.raises(Refused), transaction():
            act()
    with transaction():
        operations.ask_for_search(SYSTEM, made.slug)


def test_no_word_of_an_opinion_is_in_the_tables_and_none_is_left_in_the_file(
    tmp_path: Path,
) -> None:
    made = a_consultation("open")
    sent = many_comments(made)
    (found,) = the_campaigns(made)
    tables = [each for each in Base.metadata.tables.values() if each.name.startswith("campaign")]
    assert len(tables) == 3
    for table in tables:
        said = str(db.session.execute(table.select()).all())
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in said)
    assert found.members == 5
    for each in sent:
        with transaction():
            comments.withdraw(each.receipt)
    run_worker(clock.machine())
    the_campaigns(made)
    assert db.session.query(CampaignMember).count() == 0
    run_worker(clock.machine())
    canary = "下夜班的人只能走四公里".encode()
    held = [path.name for path in tmp_path.rglob("*.db*") if canary in path.read_bytes()]
    assert held == []


def _rows() -> list[object]:
    db.session.rollback()
    tables = (CampaignMember.__table__, Campaign.__table__)
    return [tuple(row) for table in tables for row in db.session.execute(table.select())]


def test_the_messages_of_the_shared_folder_are_grouped() -> None:
    import json

    from participation.campaigns.grouping import Text, group
    from participation.campaigns.normalising import clauses
    from participation.campaigns.rules import Side
    from tests.conftest import SHARED

    path = SHARED / "data" / "messages" / "board_messages.jsonl"
    if not path.exists():
        pytest.skip("no shared/data/messages here")
    bodies = [json.loads(line)["body"] for line in path.read_text("utf-8").splitlines()]
    parts = [tuple(clauses(each)) for each in bodies]
    said = dict.fromkeys(parts)
    groups = group([Text(each, Side.NEITHER, parts.count(each)) for each in said])
    # Mostly complaints about different things: people sent some of them twice.
    assert 20 < len(groups) < 100
    assert max(len(each.texts) for each in groups) < 10


def test_comments_are_only_read_by_a_look() -> None:
    made = a_consultation("open")
    many_comments(made)
    before = db.session.query(Comment.id, Comment.body, Comment.outcome).all()
    the_campaigns(made)
    assert db.session.query(Comment.id, Comment.body, Comment.outcome).all() == before
