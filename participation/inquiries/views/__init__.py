"""The pages of questions: asking, the public answers, the receipt, the staff's queue."""

from participation.inquiries.views import asking, handling, queue, receipts, showing
from participation.inquiries.views.blueprint import bp

__all__ = ["asking", "bp", "handling", "queue", "receipts", "showing"]
