"""The pages of organisations: one's own, their members, joint drafts, sending for the body."""

from participation.organisations.views import drafting, home, joining, leaving, sending
from participation.organisations.views.blueprint import bp

__all__ = ["bp", "drafting", "home", "joining", "leaving", "sending"]
