"""The staff's forms of meetings."""

from participation.meetings.forms.announcement import (
    CancelForm,
    FileForm,
    MeetingForm,
    Typed,
    filled,
)
from participation.meetings.forms.record import (
    RecordForm,
    count_of,
    record_filled,
    record_form,
    record_of,
)

__all__ = [
    "CancelForm",
    "FileForm",
    "MeetingForm",
    "RecordForm",
    "Typed",
    "count_of",
    "filled",
    "record_filled",
    "record_form",
    "record_of",
]
