"""The pages of opinions: writing one, its receipt, and the staff's queue."""

from participation.comments.views import entry, privacy, receipts, rights, staff, write
from participation.comments.views.blueprint import bp

__all__ = ["bp", "entry", "privacy", "receipts", "rights", "staff", "write"]
