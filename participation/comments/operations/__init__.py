"""The acts on opinions: sent, entered, shown, withdrawn, answered, locked, erased, revealed."""

from participation.comments.operations.attaching import (
    discard_file,
    forget_waiting,
    hide_file,
    keep_evidence,
    keep_file,
    release_file,
)
from participation.comments.operations.calling import confirm_by_call, take_call_back
from participation.comments.operations.confirming import (
    ask_again,
    asked_by,
    confirm_contact,
    disown_contact,
    pending_token,
)
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
from participation.comments.operations.reaching import ask_codes, index_contacts, want_mail
from participation.comments.operations.restricting import restrict, unrestrict
from participation.comments.operations.reveal import note_names, note_reveal
from participation.comments.operations.rights import (
    ask_erasure,
    delete_contact,
    grant_erasure,
    refuse_erasure,
)
from participation.comments.operations.sending import Sent, submit_sending
from participation.comments.operations.spending import spend_proof
from participation.comments.operations.submit import (
    EnteredComment,
    Submission,
    SubmittedComment,
    checked_entry,
    enter_comment,
    enter_in,
    submit_comment,
)
from participation.comments.operations.supporting import (
    ask_support,
    confirm_support,
    support_as,
    support_token,
    supported_by,
    withdraw_as,
    withdraw_support,
)
from participation.comments.operations.withdraw import withdraw

__all__ = [
    "CorrectedWords",
    "Correction",
    "EnteredComment",
    "Sent",
    "Submission",
    "SubmittedComment",
    "ask_again",
    "ask_codes",
    "ask_erasure",
    "ask_support",
    "asked_by",
    "assign_outcome",
    "checked_entry",
    "confirm_by_call",
    "confirm_contact",
    "confirm_support",
    "correct_comment",
    "corrections_of",
    "delete_contact",
    "discard_file",
    "disown_contact",
    "enter_comment",
    "enter_in",
    "erase_comment",
    "forget_contacts",
    "forget_waiting",
    "grant_erasure",
    "hide_file",
    "index_contacts",
    "keep_evidence",
    "keep_file",
    "mark_duplicate",
    "note_names",
    "note_reveal",
    "pending_token",
    "refuse_erasure",
    "release",
    "release_file",
    "replay_entry",
    "restrict",
    "spend_proof",
    "submit_comment",
    "submit_sending",
    "support_as",
    "support_token",
    "supported_by",
    "take_call_back",
    "unmark_duplicate",
    "unrestrict",
    "want_mail",
    "withdraw",
    "withdraw_as",
    "withdraw_support",
    "withhold",
]
