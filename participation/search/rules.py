"""Rules of the search: what is found, how much is read for it, who sees what was not found."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, provided

LONGEST_QUERY = 100
"""Characters of a query that are read."""

MOST_RANKED = 1_000
"""How many of the latest hits are put in order by relevance; more than these, the page says so."""

LEAST_ASKERS = 3
"""How many different people must have asked before their words are shown to anybody."""

MISSES_KEPT = timedelta(days=90)


class Kind(StrEnum):
    """What an entry of the index is."""

    CONSULTATION = "consultation"
    CLAUSE = "clause"
    COMMENT = "comment"
    ANSWER = "answer"
    QUESTION = "question"
    INTERPRETATION = "interpretation"
    RESULT = "result"


class Order(StrEnum):
    """How hits are listed."""

    RELEVANCE = "relevance"
    DATE = "date"


KIND_WORDS = {
    Kind.CONSULTATION: N_("征求意见"),
    Kind.CLAUSE: N_("草案条文"),
    Kind.INTERPRETATION: N_("解读"),
    Kind.COMMENT: N_("公众意见"),
    Kind.ANSWER: N_("意见的处理"),
    Kind.QUESTION: N_("提问和答复"),
    Kind.RESULT: N_("采纳情况"),
}


def may_see_misses(actor: Actor) -> Verdict:
    """What people search for and do not find is there for every department."""
    return provided(actor.is_staff, N_("这里是工作人员办理页面，请用工作人员账号登录。"))
