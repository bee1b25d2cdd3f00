"""The acts on opinions: sent, entered, shown, withdrawn, answered, locked, erased, revealed."""

from participation.comments.operations.correct import (
    CorrectedWords,
    Correction,
    correct_comment,
    corrections_of,
)
from participation.comments.operations.erasing import erase_comment, replay_entry
from participation.comments.operations.forget import forget_contacts
from participation.comments.operations.moderate import release, withhold
from participation.comments.operations.outcomes import (
    assign_outcome,
    mark_duplicate,
    unmark_duplicate,
)
from participation.comments.operations.restricting import restrict, unrestrict
from participation.comments.operations.reveal import note_reveal
from participation.comments.operations.rights import (
    ask_erasure,
    delete_contact,
    grant_erasure,
    refuse_erasure,
)
from participation.comments.operations.submit import (
    EnteredComment,
    Submission,
    SubmittedComment,
    enter_comment,
    submit_comment,
)
from participation.comments.operations.withdraw import withdraw

__all__ = [
    "CorrectedWords",
    "Correction",
    "EnteredComment",
    "Submission",
    "SubmittedComment",
    "ask_erasure",
    "assign_outcome",
    "correct_comment",
    "corrections_of",
    "delete_contact",
    "enter_comment",
    "erase_comment",
    "forget_contacts",
    "grant_erasure",
    "mark_duplicate",
    "note_reveal",
    "refuse_erasure",
    "release",
    "replay_entry",
    "restrict",
    "submit_comment",
    "unmark_duplicate",
    "unrestrict",
    "withdraw",
    "withhold",
]
