"""Rules of questions: their states, limits, and who may do what with one.

Sources: 浙江省建设厅2023年政务公开工作要点 (answers in 1 or 3 working days, none empty: O8, B16);
信访工作条例 arts. 22, 23; 个人信息保护法 arts. 6, 25, 47.
"""

from __future__ import annotations

from enum import StrEnum

from participation.consultations.rules import PUBLIC_STAGES, Stage, may_handle
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, no, provided

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 5000
LONGEST_UNIT = 120
LONGEST_NOTE = 1000
LEAST_NOTE = 5


class State(StrEnum):
    """Where a question stands; each is decided by a person."""

    WAITING = "waiting"
    ANSWERED = "answered"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


GONE = frozenset({State.WITHDRAWN, State.REMOVED})
"""States in which the words are destroyed."""

STATE_WORDS = {
    State.WAITING: N_("待答复"),
    State.ANSWERED: N_("已答复"),
    State.REFERRED: N_("已转办"),
    State.WITHDRAWN: N_("已撤回"),
    State.REMOVED: N_("内容已删除"),
}


def may_ask(stage: Stage) -> Verdict:
    """Anybody, from the publication until the result is sealed."""
    if stage not in PUBLIC_STAGES:
        return no(N_("这件事项尚未发布。"))
    return provided(
        stage is not Stage.SEALED, N_("采纳情况已经公布，这里不再接受提问；请联系承办单位。")
    )


def may_handle_questions(actor: Actor, department_id: int) -> Verdict:
    """Officers of the department class, answer, hand on and remove."""
    return may_handle(actor, department_id)


def may_list_own(actor: Actor) -> Verdict:
    """Whoever has an account sees what was asked with it."""
    return provided(actor.is_authenticated, N_("请先登录。"))


def may_be_answered(state: State) -> Verdict:
    """What waits is answered or handed on, once."""
    if state in GONE:
        return no(N_("这个问题的内容已经删除，不能再办理。"))
    return provided(state is State.WAITING, N_("这个问题已经办结。"))


def may_be_revised(state: State) -> Verdict:
    """A given answer is corrected in sight: the earlier words stay."""
    return provided(state is State.ANSWERED, N_("只有已经答复的问题才能更正答复。"))


def may_be_returned(state: State) -> Verdict:
    """What was handed on comes back where the other body objects."""
    return provided(state is State.REFERRED, N_("这个问题没有转给其他单位。"))


def may_be_withdrawn(state: State) -> Verdict:
    """The sender takes a question back at any time, with its answer where that is public."""
    return provided(state not in GONE, N_("这个问题的内容已经删除。"))
