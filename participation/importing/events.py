"""What happens to an import; each opinion that it enters has its own event besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from participation.kernel.events import DomainEvent
from participation.kernel.verdict import N_


@dataclass(frozen=True, kw_only=True)
class TableUploaded(DomainEvent):
    sentence: ClassVar[str] = N_("上传了待导入的意见表格（%(rows)s 行）")
    import_id: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class ImportStarted(DomainEvent):
    """Also where it goes on after a stop; `place` is how many rows were done before."""

    sentence: ClassVar[str] = N_("开始导入第 %(import_id)s 份意见表格（从第 %(place)s 行之后）")
    import_id: int
    place: int


@dataclass(frozen=True, kw_only=True)
class ImportStopped(DomainEvent):
    sentence: ClassVar[str] = N_("停下了第 %(import_id)s 份意见表格的导入（已读 %(place)s 行）")
    import_id: int
    place: int


@dataclass(frozen=True, kw_only=True)
class ImportFinished(DomainEvent):
    """`known`: rows that an earlier import had entered; `refused`: rows with errors."""

    sentence: ClassVar[str] = N_(
        "导入完第 %(import_id)s 份意见表格：录入 %(entered)s 条，"
        "以前导入过 %(known)s 行，没有导入 %(refused)s 行"
    )
    import_id: int
    entered: int
    known: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ImportDropped(DomainEvent):
    sentence: ClassVar[str] = N_("删除了没有导入完的第 %(import_id)s 份意见表格")
    import_id: int
