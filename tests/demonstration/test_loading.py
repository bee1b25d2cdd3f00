"""The demonstration fills an empty instance with five consultations whose figures add up."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.adoption import queries as adoption
from participation.comments import queries
from participation.comments.models import Comment, Sending
from participation.comments.rules import ProposalKind
from participation.consultations.queries import listed
from participation.demonstration import loading
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db


def test_five_stages_are_shown_and_every_figure_adds_up(
    context: Flask, client: FlaskClient
) -> None:
    assert loading.is_empty()
    people = loading.load()
    db.session.rollback()
    assert not loading.is_empty()
    assert {each.role for each in people} >= {Role.DRAFTER, Role.REVIEWER, Role.OFFICER}
    assert len({each.password for each in people}) == len(people)
    now = clock.now()
    found = listed(None, now).items
    assert sorted(each.stage(now).value for each in found) == [
        "closed",
        "forthcoming",
        "open",
        "open",
        "sealed",
    ]
    for each in found:
        assert adoption.agreement(each.id), each.title
        assert client.get(f"/consultations/{each.slug}").status_code == 200
    sealed = next(each for each in found if each.sealed_at)
    [version] = adoption.versions(sealed.id)
    assert version.pending == 0
    assert adoption.refusals() == []
    _shows_what_taking_part_is([each.id for each in found])
    assert jobs.backlog().dead == 0
    lines = "\n".join(loading.lines_for_people(people))
    assert all(each.password in lines for each in people)


def _shows_what_taking_part_is(ids: list[int]) -> None:
    """One of each: changes of all kinds, a correction, support, several sent at once."""
    shown = db.session.scalars(
        select(Comment).where(Comment.consultation_id.in_(ids), Comment.published_at.is_not(None))
    ).all()
    assert {each.proposal_kind for each in shown} == {None, *ProposalKind}
    (corrected,) = [each for each in shown if each.corrected_at]
    assert len(queries.versions_of(corrected.id)) == 1
    assert sorted(each.supporters for each in shown if each.supporters)[-1] == 6
    assert db.session.scalar(select(func.count()).select_from(Sending)) == 1
    assert len({each.id for each in shown if each.sending_id}) == 3
