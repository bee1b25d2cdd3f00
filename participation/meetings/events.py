"""What happens to a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class MeetingAnnounced(DomainEvent):
    sentence: ClassVar[str] = N_("预告了会议")
    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(DomainEvent):
    sentence: ClassVar[str] = N_("更改了会议安排")
    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(DomainEvent):
    sentence: ClassVar[str] = N_("取消了会议")
    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class RecordPublished(DomainEvent):
    sentence: ClassVar[str] = N_("公布了会议记录")
    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class RecordSaved(DomainEvent):
    sentence: ClassVar[str] = N_("填写了会议记录")
    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class RecordCorrected(RecordPublished):
    """A public record changed; whoever hears of records being published hears of it."""

    sentence: ClassVar[str] = N_("更正了已公布的会议记录")


@dataclass(frozen=True, kw_only=True)
class MeetingFileAdded(MeetingChanged):
    sentence: ClassVar[str] = N_("上传了会议文件")
    file_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingFileRemoved(MeetingChanged):
    sentence: ClassVar[str] = N_("移除了会议文件")
    file_id: int
