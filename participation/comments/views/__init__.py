"""The pages of opinions: writing one, its receipt, and the staff's queue."""

from participation.comments.views import entry, receipts, staff, write
from participation.comments.views.blueprint import bp

__all__ = ["bp", "entry", "receipts", "staff", "write"]
