"""Who belongs to an organisation: invited once, never without a lead, gone with the account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts import operations as accounts
from participation.accounts.models import User
from participation.accounts.operations.erasing import erase_account
from participation.accounts.portable import data_of
from participation.comments.rules import RespondentKind
from participation.kernel import clock, erasures
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.organisations import operations, queries, rules
from participation.organisations.models import Invitation, JointOpinion, Membership, Organisation
from participation.organisations.rules import Part
from tests.comments.test_sending import at_once
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import some_words
from tests.factories.consultations import a_consultation
from tests.factories.organisations import NAME, a_citizen, a_token, an_opinion, an_organisation

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def parts(organisation_id: int) -> dict[int, Part]:
    db.session.rollback()
    return {each.user_id: each.part for each in queries.members_of(organisation_id)}


def accept(user: User, token: str) -> int:
    with transaction():
        return operations.accept_invitation(actor_of(user), token).id


def test_whoever_founds_leads_and_whoever_is_invited_joins_once() -> None:
    lead, member, other = a_citizen(), a_citizen(), a_citizen()
    made = an_organisation(lead)
    token = a_token(made.id, lead)
    assert accept(member, token) == made.id
    assert parts(made.id) == {lead.id: Part.LEAD, member.id: Part.MEMBER}
    with pytest.raises(Refused, match="邀请"):
        accept(other, token)
    row = db.session.scalars(select(Invitation)).one()
    assert (row.email_sealed, row.token_hash) == (None, None)
    own = queries.mine(member.id)
    assert [(each.name, each.part, each.members) for each in own] == [(NAME, Part.MEMBER, 2)]


def test_a_member_who_opens_the_link_leaves_it_to_whom_it_is_for() -> None:
    lead, member = a_citizen(), a_citizen()
    made = an_organisation(lead)
    token = a_token(made.id, lead)
    assert accept(lead, token) == made.id
    assert accept(member, token) == made.id
    assert len(parts(made.id)) == 2


def test_an_invitation_is_worth_nothing_once_revoked_replaced_or_old() -> None:
    lead, member = a_citizen(), a_citizen()
    made = an_organisation(lead)
    first = a_token(made.id, lead, "one@example.cn")
    second = a_token(made.id, lead, "one@example.cn")
    (row,) = queries.invitations_of(made.id, NOON)
    assert operations.invited_address(row) == "one@example.cn"
    with pytest.raises(Refused):
        accept(member, first)
    with clock.fixed(NOON + rules.INVITED_FOR), pytest.raises(Refused):
        accept(member, second)
    with transaction():
        operations.revoke_invitation(actor_of(lead), made.id, row.id)
    with pytest.raises(Refused):
        accept(member, second)
    assert queries.invitations_of(made.id, NOON) == []


def test_letters_to_one_address_are_few_and_invitations_of_one_account_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lead, address = a_citizen(), "one@example.cn"
    made = [an_organisation(lead, name=f"第{number}物业公司") for number in range(4)]
    letters = []
    for each in made:
        with transaction():
            invited = operations.invite_member(actor_of(lead), each.id, address, "zh")
            letters.append(operations.write_invitation(invited.id))
    assert [each is not None for each in letters] == [True, True, True, False]
    monkeypatch.setattr(rules, "MOST_INVITED_A_DAY", 4)
    with pytest.raises(Refused, match="明天"), transaction():
        operations.invite_member(actor_of(lead), made[0].id, "two@example.cn", "zh")
    with pytest.raises(Invalid), transaction():
        operations.invite_member(actor_of(lead), made[0].id, "nobody", "zh")


def test_only_the_lead_invites_removes_renames_hands_over_and_dissolves() -> None:
    lead, member, stranger = a_citizen(), a_citizen(), a_citizen()
    made = an_organisation(lead, member)
    place = queries.own_membership(made.id, lead.id).id
    acts = (
        lambda actor: operations.invite_member(actor, made.id, "x@example.cn", "zh"),
        lambda actor: operations.remove_member(actor, made.id, place),
        lambda actor: operations.rename_organisation(actor, made.id, "新名", RespondentKind.FIRM),
        lambda actor: operations.hand_over(actor, made.id, place),
        lambda actor: operations.dissolve_organisation(actor, made.id),
    )
    for act in acts:
        with pytest.raises(Refused), transaction():
            act(actor_of(member))
        for nobody in (stranger, None):
            with pytest.raises((NotFound, Refused)), transaction():
                act(actor_of(nobody) if nobody else SYSTEM)
    assert parts(made.id) == {lead.id: Part.LEAD, member.id: Part.MEMBER}


def test_the_lead_is_handed_over_before_it_leaves_and_the_last_one_dissolves() -> None:
    lead, member = a_citizen(), a_citizen()
    made = an_organisation(lead, member)
    with pytest.raises(Refused, match="交给"), transaction():
        operations.leave_organisation(actor_of(lead), made.id)
    place = queries.own_membership(made.id, member.id).id
    with transaction():
        operations.hand_over(actor_of(lead), made.id, place)
    with transaction():
        operations.leave_organisation(actor_of(lead), made.id)
    assert parts(made.id) == {member.id: Part.LEAD}
    with transaction():
        operations.leave_organisation(actor_of(member), made.id)
    row = db.session.get_one(Organisation, made.id)
    assert (row.name, row.dissolved_at) == ("", NOON)
    assert db.session.scalars(select(Membership)).all() == []


@pytest.mark.both_databases
def test_an_erased_account_leaves_and_the_longest_standing_member_leads() -> None:
    lead, second, third = a_citizen(), a_citizen(), a_citizen()
    made, consultation = an_organisation(lead, second, third), a_consultation("open")
    alone = an_organisation(lead, name="一个人的公司")
    an_opinion(made.id, lead, consultation, body="负责人写的。")
    an_opinion(alone.id, lead, consultation, body="只有一个人看得到。")
    with transaction():
        erase_account(actor_of(lead), accounts.people.locked_user(lead.id), "own")
    assert parts(made.id) == {second.id: Part.LEAD, third.id: Part.MEMBER}
    left = db.session.scalars(select(JointOpinion)).all()
    assert [(each.body, each.written_by_id) for each in left] == [("负责人写的。", None)]
    assert db.session.get_one(Organisation, alone.id).dissolved_at is not None


def test_whoever_becomes_staff_leaves() -> None:
    lead, member, officer = a_citizen(), a_citizen(), a_user(Role.OFFICER)
    made = an_organisation(lead, member)
    with transaction():
        accounts.update_user(SYSTEM, lead.id, "新同事", Role.OFFICER, officer.department_id)
    assert parts(made.id) == {member.id: Part.LEAD}
    with transaction():
        accounts.update_profile(actor_of(member), "换个名字")
    assert parts(made.id) == {member.id: Part.LEAD}


def test_a_lead_whose_account_is_stopped_leads_no_more_and_stays_a_member() -> None:
    lead, member = a_citizen(), a_citizen()
    made, alone = an_organisation(lead, member), an_organisation(lead, name="一个人的公司")
    with transaction():
        accounts.deactivate_user(SYSTEM, lead.id)
    assert parts(made.id) == {member.id: Part.LEAD, lead.id: Part.MEMBER}
    assert parts(alone.id) == {lead.id: Part.LEAD}


def test_the_data_of_an_account_hold_its_memberships_and_what_it_wrote_last() -> None:
    lead, member = a_citizen(), a_citizen()
    made, consultation = an_organisation(lead, member), a_consultation("open")
    an_opinion(made.id, member, consultation, body="灯再亮些。")
    an_opinion(made.id, lead, consultation, body="另一位写的。")
    held = data_of(member)
    (place,) = held["organisations"]
    assert (place["name"], place["kind"], place["part"]) == (NAME, "association", "member")
    assert [each["body"] for each in held["joint_opinions"]] == ["灯再亮些。"]
    assert held["joint_opinions"][0]["consultation"] == consultation.slug


def test_a_restored_backup_dissolves_again_what_was_dissolved_since() -> None:
    lead = a_citizen()
    made, kept = an_organisation(lead), an_organisation(lead, name="另一家公司")
    with transaction():
        operations.dissolve_organisation(actor_of(lead), made.id)
    (entry,) = [each for each in erasures.entries() if each.kind == operations.LEDGER]
    replay = erasures.replayers[entry.kind]
    with transaction():
        assert replay(entry) is False
    # As the backup from before would have it.
    with transaction() as session:
        row = session.get_one(Organisation, made.id)
        row.name, row.dissolved_at = NAME, None
    with transaction():
        assert replay(entry) is True
    other = erasures.Entry(entry.at, entry.kind, "", kept.id, entry.digest)
    with transaction():
        assert replay(other) is None


def test_an_account_founds_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = a_citizen()
    monkeypatch.setattr(rules, "MOST_OWN", 1)
    an_organisation(lead)
    with pytest.raises(Refused, match="1"):
        an_organisation(lead)
    other = actor_of(a_citizen())
    for name, kind in ((" ", RespondentKind.FIRM), ("张三", RespondentKind.PERSON)):
        with pytest.raises(Refused), transaction():
            operations.found_organisation(other, name, kind)


def test_a_link_pressed_by_six_at_once_lets_one_in(context: Flask) -> None:
    lead = a_citizen()
    made = an_organisation(lead)
    token = a_token(made.id, lead)
    actors = iter([actor_of(a_citizen()) for _ in range(6)])

    def act() -> int:
        with transaction():
            return operations.accept_invitation(next(actors), token).id

    found = at_once(context, act)
    assert sum(each == made.id for each in found) == 1, found
    assert sum(isinstance(each, Refused) for each in found) == 5, found
    assert len(parts(made.id)) == 2


@pytest.mark.postgresql
def test_an_account_is_erased_while_it_writes_and_neither_waits_for_the_other(
    context: Flask,
) -> None:
    lead, member = a_citizen(), a_citizen()
    made, consultation = an_organisation(lead, member), a_consultation("open")
    actor, number, slug, user_id = actor_of(lead), made.id, consultation.slug, lead.id
    places = iter(range(6))

    def act() -> str:
        place = next(places)
        with transaction():
            if place == 2:
                erase_account(actor, accounts.people.locked_user(user_id), "own")
            else:
                operations.save_opinion(actor, number, slug, some_words(), 0)
        return "done"

    found = at_once(context, act)
    assert all(each == "done" or isinstance(each, NotFound) for each in found), found
    assert parts(number) == {member.id: Part.LEAD}


def test_what_is_due_is_forgotten_on_its_day() -> None:
    lead = a_citizen()
    made = an_organisation(lead)
    a_token(made.id, lead)
    day = NOON + rules.INVITED_FOR
    for now, gone in ((day - timedelta(seconds=1), 0), (day, 1), (day, 0)):
        with transaction():
            assert operations.forget_invitations(now, 10) == gone
