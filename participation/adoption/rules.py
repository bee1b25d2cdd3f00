"""Rules of the result: dispositions, when it is sealed, and that its figures add up.

Sources: 重大行政决策程序暂行条例 (order 713) arts. 18, 29, 32; the month is set by the notice of
浙江省建设厅 2023 (a setting with its source in `rulebook.deadlines`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from participation.comments.rules import (
    CHANNEL_WORDS,
    OUTCOME_WORDS,
    RESPONDENT_WORDS,
    Channel,
    Outcome,
    RespondentKind,
)
from participation.consultations.rules import Stage, may_handle
from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, no, provided, yes

LONGEST_REASON = 5000
LONGEST_TITLE = 500
LONGEST_CHANGE = 5000
LONGEST_NOTE = 2000

DUE_SOON_DAYS = 5
"""From how many days before the due day the desk says that it is near."""

OVERTAKEN = N_("您打开以后，这一项又改过。请先看看再决定。")


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


DISPOSITION_WORDS = {each: OUTCOME_WORDS[each.outcome] for each in Disposition}

HELD = N_("收到的意见数与处理结果核对不上，公布已暂停；核查清楚后自动公布。")
"""What the public is told while the figures do not add up."""

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


def may_retry(actor: Actor, department_id: int) -> Verdict:
    """Officers and administrators let a refused publication be tried anew."""
    if actor.is_any(Role.ADMINISTRATOR):
        return yes()
    return may_handle(actor, department_id)


def may_show_result(stage: Stage) -> Verdict:
    """Bulletin and result are public from the instant of the close."""
    return provided(
        stage in (Stage.CLOSED, Stage.SEALED), N_("征求意见截止后，这里会立即公布收到的意见情况。")
    )


@dataclass(frozen=True)
class Figures:
    """The figures of a result, as counters keep them or as they were counted anew."""

    received: int
    outcomes: Mapping[Outcome, int]
    channels: Mapping[Channel, int]
    respondent_kinds: Mapping[RespondentKind, int]

    @property
    def pending(self) -> int:
        """How many wait for an answer."""
        return self.outcomes.get(Outcome.PENDING, 0)

    def add_up(self) -> bool:
        """Whether each breakdown sums to what was received."""
        parts = (self.outcomes, self.channels, self.respondent_kinds)
        return all(sum(part.values()) == self.received for part in parts)


def figures_agree(
    kept: Figures, counted: Figures, in_points: Mapping[Outcome, int], strays: int
) -> Verdict:
    """Received = the sum of outcomes = the rows that are there; points hold what they say.

    `kept` are the counters (`received` is the last number given), `counted` the same from the
    opinions' rows; `in_points` counts the points' members by their point's disposition, and
    `strays` the members that another outcome is noted for than their point's.
    """
    total = sum(kept.outcomes.values())
    if not kept.received == total == counted.received:
        return no(
            N_(
                "账目不符：收到 %(received)s 份，处理结果合计 %(total)s 份，库中 %(rows)s 份。"
                "已停止发布，请管理员核查。"
            ),
            received=kept.received,
            total=total,
            rows=counted.received,
        )
    for words, ours, theirs in _breakdowns(kept, counted):
        for value, word in words.items():
            if ours.get(value, 0) != theirs.get(value, 0):
                return _unequal(word, ours.get(value, 0), theirs.get(value, 0))
    for disposition in Disposition:
        outcome = disposition.outcome
        if kept.outcomes.get(outcome, 0) != in_points.get(outcome, 0):
            return no(
                N_(
                    "账目不符：“%(outcome)s”记 %(kept)s 份，意见要点中 %(counted)s 份。"
                    "已停止发布，请管理员核查。"
                ),
                outcome=OUTCOME_WORDS[outcome],
                kept=kept.outcomes.get(outcome, 0),
                counted=in_points.get(outcome, 0),
            )
    return provided(
        strays == 0,
        N_("账目不符：%(strays)s 份意见的处理结果与所在要点不一致。已停止发布，请管理员核查。"),
        strays=strays,
    )


def _breakdowns(kept: Figures, counted: Figures) -> tuple[tuple[Any, Any, Any], ...]:
    return (
        (OUTCOME_WORDS, kept.outcomes, counted.outcomes),
        (CHANNEL_WORDS, kept.channels, counted.channels),
        (RESPONDENT_WORDS, kept.respondent_kinds, counted.respondent_kinds),
    )


def _unequal(word: str, kept: int, counted: int) -> Verdict:
    return no(
        N_(
            "账目不符：“%(value)s”记 %(kept)s 份，逐条清点 %(counted)s 份。"
            "已停止发布，请管理员核查。"
        ),
        value=word,
        kept=kept,
        counted=counted,
    )


def may_join(number: int, outcome: Outcome) -> Verdict:
    """What was withdrawn or stands for another opinion belongs to no point."""
    if outcome is Outcome.WITHDRAWN:
        return no(N_("第 %(number)s 号意见已由提交人撤回，不能归入要点。"), number=number)
    return provided(
        outcome is not Outcome.DUPLICATE,
        N_("第 %(number)s 号意见已标为重复，随原件一并处理，不单独归入要点。"),
        number=number,
    )


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
