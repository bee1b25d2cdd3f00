"""What is due to be forgotten now, counted and selected the same way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from participation.accounts.models import AccountLink, SecondFactor, SetupLink, UserSession
from participation.accounts.queries import idle_citizens
from participation.accounts.rules import CITIZEN_SESSION_LIVES
from participation.comments.models import (
    Attachment,
    Comment,
    CommentSupport,
    ContactConfirmation,
    ContactReveal,
    SpentChallenge,
)
from participation.comments.rules import CONFIRM_WITHIN, FILE_WAITS
from participation.consultations.models import Consultation
from participation.inquiries.models import Inquiry
from participation.inquiries.queries import mails_due
from participation.kernel.db import db
from participation.kernel.jobs import Job, JobState
from participation.organisations.models import Invitation
from participation.organisations.queries import invitations_due, unsent_due
from participation.privacy import rules


def due_counts(now: datetime) -> dict[str, int]:
    """How many rows of each kind are due at `now`."""
    return {
        "contacts": _count(select(Comment.id).where(contacts_due(now))),
        "question_mails": _count(select(Inquiry.id).where(mails_due(now))),
        "unsent_opinions": _count(unsent_due(now)),
        "invitations": _count(select(Invitation.id).where(invitations_due(now))),
        "idle_accounts": _count(idle_citizens(rules.idle_since(now))),
        "done_jobs": _count(select(Job.id).where(jobs_due(now))),
        "setup_links": _count(select(SetupLink.token_hash).where(links_due(now))),
        "account_links": _count(select(AccountLink.key).where(account_links_due(now))),
        "ended_sessions": _count(select(UserSession.key).where(sessions_due(now))),
        "unproved_secrets": _count(
            select(SecondFactor.user_id).where(
                SecondFactor.pending_sealed.is_not(None),
                SecondFactor.begun_at < now - rules.UNPROVED_SECRETS_KEPT,
            )
        ),
        "waiting_files": _count(select(Attachment.id).where(waiting_files_due(now))),
        "contact_links": _count(
            select(ContactConfirmation.token_hash).where(contact_links_due(now))
        ),
        "asked_supports": _count(select(CommentSupport.id).where(supports_due(now))),
        "spent_challenges": _count(select(SpentChallenge.challenge).where(challenges_due(now))),
        "reveals": _count(select(ContactReveal.id).where(reveals_due(now))),
    }


def supports_due(now: datetime) -> ColumnElement[bool]:
    """Supports that were asked for and never confirmed."""
    return CommentSupport.supported_at.is_(None) & (CommentSupport.asked_at < now - CONFIRM_WITHIN)


def contacts_due(now: datetime) -> ColumnElement[bool]:
    """Opinions with a name or contact whose time is up."""
    sealed = select(Consultation.id).where(Consultation.sealed_at <= rules.contacts_until(now))
    return (
        or_(Comment.name_sealed.is_not(None), Comment.contact_sealed.is_not(None))
    ) & Comment.consultation_id.in_(sealed)


def consultations_with_contacts_due(now: datetime) -> list[int]:
    """Ids of the consultations they are on."""
    found = select(Comment.consultation_id).where(contacts_due(now)).distinct()
    return list(db.session.scalars(found.order_by(Comment.consultation_id)))


def jobs_due(now: datetime) -> ColumnElement[bool]:
    """Jobs that were done long ago: their payloads tell what happened to whom."""
    return (Job.state == JobState.DONE) & (Job.done_at < now - rules.DONE_JOBS_KEPT)


def links_due(now: datetime) -> ColumnElement[bool]:
    """Set-up links that are used or dead."""
    return SetupLink.created_at < now - rules.SETUP_LINKS_KEPT


def waiting_files_due(now: datetime) -> ColumnElement[bool]:
    """Files that were uploaded for an opinion which was never sent."""
    return Attachment.comment_id.is_(None) & (Attachment.uploaded_at < now - FILE_WAITS)


def contact_links_due(now: datetime) -> ColumnElement[bool]:
    """Links to prove a contact, used or dead."""
    return ContactConfirmation.created_at < now - rules.MAILED_LINKS_KEPT


def challenges_due(now: datetime) -> ColumnElement[bool]:
    """Proofs of work whose challenge has expired: it would not be accepted again anyway."""
    return SpentChallenge.expires_at < now


def account_links_due(now: datetime) -> ColumnElement[bool]:
    """Links of accounts by mail, used or dead long since."""
    return AccountLink.created_at < now - rules.ACCOUNT_LINKS_KEPT


def sessions_due(now: datetime) -> ColumnElement[bool]:
    """Sessions that have ended by their age."""
    return UserSession.started_at < now - CITIZEN_SESSION_LIVES


def reveals_due(now: datetime) -> ColumnElement[bool]:
    """Counted reveals of more than a month ago; the audit keeps its entries."""
    return ContactReveal.at < now - rules.REVEALS_KEPT


def _count(statement: Select) -> int:  # type: ignore[type-arg]
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
