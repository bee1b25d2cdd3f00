"""What members write together: nobody's words are lost, and all is sent once, by the lead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from participation.audit.models import AuditEntry
from participation.comments import queries as comments
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import (
    MOST_AT_ONCE,
    Channel,
    ContactField,
    RespondentKind,
    Standing,
)
from participation.consultations.rules import Identity
from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.organisations import operations, queries, rules
from participation.organisations.models import JointDraft, JointOpinion
from participation.organisations.operations import Changed, Overtaken
from participation.privacy.jobs import due, purge
from tests.comments.test_sending import at_once
from tests.factories.accounts import actor_of
from tests.factories.comments import some_words
from tests.factories.consultations import a_consultation
from tests.factories.organisations import (
    NAME,
    a_citizen,
    an_opinion,
    an_organisation,
    looked_over,
)
from tests.privacy.test_traces import FILES

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def texts(organisation_id: int, consultation_id: int) -> list[str]:
    db.session.rollback()
    draft = queries.unsent_draft(organisation_id, consultation_id)
    return [each.body for each in queries.opinions_of(draft.id)] if draft else []


def sent() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.number)))


@pytest.mark.both_databases
def test_members_write_and_change_and_the_lead_sends_all_as_the_body() -> None:
    lead, member = a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    first = an_opinion(made.id, member, found, body="灯应当更亮。")
    an_opinion(made.id, lead, found, body="电费谁出？")
    key = first.submission_key
    an_opinion(made.id, lead, found, body="灯应当更亮些。", submission_key=key, seen=1)
    assert texts(made.id, found.id) == ["灯应当更亮些。", "电费谁出？"]
    given = looked_over(made.id, found, contact="lead@example.cn")
    with pytest.raises(Refused, match="负责人"), transaction():
        operations.send_joint_draft(actor_of(member), made.id, found.slug, given)
    with transaction():
        done = operations.send_joint_draft(actor_of(lead), made.id, found.slug, given)
    assert done.is_new
    kept = comments.comments_of(done.sending.id)
    assert [each.body for each in kept] == ["灯应当更亮些。", "电费谁出？"]
    for each in kept:
        assert each.account_id == lead.id
        assert (each.respondent_kind, each.channel) == (RespondentKind.ASSOCIATION, Channel.ACCOUNT)
        assert each.standing is Standing.ACCOUNT
        assert opened(each, ContactField.NAME) == NAME
    assert db.session.scalars(select(JointOpinion)).all() == []
    (row,) = queries.sent_drafts(made.id, found.id)
    assert (row.opinions, row.draft.sending_id) == (2, done.sending.id)
    assert row.draft.submitted_by_id == lead.id


def test_the_second_who_saves_is_told_and_loses_nothing_and_can_save_over_it() -> None:
    lead, member = a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    key = an_opinion(made.id, lead, found, body="起初。").submission_key
    an_opinion(made.id, member, found, body="成员先存。", submission_key=key, seen=1)
    with pytest.raises(Overtaken) as told:
        an_opinion(made.id, lead, found, body="负责人后存。", submission_key=key, seen=1)
    present = told.value.present
    assert present is not None
    assert (present.body, present.version, present.written_by_id) == ("成员先存。", 2, member.id)
    assert texts(made.id, found.id) == ["成员先存。"]
    over = an_opinion(made.id, lead, found, body="负责人后存。", submission_key=key, seen=2)
    assert over.version == 3
    assert texts(made.id, found.id) == ["负责人后存。"]


def test_what_was_dropped_meanwhile_comes_back_only_knowingly() -> None:
    lead, member = a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    key = an_opinion(made.id, lead, found, body="起初。").submission_key
    an_opinion(made.id, member, found, body="改过。", submission_key=key, seen=1)
    with pytest.raises(Overtaken), transaction():
        operations.drop_opinion(actor_of(lead), made.id, found.slug, key, 1)
    for _ in range(2):
        with transaction():
            operations.drop_opinion(actor_of(lead), made.id, found.slug, key, 2)
    with pytest.raises(Overtaken) as told:
        an_opinion(made.id, member, found, body="再改。", submission_key=key, seen=2)
    assert told.value.present is None
    an_opinion(made.id, member, found, body="再改。", submission_key=key, seen=0)
    assert texts(made.id, found.id) == ["再改。"]


def test_the_same_new_opinion_saved_twice_is_one() -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open")
    for _ in range(2):
        an_opinion(made.id, lead, found, body="灯。", submission_key="one")
    assert texts(made.id, found.id) == ["灯。"]


def race(context: Flask, *, looks: bool = True) -> list[object]:
    """Six save the same opinion at once, each having read version 1 (or not having looked)."""
    lead, member = a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    key = an_opinion(made.id, lead, found, body="起初。").submission_key
    number, slug, places = made.id, found.slug, iter(range(6))
    actors = [actor_of(lead), actor_of(member)]

    def act() -> str:
        place = next(places)
        written = some_words(body=f"第 {place} 位写的。", submission_key=key)
        with transaction():
            seen = 1 if looks else db.session.scalars(select(JointOpinion.version)).one()
            saved = operations.save_opinion(actors[place % 2], number, slug, written, seen)
            return saved.body

    return at_once(context, act)


@pytest.mark.both_databases
def test_of_six_who_save_at_once_one_is_kept_and_five_are_told(context: Flask) -> None:
    found = race(context)
    assert sum(isinstance(each, Overtaken) for each in found) == 5, found
    (kept,) = [each for each in found if isinstance(each, str)]
    db.session.rollback()
    (row,) = db.session.scalars(select(JointOpinion)).all()
    assert (row.body, row.version) == (kept, 2)


def test_a_platform_that_saves_over_whatever_is_there_is_found(context: Flask) -> None:
    """The broken variant: each saves over the present version, and five people's words are lost."""
    found = race(context, looks=False)
    assert sum(isinstance(each, str) for each in found) == 6, found
    db.session.rollback()
    (row,) = db.session.scalars(select(JointOpinion)).all()
    assert row.version == 7


@pytest.mark.both_databases
def test_sent_six_times_at_once_it_is_one_sending(context: Flask) -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open")
    for _ in range(2):
        an_opinion(made.id, lead, found)
    given, actor = looked_over(made.id, found), actor_of(lead)
    number, slug = made.id, found.slug

    def act() -> str:
        with transaction():
            return operations.send_joint_draft(actor, number, slug, given).sending.code

    codes = at_once(context, act)
    assert len(set(codes)) == 1, codes
    assert len(sent()) == 2
    assert found.closes_at is not None
    with clock.fixed(found.closes_at + timedelta(days=1)):
        assert act() == codes[0]


def test_what_a_member_changed_after_the_look_is_looked_at_again() -> None:
    lead, member = a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    an_opinion(made.id, lead, found)
    given = looked_over(made.id, found)
    an_opinion(made.id, member, found, body="刚加的。")
    with pytest.raises(Changed), transaction():
        operations.send_joint_draft(actor_of(lead), made.id, found.slug, given)
    assert sent() == []


def test_after_the_sending_another_draft_can_be_begun_and_old_forms_are_told() -> None:
    lead, member = a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    key = an_opinion(made.id, lead, found).submission_key
    with transaction():
        given = looked_over(made.id, found)
        operations.send_joint_draft(actor_of(lead), made.id, found.slug, given)
    with pytest.raises(Refused, match="已由负责人提交"):
        an_opinion(made.id, member, found, body="晚了。", submission_key=key, seen=1)
    an_opinion(made.id, member, found, body="又想到一条。")
    assert texts(made.id, found.id) == ["又想到一条。"]
    assert len(db.session.scalars(select(JointDraft)).all()) == 2


def test_after_the_close_nothing_is_taken_and_the_words_are_kept_to_be_copied() -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open")
    opinion = an_opinion(made.id, lead, found, body="没有赶上。")
    key, given = opinion.submission_key, looked_over(made.id, found)
    assert found.closes_at is not None
    with clock.fixed(found.closes_at):
        acts = (
            lambda: operations.send_joint_draft(actor_of(lead), made.id, found.slug, given),
            lambda: operations.save_opinion(actor_of(lead), made.id, found.slug, some_words(), 0),
            lambda: operations.drop_opinion(actor_of(lead), made.id, found.slug, key, 1),
        )
        for act in acts:
            with pytest.raises(Refused, match="截止"), transaction():
                act()
    assert texts(made.id, found.id) == ["没有赶上。"]
    assert sent() == []


@pytest.mark.parametrize("identity", [Identity.ACCOUNT, Identity.CONFIRMED])
def test_an_account_is_enough_where_somebody_has_to_be_known(identity: Identity) -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open", identity=identity)
    an_opinion(made.id, lead, found)
    with transaction():
        given = looked_over(made.id, found)
        operations.send_joint_draft(actor_of(lead), made.id, found.slug, given)
    assert [each.standing for each in sent()] == [Standing.ACCOUNT]


def test_strangers_and_former_members_find_nothing() -> None:
    lead, member, stranger = a_citizen(), a_citizen(), a_citizen()
    made, found = an_organisation(lead, member), a_consultation("open")
    key = an_opinion(made.id, member, found).submission_key
    given = looked_over(made.id, found)
    with transaction():
        place = queries.own_membership(made.id, member.id).id
        operations.remove_member(actor_of(lead), made.id, place)
    for user in (member, stranger):
        with pytest.raises(NotFound):
            an_opinion(made.id, user, found)
        with pytest.raises(NotFound), transaction():
            operations.drop_opinion(actor_of(user), made.id, found.slug, key, 1)
        with pytest.raises(NotFound), transaction():
            operations.send_joint_draft(actor_of(user), made.id, found.slug, given)
    other = an_organisation(stranger, name="别的公司")
    with pytest.raises(Changed), transaction():
        operations.send_joint_draft(actor_of(stranger), other.id, found.slug, given)


def test_there_is_a_limit_of_opinions_and_of_words() -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open")
    for _ in range(3):
        an_opinion(made.id, lead, found, body="长" * 5000)
    with pytest.raises(Invalid, match="16000"):
        an_opinion(made.id, lead, found, body="长" * 2000)
    for _ in range(MOST_AT_ONCE - 3):
        an_opinion(made.id, lead, found, body="短")
    with pytest.raises(Invalid, match=str(MOST_AT_ONCE)):
        an_opinion(made.id, lead, found, body="短")
    with pytest.raises(Invalid):
        an_opinion(made.id, lead, found, clause_key="a999")


@pytest.mark.both_databases
def test_what_was_never_sent_goes_thirty_days_after_the_close() -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open")
    an_opinion(made.id, lead, found)
    an_opinion(made.id, lead, found)
    assert found.closes_at is not None
    day = found.closes_at + rules.UNSENT_KEPT
    for now, gone in ((day - timedelta(seconds=1), 0), (day, 2), (day, 0)):
        with clock.fixed(now):
            assert due()["unsent_opinions"] == gone
            assert purge()["unsent_opinions"] == gone
    assert db.session.scalars(select(JointDraft)).all() == []
    assert "JointDraftsForgotten" in db.session.scalars(select(AuditEntry.event)).all()


CANARY = "共同起草的金丝雀：第九盏灯照进病房。"
DESTROYED = ("drop", "send", "dissolve", "purge")


@pytest.mark.parametrize("way", DESTROYED)
def test_no_byte_of_a_destroyed_draft_is_left_beside_its_sending(way: str, tmp_path: Path) -> None:
    lead = a_citizen()
    made, found = an_organisation(lead), a_consultation("open")
    key = an_opinion(made.id, lead, found, body=CANARY).submission_key
    an_opinion(made.id, lead, found)
    actor, given = actor_of(lead), looked_over(made.id, found)
    at = clock.now()
    if way == "purge":
        assert found.closes_at is not None
        at = found.closes_at + rules.UNSENT_KEPT
    acts = {
        "drop": lambda: operations.drop_opinion(actor, made.id, found.slug, key, 1),
        "send": lambda: operations.send_joint_draft(actor, made.id, found.slug, given),
        "dissolve": lambda: operations.dissolve_organisation(actor, made.id),
        "purge": lambda: operations.forget_unsent(at, 10),
    }
    with clock.fixed(at):
        with transaction():
            acts[way]()
        jobs.run_due()
    db.session.remove()
    held = sum(
        (tmp_path / each).read_bytes().count(CANARY.encode())
        for each in FILES
        if (tmp_path / each).exists()
    )
    # Sent, the words stand once, in the opinion that the department received.
    assert held == (1 if way == "send" else 0)
