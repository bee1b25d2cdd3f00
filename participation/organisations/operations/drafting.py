"""What members write together: one opinion at a time, and nobody's words lost to another's."""

from __future__ import annotations

import secrets

from participation.comments import rules as comments
from participation.comments.baskets import MOST_TEXT
from participation.comments.operations import SubmittedComment
from participation.comments.operations.aiming import aim_of
from participation.comments.operations.submit import checked, checked_key
from participation.comments.queries import by_submission_key
from participation.comments.rules import MOST_AT_ONCE
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_shared
from participation.consultations.rules import PUBLIC_STAGES
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.events import record
from participation.kernel.verdict import N_
from participation.organisations import queries, rules
from participation.organisations.events import JointOpinionDropped
from participation.organisations.models import JointDraft, JointOpinion
from participation.organisations.operations.entering import enter

WORDS = (
    *("clause_key", "document_id", "quoted_text", "quoted_at"),
    *("stance", "body", "proposal_kind", "proposed_text"),
)
"""What an opinion of a joint draft has of what a person sends."""
FULL = N_("一份草稿最多 %(most)s 条意见，请先合并，或者先提交写好的这些。")
TOO_MUCH = N_("这份草稿合起来已超过 %(most)s 字，请删减，或者先提交写好的这些。")


class Overtaken(Refused):
    """Somebody else saved or dropped the opinion since it was read; `present` is how it stands."""

    def __init__(self, present: JointOpinion | None) -> None:
        super().__init__(rules.OVERTAKEN)
        self.present = present


def save_opinion(
    actor: Actor, organisation_id: int, slug: str, written: SubmittedComment, seen: int
) -> JointOpinion:
    """Write an opinion of the joint draft, or write it anew, in the open window.

    `seen` is the version that the writer had read, 0 for a new one. Raises Overtaken where it is
    another by now; saved with that version, the words replace the other's knowingly. The same new
    opinion saved twice is one. Raises NotFound, Refused and Invalid as sending does.
    """
    enter(actor, organisation_id)
    consultation = _open(slug)
    written = checked(written)
    aim_of(consultation.id, written)
    key = checked_key(written.submission_key)
    draft = queries.unsent_draft(organisation_id, consultation.id)
    found = queries.opinion_by_key(draft.id, key) if draft else None
    if found is None and by_submission_key(consultation.id, key):
        raise Refused(rules.SENT_ALREADY)
    if found is not None and _says(found, written):
        return found
    if seen != (found.version if found else 0):
        raise Overtaken(found)
    if draft is None:
        draft = _begin(organisation_id, consultation)
    kept = found or JointOpinion(draft_id=draft.id, submission_key=key, version=0)
    for name in WORDS:
        setattr(kept, name, getattr(written, name))
    kept.version, kept.written_by_id, kept.written_at = kept.version + 1, actor.id, clock.now()
    db.session.add(kept)
    db.session.flush()
    _check_room(draft)
    return kept


def drop_opinion(actor: Actor, organisation_id: int, slug: str, key: str, seen: int) -> None:
    """Take an opinion out of the draft; one that is gone is gone. Overtaken as for saving."""
    enter(actor, organisation_id)
    consultation = _open(slug)
    draft = queries.unsent_draft(organisation_id, consultation.id)
    found = queries.opinion_by_key(draft.id, key) if draft else None
    if draft is None or found is None:
        return
    if found.version != seen:
        raise Overtaken(found)
    db.session.delete(found)
    db.session.flush()
    record(JointOpinionDropped(actor=actor, organisation_id=organisation_id, draft_id=draft.id))


def _open(slug: str) -> Consultation:
    consultation = lock_shared(slug)
    stage = consultation.stage(clock.now())
    if stage not in PUBLIC_STAGES:
        raise NotFound(slug)
    comments.may_submit(stage).enforce()
    return consultation


def _begin(organisation_id: int, consultation: Consultation) -> JointDraft:
    draft = JointDraft(
        organisation_id=organisation_id,
        consultation_id=consultation.id,
        submission_key=secrets.token_urlsafe(18),
        begun_at=clock.now(),
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _says(found: JointOpinion, written: SubmittedComment) -> bool:
    return all(getattr(found, name) == getattr(written, name) for name in WORDS)


def _check_room(draft: JointDraft) -> None:
    opinions = queries.opinions_of(draft.id)
    if len(opinions) > MOST_AT_ONCE:
        raise Invalid(FULL, {"most": MOST_AT_ONCE})
    texts = (each.body + each.proposed_text + each.quoted_text for each in opinions)
    if sum(map(len, texts)) > MOST_TEXT:
        raise Invalid(TOO_MUCH, {"most": MOST_TEXT}, "body")
