"""The pages of accounts: one's own, and those of the administrator."""

from participation.accounts.views import departments, own, people, rights, second_factor
from participation.accounts.views.blueprint import bp, connect

__all__ = ["bp", "connect", "departments", "own", "people", "rights", "second_factor"]
