"""The pages of meetings: the announcement and record for everybody, the work for staff."""

from participation.meetings.views import announcing, recording, showing
from participation.meetings.views.entrance import bp

__all__ = ["announcing", "bp", "recording", "showing"]
