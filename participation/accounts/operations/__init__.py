"""What is done to accounts: departments, people, passwords and sign-in, the first administrator."""

from participation.accounts.operations.credentials import (
    Proof,
    change_password,
    prove,
    prove_own,
    sign_in,
)
from participation.accounts.operations.departments import change_department, create_department
from participation.accounts.operations.erasing import (
    delete_own_account,
    erase_account,
    erase_idle_citizens,
    forgetters,
    replay_account,
)
from participation.accounts.operations.identities import (
    enter_by_identity,
    link_identity,
    unlink_identity,
)
from participation.accounts.operations.links import (
    ask_for_link,
    confirm_address,
    register_by_link,
    remove_address,
    reset_by_link,
    write_letter,
)
from participation.accounts.operations.people import (
    create_user,
    deactivate_user,
    reactivate_user,
    register_citizen,
    reset_password,
    update_profile,
    update_user,
)
from participation.accounts.operations.second_factor import (
    begin_factor,
    confirm_factor,
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    verify_factor,
)
from participation.accounts.operations.sessions import (
    end_other_sessions,
    end_session,
    open_session,
    sign_out,
)
from participation.accounts.operations.setup import make_setup_link, set_up_administrator

__all__ = [
    "Proof",
    "ask_for_link",
    "begin_factor",
    "change_department",
    "change_password",
    "confirm_address",
    "confirm_factor",
    "create_department",
    "create_user",
    "deactivate_user",
    "delete_own_account",
    "end_other_sessions",
    "end_session",
    "enter_by_identity",
    "erase_account",
    "erase_idle_citizens",
    "forgetters",
    "link_identity",
    "make_setup_link",
    "open_session",
    "prove",
    "prove_own",
    "reactivate_user",
    "register_by_link",
    "register_citizen",
    "remove_address",
    "remove_factor",
    "renew_recovery_codes",
    "replay_account",
    "reset_by_link",
    "reset_factor",
    "reset_password",
    "set_up_administrator",
    "sign_in",
    "sign_out",
    "unlink_identity",
    "update_profile",
    "update_user",
    "verify_factor",
    "write_letter",
]
