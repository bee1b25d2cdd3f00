"""Rules of imports: their states and moves, the fields a column can be, limits, who may import."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from participation.comments.rules import may_enter
from participation.consultations.rules import Stage
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, provided

LARGEST_TABLE = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60
LONGEST_CELL = 20_000
"""What is longer is cut there, which is longer than any field takes: it is told as too long."""
LONGEST_ROW = 100_000
ROWS_SHOWN = 8
BATCH = 50
"""How many opinions one transaction enters: nobody who sends waits behind more."""
CHECKED_AT_ONCE = 2000
MOST_NOTES = 1000
"""How many remarks on rows are kept one by one; all are counted."""
KEPT_UNFINISHED = timedelta(days=30)


class Field(StrEnum):
    """What a column of a table can be."""

    BODY = "body"
    PROPOSAL = "proposal"
    CLAUSE = "clause"
    STANCE = "stance"
    CHANNEL = "channel"
    DAY = "day"
    PLACE = "place"
    KIND = "kind"
    NAME = "name"
    CONTACT = "contact"


FIELD_WORDS = {
    Field.BODY: N_("意见内容"),
    Field.PROPOSAL: N_("建议怎么写"),
    Field.CLAUSE: N_("针对的条款"),
    Field.STANCE: N_("态度"),
    Field.CHANNEL: N_("来源"),
    Field.DAY: N_("日期"),
    Field.PLACE: N_("地点"),
    Field.KIND: N_("代表谁"),
    Field.NAME: N_("姓名或名称"),
    Field.CONTACT: N_("联系方式"),
}


class Again(StrEnum):
    """What becomes of rows that stood in another file of the same matter, too."""

    SKIP = "skip"
    ENTER = "enter"


AGAIN_WORDS = {
    Again.SKIP: N_("跳过（同一份登记表添了新行，再导入一次）"),
    Again.ENTER: N_("也导入（两份表格来自不同的人）"),
}


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    DROPPED = "dropped"


STATE_WORDS = {
    ImportState.UPLOADED: N_("已上传，待核对各栏"),
    ImportState.CHECKING: N_("正在试读"),
    ImportState.CHECKED: N_("已试读，待导入"),
    ImportState.RUNNING: N_("正在导入"),
    ImportState.STOPPED: N_("已停下"),
    ImportState.DONE: N_("已导入"),
    ImportState.DROPPED: N_("没有导入完，表格已删除"),
}
MOVES = {
    ImportState.UPLOADED: {ImportState.CHECKING, ImportState.DROPPED},
    ImportState.CHECKING: {ImportState.CHECKING, ImportState.CHECKED, ImportState.DROPPED},
    ImportState.CHECKED: {ImportState.CHECKING, ImportState.RUNNING, ImportState.DROPPED},
    # Going on again wakes an import whose job was given up.
    ImportState.RUNNING: {ImportState.RUNNING, ImportState.STOPPED, ImportState.DONE},
    ImportState.STOPPED: {ImportState.RUNNING, ImportState.DROPPED},
}
ENDED = frozenset({ImportState.DONE, ImportState.DROPPED})


class Note(StrEnum):
    """What is remarked on a row: an error keeps it out, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


def may_import(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Whoever may enter one opinion may enter many."""
    return may_enter(actor, stage, department_id)


def may_move(state: ImportState, to: ImportState) -> Verdict:
    """Whether an import can go from one state to another."""
    return provided(
        to in MOVES.get(state, ()), N_("这份表格的状态已经变了，请看看现在的页面再操作。")
    )
