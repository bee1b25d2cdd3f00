"""The acts on opinions: sent, entered, released, withheld, withdrawn, marked, answered."""

from participation.comments.operations.forget import forget_contacts
from participation.comments.operations.moderate import release, withhold
from participation.comments.operations.outcomes import (
    assign_outcome,
    mark_duplicate,
    unmark_duplicate,
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
    "EnteredComment",
    "Submission",
    "SubmittedComment",
    "assign_outcome",
    "enter_comment",
    "forget_contacts",
    "mark_duplicate",
    "release",
    "submit_comment",
    "unmark_duplicate",
    "withdraw",
    "withhold",
]
