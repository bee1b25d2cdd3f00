"""Rules of the papers: which there are, what a list may say, who may take them and from when.

Sources: GB/T 9704-2012 (layout); 重大行政决策程序暂行条例 (order 713) arts. 16 to 18 (hearing)
and 27 (participation before the legality review); 个人信息保护法 arts. 6 and 25.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from participation.comments.rules import may_reveal
from participation.consultations.rules import Stage, may_handle
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, no, provided, yes


class Paper(StrEnum):
    """What can be taken along."""

    OPINIONS = "opinions"
    RESULT_TABLE = "result-table"
    ANNOUNCEMENT = "announcement"
    HEARING = "hearing"
    PARTICIPATION = "participation"
    ARCHIVE = "archive"


PAPER_WORDS = {
    Paper.OPINIONS: N_("意见汇总表"),
    Paper.RESULT_TABLE: N_("意见采纳情况表"),
    Paper.ANNOUNCEMENT: N_("采纳情况公告"),
    Paper.HEARING: N_("听证报告"),
    Paper.PARTICIPATION: N_("公众参与情况说明"),
    Paper.ARCHIVE: N_("归档包"),
}


class Naming(StrEnum):
    """How a list names the people who wrote."""

    ANONYMOUS = "anonymous"
    MASKED = "masked"
    FULL = "full"


NAMING_WORDS = {
    Naming.ANONYMOUS: N_("匿名"),
    Naming.MASKED: N_("记名，姓名隐去（如 朱**）"),
    Naming.FULL: N_("记名，姓名完整"),
}


class Cell(StrEnum):
    """A column of the list of opinions."""

    NUMBER = "number"
    RECEIVED = "received"
    SAID_ON = "said-on"
    CHANNEL = "channel"
    RESPONDENT = "respondent"
    CLAUSE = "clause"
    QUOTED = "quoted"
    STANCE = "stance"
    BODY = "body"
    PROPOSAL = "proposal"
    FILES = "files"
    SUPPORTERS = "supporters"
    VISIBILITY = "visibility"
    OUTCOME = "outcome"
    POINT = "point"
    REASON = "reason"
    CHANGED = "changed"


CELL_WORDS = {
    Cell.NUMBER: N_("编号"),
    Cell.RECEIVED: N_("收到时间"),
    Cell.SAID_ON: N_("提出日期"),
    Cell.CHANNEL: N_("渠道"),
    Cell.RESPONDENT: N_("提出人类别"),
    Cell.CLAUSE: N_("针对的条款"),
    Cell.QUOTED: N_("所提的原文"),
    Cell.STANCE: N_("态度"),
    Cell.BODY: N_("意见内容"),
    Cell.PROPOSAL: N_("建议的文字"),
    Cell.FILES: N_("附件数"),
    Cell.SUPPORTERS: N_("附议人数"),
    Cell.VISIBILITY: N_("公开情况"),
    Cell.OUTCOME: N_("处理结果"),
    Cell.POINT: N_("归入的要点"),
    Cell.REASON: N_("理由"),
    Cell.CHANGED: N_("修改后的条文"),
}
USUAL_CELLS = (
    Cell.RECEIVED,
    Cell.CHANNEL,
    Cell.RESPONDENT,
    Cell.CLAUSE,
    Cell.STANCE,
    Cell.BODY,
    Cell.PROPOSAL,
    Cell.OUTCOME,
    Cell.REASON,
)
"""What the list shows unless said otherwise; the number always stands first."""


def in_order(chosen: Sequence[str]) -> tuple[Cell, ...]:
    """The chosen columns in the list's own order, the number first; unknown words are left out."""
    return tuple(each for each in Cell if each is Cell.NUMBER or each.value in chosen)


def may_take(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Officers of the department take papers along once the window has opened."""
    return provided(
        stage not in (Stage.PREPARING, Stage.FORTHCOMING),
        N_("征求意见开始以后，才有可以导出的材料。"),
    ) & may_handle(actor, department_id)


def may_take_names(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Full names leave only with who may be shown each of them; contacts never do."""
    return may_reveal(actor, department_id) & may_take(actor, stage, department_id)


def is_ready(paper: Paper, stage: Stage, *, received: int, mismatch: str) -> Verdict:
    """Whether there is something to put into a paper yet.

    `mismatch` is what is said in the place of figures that do not add up.
    """
    if paper is Paper.OPINIONS:
        return provided(received > 0, N_("还没有收到意见。"))
    if paper not in (Paper.RESULT_TABLE, Paper.ANNOUNCEMENT):
        return yes()
    if stage not in (Stage.CLOSED, Stage.SEALED):
        return no(N_("征求意见截止以后才有采纳情况。"))
    return no(mismatch) if mismatch else yes()


def has_report(*, is_cancelled: bool, is_held: bool, is_recorded: bool) -> Verdict:
    """A hearing is reported on from its record, kept or published."""
    if is_cancelled:
        return no(N_("这次听证会已经取消。"))
    if not is_held:
        return no(N_("听证会还没有举行。"))
    return provided(is_recorded, N_("还没有填写会议记录，听证报告按会议记录生成。"))
