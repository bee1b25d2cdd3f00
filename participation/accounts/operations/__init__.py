"""What is done to accounts: departments, people, passwords and sign-in, the first administrator."""

from participation.accounts.operations.credentials import (
    Proof,
    change_password,
    prove,
    prove_own,
    sign_in,
    sign_out,
)
from participation.accounts.operations.departments import change_department, create_department
from participation.accounts.operations.people import (
    create_user,
    deactivate_user,
    reactivate_user,
    register_citizen,
    reset_password,
    update_profile,
    update_user,
)
from participation.accounts.operations.setup import make_setup_link, set_up_administrator

__all__ = [
    "Proof",
    "change_department",
    "change_password",
    "create_department",
    "create_user",
    "deactivate_user",
    "make_setup_link",
    "prove",
    "prove_own",
    "reactivate_user",
    "register_citizen",
    "reset_password",
    "set_up_administrator",
    "sign_in",
    "sign_out",
    "update_profile",
    "update_user",
]
