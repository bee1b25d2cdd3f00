"""Rules of the result: dispositions, when it is sealed, and that its figures add up.

Sources: 重大行政决策程序暂行条例 (order 713) arts. 18, 29, 32; the month is set by the notice of
浙江省建设厅 2023 (a setting with its source in `rulebook.deadlines`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from participation.comments.rules import Outcome
from participation.consultations.rules import Stage, may_handle
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, no, provided, yes

LONGEST_REASON = 5000
LONGEST_TITLE = 500


class Disposition(StrEnum):
    """What the department does with a point; the values are those of `Outcome`."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    NOT_ADOPTED = "not_adopted"
    EXPLAINED = "explained"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.value)


class SealingCause(StrEnum):
    """Why a version was sealed."""

    ALL_DECIDED = "all_decided"
    DUE = "due"
    CORRECTION = "correction"


SEALING_WORDS = {
    SealingCause.ALL_DECIDED: N_("全部意见已有处理结果，自动定稿"),
    SealingCause.DUE: N_("已到公开期限，自动定稿；未答复的意见如实列明"),
    SealingCause.CORRECTION: N_("更正"),
}


def may_answer(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Officers group and answer from the opening on; the public sees it after the close."""
    if stage in (Stage.PREPARING, Stage.FORTHCOMING):
        return no(N_("征求意见尚未开始，没有可办理的意见。"))
    return may_handle(actor, department_id)


def may_decide(disposition: Disposition, reason: str) -> Verdict:
    """Every disposition has its reason; 'not adopted' without one is never published."""
    return provided(bool(reason.strip()), N_("请填写理由：每一项处理都要说明为什么。"))


def may_correct(actor: Actor, stage: Stage, department_id: int, note: str) -> Verdict:
    """A correction makes a new version after the sealing, with a note that says what changed."""
    if stage is not Stage.SEALED:
        return no(N_("尚未定稿，无需更正：定稿前的修改直接生效。"))
    return may_handle(actor, department_id) & provided(
        bool(note.strip()), N_("请写明更正了什么、为什么。")
    )


def may_show_result(stage: Stage) -> Verdict:
    """Bulletin and result are public from the instant of the close."""
    return provided(
        stage in (Stage.CLOSED, Stage.SEALED), N_("征求意见截止后，这里会立即公布收到的意见情况。")
    )


def figures_agree(
    received: int, outcomes: Mapping[Outcome, int], rows: int, in_points: Mapping[Outcome, int]
) -> Verdict:
    """Received = the sum of outcomes = the rows that are there; points hold what they say.

    `received` is the last number given, `outcomes` the kept counters, `rows` and `in_points`
    are counted anew from the opinions and the points' members.
    """
    total = sum(outcomes.values())
    if received != total or received != rows:
        return no(
            N_("账目不符：收到 %(received)s 份，处理结果合计 %(total)s 份，库中 %(rows)s 份。已停止发布，请管理员核查。"),
            received=received,
            total=total,
            rows=rows,
        )
    for disposition in Disposition:
        kept, counted = outcomes.get(disposition.outcome, 0), in_points.get(disposition.outcome, 0)
        if kept != counted:
            return no(
                N_("账目不符：“%(outcome)s”记 %(kept)s 份，意见要点中 %(counted)s 份。已停止发布，请管理员核查。"),
                outcome=disposition.value,
                kept=kept,
                counted=counted,
            )
    return yes()


def sealing_cause(
    stage: Stage,
    now: datetime,
    due_at: datetime,
    pending: int,
    received: int,
    last_pending: int | None,
    last_received: int | None,
) -> SealingCause | None:
    """Why a version is to be sealed now by the worker, or None.

    The first as soon as nothing is pending after the close, at the due instant at latest; later
    ones once what was pending is decided, or what was entered afterwards is. `last_…` are the
    figures of the latest sealed version, None while there is none.
    """
    if stage not in (Stage.CLOSED, Stage.SEALED):
        return None
    if last_pending is None:
        if pending == 0:
            return SealingCause.ALL_DECIDED
        return SealingCause.DUE if now >= due_at else None
    if pending == 0 and (last_pending > 0 or received != last_received):
        return SealingCause.ALL_DECIDED
    return None
