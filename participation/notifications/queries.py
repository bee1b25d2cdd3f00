"""Reading who follows what, what is to be told to whom, and what the subjects are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from participation.accounts.models import Department
from participation.comments.contacts import digest
from participation.consultations.models import Consultation, ConsultationTag
from participation.consultations.place import zone
from participation.consultations.rules import Status
from participation.kernel.db import db
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.notifications.models import (
    Follower,
    FollowRequest,
    Happening,
    Notice,
    Subscription,
)
from participation.notifications.rules import (
    Pace,
    Subject,
    SubjectKind,
    is_told,
    last_digest,
    read_subject,
)
from participation.rulebook.subjects import Audience, Topic

EVERYTHING = N_("全部征求意见事项")


def follower_by_digest(found: str) -> Follower | None:
    """Who follows by an address, found by its digest."""
    return db.session.scalars(select(Follower).where(Follower.digest == found)).one_or_none()


def follower_of(address: str) -> Follower | None:
    """Who follows by an address in its plain form."""
    return follower_by_digest(digest(address))


def follower_by_stop_key(key: str) -> Follower | None:
    """Whose letters carry that key."""
    return db.session.scalars(select(Follower).where(Follower.stop_key == key)).one_or_none()


def address_of(follower: Follower) -> str:
    """The address, opened."""
    return vault().open(follower.address_sealed, f"follower.address:{follower.stop_key}")


def request_by_nonce(nonce: str) -> FollowRequest | None:
    """What was asked for and is to be confirmed."""
    return db.session.scalars(
        select(FollowRequest).where(FollowRequest.nonce == nonce)
    ).one_or_none()


def letters_since(found: str, since: datetime) -> int:
    """How many letters were asked for an address since an instant and led to nothing."""
    asked = select(func.count()).where(
        FollowRequest.digest == found,
        FollowRequest.created_at > since,
        FollowRequest.used_at.is_(None),
    )
    return db.session.scalar(asked) or 0


def subjects_of(consultation: Consultation) -> list[Subject]:
    """Every subject by which news of a consultation are followed; two statements."""
    tags = db.session.execute(
        select(ConsultationTag.kind, ConsultationTag.value).where(
            ConsultationTag.consultation_id == consultation.id
        )
    )
    found = [Subject(SubjectKind(kind), value) for kind, value in tags]
    found += [
        Subject(SubjectKind.DEPARTMENT, str(each)) for each in _above(consultation.department_id)
    ]
    own = Subject(SubjectKind.CONSULTATION, str(consultation.id))
    return [own, *found, Subject(SubjectKind.ALL)]


def _above(department_id: int) -> list[int]:
    """A department and those it belongs to: who follows a body hears of what is below it."""
    above = select(Department.id, Department.parent_id).where(Department.id == department_id)
    chain = above.cte(recursive=True)
    chain = chain.union(
        select(Department.id, Department.parent_id).join(chain, Department.id == chain.c.parent_id)
    )
    return list(db.session.scalars(select(chain.c.id)))


def followers_to_tell(
    happening: Happening, subjects: Collection[Subject], after: int, limit: int
) -> list[Subscription]:
    """One subscription each of the next followers that are to be told, the narrowest; by follower.

    Whoever began to follow after it happened is not told of it.
    """
    wanted = {str(each): each.rank for each in subjects if is_told(each.kind, happening.kind)}
    matching = (Subscription.subject.in_(wanted), Subscription.confirmed_at <= happening.at)
    ids = db.session.scalars(
        select(Subscription.follower_id)
        .where(*matching, Subscription.follower_id > after)
        .distinct()
        .order_by(Subscription.follower_id)
        .limit(limit)
    ).all()
    rows = db.session.scalars(
        select(Subscription).where(*matching, Subscription.follower_id.in_(ids))
    )
    best: dict[int, Subscription] = {}
    for row in rows:
        known = best.get(row.follower_id)
        if known is None or wanted[row.subject] < wanted[known.subject]:
            best[row.follower_id] = row
    return [best[each] for each in ids if each in best]


def followers_by_id(ids: Collection[int]) -> Mapping[int, Follower]:
    """Followers by their ids."""
    rows = db.session.scalars(select(Follower).where(Follower.id.in_(ids)))
    return {each.id: each for each in rows}


def due_for_digest(pace: Pace, at: datetime, limit: int) -> Sequence[Follower]:
    """Followers of a pace whose digest up to an instant is not made and has something to tell."""
    waiting = select(Notice.id).where(Notice.follower_id == Follower.id, Notice.told_at.is_(None))
    return db.session.scalars(
        select(Follower)
        .where(Follower.pace == pace, Follower.digested_at < at, waiting.exists())
        .order_by(Follower.id)
        .limit(limit)
    ).all()


def is_any_digest_due(now: datetime) -> bool:
    """Whether any digest is to be made at an instant; reads only."""
    paces = (Pace.DAILY, Pace.WEEKLY)
    return any(due_for_digest(pace, last_digest(pace, now, zone()), 1) for pace in paces)


def waiting_notices(follower_id: int) -> Sequence[Notice]:
    """What a follower has not been told yet, the oldest first."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.follower_id == follower_id, Notice.told_at.is_(None))
        .order_by(Notice.id)
    ).all()


def notices(ids: Collection[int]) -> Sequence[Notice]:
    """Notices with what happened, in the order it happened."""
    return db.session.scalars(
        select(Notice)
        .join(Notice.happening)
        .where(Notice.id.in_(ids))
        .options(
            joinedload(Notice.happening)
            .joinedload(Happening.consultation)
            .joinedload(Consultation.department),
            joinedload(Notice.subscription),
        )
        .order_by(Happening.at, Happening.id)
    ).all()


def known_subjects(words: Iterable[str]) -> list[Subject]:
    """The subjects among these words that are there and that the public may know of."""
    read = [each for word in dict.fromkeys(words) if (each := read_subject(word))]
    names = names_of(read)
    return [each for each in read if each in names]


def names_of(subjects: Collection[Subject]) -> dict[Subject, str]:
    """What subjects are called: titles and names as they are, the closed lists' words as msgids.

    A subject that is not there has no entry. Two statements.
    """
    ids = {
        kind: {int(each.value): each for each in subjects if each.kind is kind}
        for kind in (SubjectKind.CONSULTATION, SubjectKind.DEPARTMENT)
    }
    found: dict[Subject, str] = {}
    if matters := ids[SubjectKind.CONSULTATION]:
        rows = select(Consultation.id, Consultation.title).where(
            Consultation.id.in_(matters), Consultation.status == Status.PUBLISHED
        )
        found |= {matters[number]: title for number, title in db.session.execute(rows)}
    if bodies := ids[SubjectKind.DEPARTMENT]:
        rows = select(Department.id, Department.name).where(Department.id.in_(bodies))
        found |= {bodies[number]: name for number, name in db.session.execute(rows)}
    for each in subjects:
        if each.kind is SubjectKind.TOPIC:
            found[each] = Topic(each.value).label
        elif each.kind is SubjectKind.AUDIENCE:
            found[each] = Audience(each.value).label
        elif each.kind is SubjectKind.ALL:
            found[each] = EVERYTHING
    return found


def count_of(address_digest: str) -> int:
    """How many subjects an address follows."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Subscription)
            .join(Follower, Follower.id == Subscription.follower_id)
            .where(Follower.digest == address_digest)
        )
        or 0
    )
