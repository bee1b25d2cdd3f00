"""What is done with organisations, from their founding to their end."""

from participation.organisations.operations.drafting import Overtaken, drop_opinion, save_opinion
from participation.organisations.operations.forgetting import forget_invitations, forget_unsent
from participation.organisations.operations.founding import (
    LEDGER,
    dissolve_organisation,
    found_organisation,
    rename_organisation,
    replay_organisation,
    unlink_account,
)
from participation.organisations.operations.members import (
    INVITE,
    InvitationLetter,
    accept_invitation,
    hand_over,
    invite_member,
    invited_address,
    leave_organisation,
    let_go,
    pass_on,
    remove_member,
    revoke_invitation,
    takes_part,
    write_invitation,
)
from participation.organisations.operations.sending import (
    Changed,
    GivenSending,
    send_joint_draft,
)

__all__ = [
    "INVITE",
    "LEDGER",
    "Changed",
    "GivenSending",
    "InvitationLetter",
    "Overtaken",
    "accept_invitation",
    "dissolve_organisation",
    "drop_opinion",
    "forget_invitations",
    "forget_unsent",
    "found_organisation",
    "hand_over",
    "invite_member",
    "invited_address",
    "leave_organisation",
    "let_go",
    "pass_on",
    "remove_member",
    "rename_organisation",
    "replay_organisation",
    "revoke_invitation",
    "save_opinion",
    "send_joint_draft",
    "takes_part",
    "unlink_account",
    "write_invitation",
]
