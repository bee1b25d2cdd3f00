"""The lead sends a joint draft for the organisation: all of it at once, as it was looked over."""

from __future__ import annotations

from dataclasses import dataclass

from participation.comments.operations import Sent, SubmittedComment, submit_sending
from participation.comments.rules import Channel
from participation.consultations.queries import public_by_slug
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.events import record
from participation.organisations import queries, rules
from participation.organisations.events import JointDraftSubmitted
from participation.organisations.models import JointDraft, JointOpinion, Organisation
from participation.organisations.operations.drafting import WORDS
from participation.organisations.operations.entering import enter


@dataclass(frozen=True, kw_only=True)
class GivenSending:
    """What the lead adds: `key` is the draft's, `state` what `queries.state_of` said of the list
    that was looked over; `files` go with the opinion at `files_at`, from 0."""

    key: str
    state: str
    contact: str = ""
    locale: str = "zh"
    files: tuple[str, ...] = ()
    files_at: int = 0


class Changed(Refused):
    """A member changed the draft after the lead had looked it over: it is to be looked at again."""

    def __init__(self) -> None:
        super().__init__(rules.CHANGED)


def send_joint_draft(actor: Actor, organisation_id: int, slug: str, given: GivenSending) -> Sent:
    """Send all opinions of the draft in one sending, with the organisation's name and kind.

    The same key gives the first sending again, at any time. The words then stand in the sending
    alone. Raises what `submit_sending` does; Changed, also for a key of no draft here.
    """
    organisation, own = enter(actor, organisation_id)
    rules.may_send(own.part).enforce()
    draft = queries.draft_by_key(organisation_id, given.key)
    if draft is None or draft.consultation_id != public_by_slug(slug, clock.now()).id:
        raise Changed
    if draft.sending is not None:
        return Sent(draft.sending, is_new=False)
    opinions = list(queries.opinions_of(draft.id))
    if queries.state_of(opinions) != given.state:
        raise Changed
    words = [_spoken(organisation, each, given, at) for at, each in enumerate(opinions)]
    made = submit_sending(actor, slug, given.key, words)
    _finish(actor, draft, made, opinions)
    return made


def _spoken(
    organisation: Organisation, opinion: JointOpinion, given: GivenSending, at: int
) -> SubmittedComment:
    return SubmittedComment(
        **{name: getattr(opinion, name) for name in WORDS},
        submission_key=opinion.submission_key,
        respondent_kind=organisation.kind,
        name=organisation.name,
        contact=given.contact,
        locale=given.locale,
        channel=Channel.ACCOUNT,
        files=given.files if at == given.files_at else (),
    )


def _finish(actor: Actor, draft: JointDraft, made: Sent, opinions: list[JointOpinion]) -> None:
    draft.sending_id, draft.submitted_at = made.sending.id, clock.now()
    draft.submitted_by_id = actor.id
    for each in opinions:
        db.session.delete(each)
    db.session.flush()
    record(
        JointDraftSubmitted(
            actor=actor,
            consultation_id=draft.consultation_id,
            organisation_id=draft.organisation_id,
            draft_id=draft.id,
            sending_id=made.sending.id,
            count=len(opinions),
        )
    )
