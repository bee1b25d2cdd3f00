"""What is done with questions, from their arrival to their erasure."""

from participation.inquiries.operations.asking import (
    Asked,
    AskedQuestion,
    Elsewhere,
    ask_question,
    due_for,
)
from participation.inquiries.operations.handling import (
    GivenAnswer,
    answer_inquiry,
    class_inquiry,
    refer_inquiry,
    return_inquiry,
    revise_answer,
)
from participation.inquiries.operations.removing import (
    KINDS,
    erase_inquiry,
    forget_mail,
    forget_mails,
    replay_entry,
    settle_provisional,
    withdraw_inquiry,
)

__all__ = [
    "KINDS",
    "Asked",
    "AskedQuestion",
    "Elsewhere",
    "GivenAnswer",
    "answer_inquiry",
    "ask_question",
    "class_inquiry",
    "due_for",
    "erase_inquiry",
    "forget_mail",
    "forget_mails",
    "refer_inquiry",
    "replay_entry",
    "return_inquiry",
    "revise_answer",
    "settle_provisional",
    "withdraw_inquiry",
]
