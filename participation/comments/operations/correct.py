"""Correcting an opinion: whoever holds its receipt may, until the close; both versions are kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

from sqlalchemy import func, select

from participation.comments import rules
from participation.comments.events import CommentCorrected
from participation.comments.models import Comment, CommentVersion
from participation.comments.operations.aiming import check_proposal
from participation.comments.operations.hiding import hide, locked
from participation.comments.operations.links import forget_supports
from participation.comments.operations.outcomes import (
    free_duplicates_of,
    stand_alone,
    wait_for_answer,
)
from participation.comments.operations.series import add_to_tallies
from participation.comments.operations.submit import SubmittedComment, checked, words_digest
from participation.comments.queries import by_receipt
from participation.comments.rules import (
    Dimension,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Visibility,
)
from participation.consultations.operations import touch_id
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.events import record
from participation.kernel.verdict import N_, provided


@dataclass(frozen=True, kw_only=True)
class CorrectedWords:
    """What an author may change; what the opinion is about stays as it was sent."""

    body: str
    stance: Stance
    respondent_kind: RespondentKind
    proposed_text: str = ""
    proposal_kind: ProposalKind | None = None


class Correction(NamedTuple):
    """The opinion as it is now, and whether this act changed it."""

    comment: Comment
    is_new: bool


NAMES = tuple(each.name for each in fields(CorrectedWords))


def correct_comment(
    receipt: str, corrected: CorrectedWords, seen: int, actor: Actor = GUEST
) -> Correction:
    """Replace an opinion's words; the former ones are kept, the new ones wait to be looked at.

    `seen` is how many corrections there were when the author began to write: a second window does
    not write over the first. The words that stand already change nothing, so sending them twice is
    one act. What stood in a point or repeated another is to be answered anew. Raises NotFound,
    Refused (closed, withdrawn, locked, changed meanwhile), Invalid naming a field.
    """
    found = by_receipt(receipt)
    consultation, comment = locked(found.consultation_id, found.number)
    made = corrections_of(comment.id)
    stage = consultation.stage(clock.now())
    rules.may_correct(stage, comment.outcome, comment.visibility, made).enforce()
    words = _checked(comment, corrected)
    if all(getattr(comment, name) == getattr(words, name) for name in NAMES):
        return Correction(comment, is_new=False)
    provided(
        made == seen, N_("这条意见刚才在别处改过了。您写的内容还在下面，请对照后再保存。")
    ).enforce()
    decided = comment.visibility is not Visibility.WAITING
    _replace(comment, words, made + 1)
    if decided:
        hide(comment, Visibility.WAITING)
    _answer_anew(actor, comment)
    touch_id(consultation.id)
    record(
        CommentCorrected(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
            version=made + 2,
            decided=decided,
        )
    )
    return Correction(comment, is_new=True)


def corrections_of(comment_id: int) -> int:
    """How often an opinion was corrected."""
    counted = db.session.scalar(select(func.count()).where(CommentVersion.comment_id == comment_id))
    return counted or 0


def _checked(comment: Comment, corrected: CorrectedWords) -> CorrectedWords:
    given = {name: getattr(corrected, name) for name in NAMES}
    tidy = checked(SubmittedComment(**given, submission_key=comment.submission_key))
    words = CorrectedWords(**{name: getattr(tidy, name) for name in NAMES})
    check_proposal(
        words.proposal_kind, words.proposed_text, on_clause=comment.clause_id is not None
    )
    return words


def _replace(comment: Comment, words: CorrectedWords, version: int) -> None:
    db.session.add(
        CommentVersion(
            comment_id=comment.id,
            version=version,
            written_at=comment.corrected_at or comment.received_at,
            replaced_at=clock.now(),
            **{name: getattr(comment, name) for name in NAMES},
        )
    )
    changes: dict[tuple[Dimension, str], int] = {}
    for dimension, before, after in (
        (Dimension.STANCE, comment.stance, words.stance),
        (Dimension.RESPONDENT_KIND, comment.respondent_kind, words.respondent_kind),
    ):
        if before is not after:
            changes |= {(dimension, str(before)): -1, (dimension, str(after)): 1}
    add_to_tallies(comment.consultation_id, changes)
    for name in NAMES:
        setattr(comment, name, getattr(words, name))
    comment.words_digest = words_digest(words.body, words.proposed_text)
    comment.corrected_at = clock.now()
    comment.moderated_at = comment.moderated_by_id = None
    db.session.flush()


def _answer_anew(actor: Actor, comment: Comment) -> None:
    """Other words are another opinion: no answer, likeness or support holds any more."""
    forget_supports(comment)
    free_duplicates_of(actor, comment)
    if comment.outcome is Outcome.DUPLICATE:
        stand_alone(actor, comment)
    wait_for_answer(comment)
    db.session.flush()
