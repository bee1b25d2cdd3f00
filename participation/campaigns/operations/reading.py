"""Reading all opinions of a consultation for the comparison: their words, once each."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from sqlalchemy import select

from participation.campaigns.grouping import Text
from participation.campaigns.models import CampaignMember
from participation.campaigns.normalising import clauses, whole_words
from participation.campaigns.rules import LEAST_SIGNS, SIDES, UNREAD, Side
from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.kernel.db import db, lift_statement_limits

PIECE = 2_000


class Heap(NamedTuple):
    """The distinct texts of a consultation, and which opinions say each, the first one first."""

    texts: list[Text]
    said_by: list[array[int]]
    too_short: int

    @property
    def compared(self) -> int:
        """How many opinions are compared."""
        return sum(len(each) for each in self.said_by)


def read_heap(consultation_id: int) -> Heap:
    """Read them all, but those that somebody took out of a group, and those not to be read.

    300,000 opinions of 100 signs take some 200 MB.
    """
    lift_statement_limits(db.session.connection())
    taken_out = select(CampaignMember.comment_id).where(
        CampaignMember.comment_id == Comment.id, CampaignMember.taken_out_at.is_not(None)
    )
    rows = db.session.execute(
        select(Comment.id, Comment.stance, Comment.body, Comment.proposed_text)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.outcome != Outcome.WITHDRAWN,
            Comment.visibility.not_in(UNREAD),
            ~taken_out.exists(),
        )
        .order_by(Comment.number)
        .execution_options(yield_per=PIECE)
    )
    said_by: dict[tuple[str, Side], array[int]] = {}
    forms: dict[tuple[str, Side], tuple[str, ...]] = {}
    too_short = 0
    for comment_id, stance, body, proposed_text in rows:
        parts = tuple(clauses(whole_words(body, proposed_text)))
        signs = "".join(parts)
        if len(signs) < LEAST_SIGNS:
            too_short += 1
            continue
        key = (signs, SIDES[stance])
        said_by.setdefault(key, array("q")).append(comment_id)
        # The same signs with other points are one text: which points it is compared with must
        # not depend on who came first.
        forms[key] = min(parts, forms.get(key, parts))
    texts = [Text(forms[key], key[1], len(ids)) for key, ids in said_by.items()]
    return Heap(texts, list(said_by.values()), too_short)
