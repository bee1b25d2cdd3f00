"""Forgetting what is due, a piece at a time; moving sealed values to the present key; replaying."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, select

from participation.accounts import operations as accounts
from participation.accounts.models import AccountLink, SetupLink, UserSession
from participation.accounts.operations.second_factor import forget_unfinished
from participation.comments import operations as comments
from participation.comments.models import (
    CommentSupport,
    ContactConfirmation,
    ContactReveal,
    SpentChallenge,
)
from participation.comments.rules import FILE_WAITS
from participation.inquiries import operations as inquiries
from participation.kernel import erasures, sealing
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db
from participation.kernel.erasures import Entry
from participation.kernel.errors import Refused
from participation.kernel.events import record
from participation.kernel.jobs import Job
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.organisations import operations as organisations
from participation.privacy import queries, rules
from participation.privacy.events import ErasuresReplayed, KeyRotated

PIECE = 500


def purge_piece(now: datetime) -> dict[str, int]:
    """Forget up to `PIECE` rows of each kind that is due; returns how many of each went.

    Done again it finds nothing: every kind is selected by what makes it due.
    """
    return {
        "contacts": _forget_contacts(now),
        "question_mails": inquiries.forget_mails(now, PIECE),
        "unsent_opinions": organisations.forget_unsent(now, PIECE),
        "invitations": organisations.forget_invitations(now, PIECE),
        "idle_accounts": accounts.erase_idle_citizens(rules.idle_since(now), PIECE),
        "done_jobs": _delete(Job, Job.id, queries.jobs_due(now)),
        "setup_links": _delete(SetupLink, SetupLink.token_hash, queries.links_due(now)),
        "account_links": _delete(AccountLink, AccountLink.key, queries.account_links_due(now)),
        "ended_sessions": _delete(UserSession, UserSession.key, queries.sessions_due(now)),
        "unproved_secrets": forget_unfinished(now - rules.UNPROVED_SECRETS_KEPT),
        "waiting_files": comments.forget_waiting(now - FILE_WAITS, PIECE),
        "contact_links": _delete(
            ContactConfirmation, ContactConfirmation.token_hash, queries.contact_links_due(now)
        ),
        "asked_supports": _delete(CommentSupport, CommentSupport.id, queries.supports_due(now)),
        "spent_challenges": _delete(
            SpentChallenge, SpentChallenge.challenge, queries.challenges_due(now)
        ),
        "reveals": _delete(ContactReveal, ContactReveal.id, queries.reveals_due(now)),
    }


def _forget_contacts(now: datetime) -> int:
    return sum(
        comments.forget_contacts(each) for each in queries.consultations_with_contacts_due(now)[:5]
    )


def _delete(table: Any, key: Any, is_due: Any) -> int:
    due = select(key).where(is_due).order_by(key).limit(PIECE)
    gone: Any = db.session.execute(
        delete(table).where(key.in_(due)).execution_options(synchronize_session=False)
    )
    count: int = gone.rowcount
    return count


def reseal_piece(column: Column[Any], most: int) -> int:
    """Move up to `most` values of a column to the present key; raises Refused for a lost key."""
    try:
        return sealing.reseal(column, most)
    except ValueError as error:
        raise Refused(
            N_("%(column)s 中有值打不开：密钥不在设置里。请先把缺少的密钥加回 encryption_key。"),
            {"column": str(column)},
        ) from error


def note_rotation(count: int) -> None:
    """Enter that values have moved to the present key."""
    record(KeyRotated(actor=SYSTEM, count=count, key=vault().key_ids[0]))


def replay_entry(entry: Entry) -> bool | None:
    """Erase again what an entry names: True done, False gone already, None not there."""
    if entry.kind == "account":
        return accounts.replay_account(entry)
    if entry.kind in inquiries.KINDS:
        return inquiries.replay_entry(entry)
    if replay := erasures.replayers.get(entry.kind):
        return replay(entry)
    return comments.replay_entry(entry)


def note_replay(count: int) -> None:
    """Enter that erasures were replayed."""
    record(ErasuresReplayed(actor=SYSTEM, count=count))
