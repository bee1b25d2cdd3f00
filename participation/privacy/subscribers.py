"""After every erasure the traces that the database keeps of it are emptied, too."""

from __future__ import annotations

from participation.accounts.events import AccountErased
from participation.comments.events import (
    CommentErased,
    CommentWithdrawn,
    ContactForgotten,
    ContactsForgotten,
)
from participation.inquiries.events import (
    InquiryErased,
    InquiryMailForgotten,
    InquiryMailsForgotten,
    InquiryWithdrawn,
)
from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.events import DomainEvent, subscribe
from participation.organisations.events import (
    InvitationRevoked,
    JointDraftsForgotten,
    JointDraftSubmitted,
    JointOpinionDropped,
    MemberJoined,
    OrganisationDissolved,
)

FORGET_TRACES = "privacy.forget_traces"


@subscribe(
    AccountErased,
    CommentErased,
    CommentWithdrawn,
    ContactForgotten,
    ContactsForgotten,
    InquiryErased,
    InquiryMailForgotten,
    InquiryMailsForgotten,
    InquiryWithdrawn,
    InvitationRevoked,
    JointDraftSubmitted,
    JointDraftsForgotten,
    JointOpinionDropped,
    MemberJoined,
    OrganisationDissolved,
)
def forget_traces(_event: DomainEvent) -> None:
    """SQLite's write-ahead log holds the old pages until a checkpoint empties it."""
    if db.engine.dialect.name == "sqlite":
        jobs.enqueue(FORGET_TRACES, {})
