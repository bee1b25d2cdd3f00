"""What happens to a survey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class SurveyCreated(DomainEvent):
    sentence: ClassVar[str] = N_("新建问卷")
    survey_id: int


@dataclass(frozen=True, kw_only=True)
class SurveyEdited(DomainEvent):
    sentence: ClassVar[str] = N_("修改问卷题目")
    survey_id: int


@dataclass(frozen=True, kw_only=True)
class SurveyRemoved(DomainEvent):
    sentence: ClassVar[str] = N_("删除问卷")
    survey_id: int


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(DomainEvent):
    sentence: ClassVar[str] = N_("收到一份问卷")
    survey_id: int
    response_id: int
