"""What seldom is there, for the estate: troubles, corrections, outages, factors, requests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from participation.accounts.models import SecondFactor, User
from participation.accounts.second_factor import new_secret
from participation.adoption import operations as adoption
from participation.adoption.models import PublicationHold
from participation.campaigns.models import Campaign, CampaignMember
from participation.comments import operations as comments
from participation.comments.queries import by_number
from participation.consultations import operations
from participation.consultations.models import Consultation, Outage, OutageNote
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState
from participation.kernel.vault import vault
from participation.meetings import operations as meetings
from participation.rulebook.removal import RemovalReason
from tests.factories.accounts import actor_of
from tests.factories.comments import a_comment
from tests.factories.meetings import a_meeting

if TYPE_CHECKING:
    from tests.security.estate import Estate, Matter


def add_all(estate: Estate, people: dict[str, User]) -> None:
    """Add all of it."""
    with clock.fixed(estate.now):
        _changes(estate, people)
        _removals(estate, people)
        with transaction() as session:
            session.add_all(_an_outage(estate))
            for matter in estate.matters.values():
                if matter.own_comment_id:
                    _a_campaign(estate, matter)
            session.add_all(_factors(estate, people))


def add_troubles(estate: Estate) -> None:
    """A publication held back and a job given up; the worker would put them right."""
    with clock.fixed(estate.now), transaction() as session:
        session.add_all([_a_hold(estate), _a_dead_job(estate)])


def _changes(estate: Estate, people: dict[str, User]) -> None:
    opened, sealed = estate.matters["open"], estate.matters["sealed"]
    reviewer, officer = actor_of(people["reviewer"]), actor_of(people["officer"])
    later = estate.now + timedelta(days=120)
    with transaction():
        operations.extend_window(reviewer, opened.slug, later, "应来信要求延长。")
    found = db.session.get_one(Consultation, opened.id)
    meeting = a_meeting(found, starts_at=later, ends_at=None, announced_at=estate.now)
    with transaction():
        meetings.cancel_meeting(officer, opened.slug, meeting.id, "改期。")
    with transaction():
        adoption.publish_correction(officer, sealed.slug, "更正了一处。")


def _removals(estate: Estate, people: dict[str, User]) -> None:
    """A request to erase that waits for its answer, and words that were erased."""
    opened, sealed = estate.matters["open"], estate.matters["sealed"]
    asked = by_number(sealed.id, sealed.values["comments.answer_request number"]).receipt
    with transaction():
        comments.ask_erasure(asked)
    found = db.session.get_one(Consultation, opened.id)
    gone = a_comment(found).number
    with transaction():
        comments.erase_comment(
            actor_of(people["officer"]),
            opened.slug,
            gone,
            RemovalReason.UNLAWFUL,
            "网络安全法第四十七条",
        )


def _a_campaign(estate: Estate, matter: Matter) -> None:
    """A group of two, as if the worker had found it: the estate's words are all unlike."""
    first = matter.own_comment_id
    assert first is not None
    made = Campaign(
        consultation_id=matter.id,
        number=1,
        leader_id=first,
        own_spans=[],
        members=2,
        senders=2,
        with_own=1,
        found_at=estate.now,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        CampaignMember(
            comment_id=first + more,
            campaign_id=made.id,
            resemblance=100,
            added=more,
            joined_at=estate.now,
        )
        for more in (0, 1)
    )


def _a_hold(estate: Estate) -> PublicationHold:
    return PublicationHold(
        consultation_id=estate.matters["closed"].id,
        what="adoption.seal",
        reason="收到的意见数与处理结果核对不上，公布已暂停；核查清楚后自动公布。",
        params={},
        since=estate.now,
        last_tried_at=estate.now,
    )


def _a_dead_job(estate: Estate) -> Job:
    return Job(
        kind="adoption.seal",
        payload={"consultation_id": estate.matters["closed"].id},
        state=JobState.DEAD,
        run_at=estate.now,
        attempts=8,
        last_error="OSError: 25",
        created_at=estate.now,
    )


def _an_outage(estate: Estate) -> list[Outage | OutageNote]:
    begun = estate.now - timedelta(hours=3)
    outage = Outage(
        from_at=begun, until_at=begun + timedelta(hours=1), reason="停电", noted_at=begun
    )
    note = OutageNote(consultation_id=estate.matters["open"].id, outage=outage, noted_at=estate.now)
    return [outage, note]


def _factors(estate: Estate, people: dict[str, User]) -> list[SecondFactor]:
    """The officer's in force, the drafter's begun; their secrets among the estate's values."""
    found = []
    for name, kind in (("officer", "secret"), ("drafter", "pending")):
        number, secret = estate.people[name][0], new_secret()
        estate.values[f"{kind} factor"] = secret
        sealed = vault().seal(secret, f"second_factor.{kind}:{number}")
        made = SecondFactor(user_id=number, begun_at=estate.now, **{f"{kind}_sealed": sealed})
        made.enrolled_at = estate.now if kind == "secret" else None
        found.append(made)
    return found
