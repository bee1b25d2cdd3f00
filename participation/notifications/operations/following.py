"""Asking to follow, confirming it, changing it and ending it, by an address alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from participation.comments.contacts import digest
from participation.kernel import clock, erasures, jobs
from participation.kernel.db import db
from participation.kernel.errors import NotFound, Refused
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.notifications import queries, rules
from participation.notifications.models import Follower, FollowRequest, Notice, Subscription
from participation.notifications.operations.telling import flush
from participation.notifications.rules import Pace, Subject, is_told

ENDED = "subscription"
"""What the erasure ledger calls a subscription that was ended."""
REQUEST_LETTER = "notifications.request"
WORN_OUT = N_("这个链接已经失效：确认链接三天内有效，只能用一次。请重新订阅。")


def ask_to_follow(address: str, subjects: Collection[Subject], pace: Pace, locale: str) -> None:
    """Send a letter that asks whether the address wants to follow these subjects.

    Nothing is followed before its link is confirmed. What is answered tells nobody whether the
    address is known, and an address that confirms nothing gets three letters a day at most.
    """
    _ask(address, [str(each) for each in subjects], pace, locale)


def ask_for_own(address: str, locale: str) -> None:
    """Send the link to what an address follows; a letter that says so where it follows nothing."""
    _ask(address, [], Pace.EACH, locale)


def _ask(address: str, subjects: list[str], pace: Pace, locale: str) -> None:
    now, found = clock.now(), digest(address)
    if queries.letters_since(found, now - timedelta(days=1)) >= rules.LETTERS_A_DAY:
        return
    nonce = secrets.token_urlsafe(16)
    request = FollowRequest(
        nonce=nonce,
        digest=found,
        address_sealed=vault().seal(address, f"follow_request.address:{nonce}"),
        subjects=subjects,
        pace=pace,
        locale=locale,
        created_at=now,
    )
    db.session.add(request)
    db.session.flush()
    jobs.enqueue(REQUEST_LETTER, {"request_id": request.id})


def confirm(nonce: str) -> Follower:
    """Follow what was asked for; raises Refused for a link that is used or too old.

    Pressing twice does it once: the second press finds the request used and changes nothing.
    """
    request = db.session.scalars(
        select(FollowRequest).where(FollowRequest.nonce == nonce).with_for_update()
    ).one_or_none()
    now = clock.now()
    if request is None or not request.subjects:
        raise NotFound("request")
    if now >= request.created_at + rules.CONFIRM_WITHIN:
        raise Refused(WORN_OUT)
    follower = queries.follower_by_digest(request.digest)
    if request.used_at is not None:
        if follower is None:
            raise Refused(WORN_OUT)
        return follower
    request.used_at = now
    follower = follower or _begin(request)
    follower.locale = request.locale
    _set_pace(follower, request.pace)
    _follow(follower, request.subjects)
    return follower


def _begin(request: FollowRequest) -> Follower:
    address = vault().open(request.address_sealed, f"follow_request.address:{request.nonce}")
    key, now = secrets.token_urlsafe(16), clock.now()
    follower = Follower(
        digest=request.digest,
        address_sealed=vault().seal(address, f"follower.address:{key}"),
        stop_key=key,
        locale=request.locale,
        pace=request.pace,
        created_at=now,
        digested_at=now,
    )
    db.session.add(follower)
    db.session.flush()
    return follower


def _follow(follower: Follower, subjects: Sequence[str]) -> None:
    known = {each.subject for each in follower.subscriptions}
    for word in dict.fromkeys(subjects):
        if word in known:
            continue
        rules.may_follow_more(len(follower.subscriptions)).enforce()
        follower.subscriptions.append(Subscription(subject=word, confirmed_at=clock.now()))
    db.session.flush()


def change(follower: Follower, keep: Collection[str], pace: Pace, locale: str) -> bool:
    """Keep only these subjects, at that pace; whether anything is followed still."""
    follower = db.session.get_one(Follower, follower.id, with_for_update=True)
    follower.locale = locale
    _end(follower, [each for each in follower.subscriptions if each.subject not in keep])
    if not follower.subscriptions:
        _forget(follower)
        return False
    _set_pace(follower, pace)
    db.session.flush()
    return True


def stop(key: str, subscription_id: int | None) -> None:
    """End one subscription of the letters' key, or all; done again it changes nothing."""
    follower = db.session.scalars(
        select(Follower).where(Follower.stop_key == key).with_for_update()
    ).one_or_none()
    if follower is None:
        return
    every = list(follower.subscriptions)
    _end(follower, [each for each in every if subscription_id in (None, each.id)])
    if not follower.subscriptions:
        _forget(follower)
    db.session.flush()


def forget_address(found: str) -> None:
    """End all that an address follows, and what was asked for it, by its digest."""
    if follower := queries.follower_by_digest(found):
        stop(follower.stop_key, None)
    db.session.execute(delete(FollowRequest).where(FollowRequest.digest == found))


def _set_pace(follower: Follower, pace: Pace) -> None:
    follower.pace = pace
    if pace is Pace.EACH:
        # What waited for a digest that will not come any more is told now.
        flush(follower)


def _end(follower: Follower, ended: Sequence[Subscription]) -> None:
    gone = {each.id for each in ended}
    left = [each for each in follower.subscriptions if each.id not in gone]
    for notice in queries.waiting_notices(follower.id):
        if notice.subscription_id in gone and (other := _other(notice, left)):
            notice.subscription_id = other.id
    db.session.flush()
    for each in ended:
        # A restored backup must not write again to whoever has unsubscribed since.
        erasures.note(ENDED, digest=_digest_of(follower, each), number=each.id)
        follower.subscriptions.remove(each)
    db.session.flush()


def _digest_of(follower: Follower, subscription: Subscription) -> str:
    """What tells a subscription from another one of the same number, without naming anybody."""
    begun = subscription.confirmed_at.isoformat(timespec="microseconds")
    said = f"{ENDED}:{follower.stop_key}:{subscription.subject}:{begun}"
    return hashlib.sha256(said.encode()).hexdigest()


def end_again(entry: erasures.Entry) -> bool:
    """End a subscription again after a restore; whether it was there."""
    found = db.session.get(Subscription, entry.number)
    follower = db.session.get(Follower, found.follower_id, with_for_update=True) if found else None
    if found is None or follower is None or _digest_of(follower, found) != entry.digest:
        return False
    stop(follower.stop_key, found.id)
    return True


def _other(notice: Notice, left: Sequence[Subscription]) -> Subscription | None:
    """Another subscription by which the same news is told, the narrowest."""
    happening = notice.happening
    ranks = {
        str(each): each.rank
        for each in queries.subjects_of(happening.consultation)
        if is_told(each.kind, happening.kind)
    }
    fitting = [each for each in left if each.subject in ranks and each.confirmed_at <= happening.at]
    return min(fitting, key=lambda each: ranks[each.subject], default=None)


def _forget(follower: Follower) -> None:
    """An address that follows nothing is not kept, nor what was asked for it."""
    db.session.execute(delete(FollowRequest).where(FollowRequest.digest == follower.digest))
    db.session.delete(follower)
    db.session.flush()
