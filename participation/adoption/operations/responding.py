"""Answering opinions by their receipts in one go: a point of them, with its disposition."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from participation.adoption import rules
from participation.adoption.models import OpinionPoint
from participation.adoption.operations.members import chunks
from participation.adoption.operations.points import create_in, decide_in
from participation.adoption.operations.workplace import workplace
from participation.adoption.rules import Disposition
from participation.comments.models import Comment
from participation.comments.receipts import read_receipt
from participation.comments.rules import Outcome
from participation.consultations.models import Clause
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_


def respond(
    actor: Actor,
    slug: str,
    receipts: Sequence[str],
    disposition: Disposition | str,
    reason: str,
    title: str | None = None,
    changed_text: str = "",
) -> OpinionPoint:
    """Answer the opinions of these receipts as one new point.

    Without a title the first opinion's number is it, never its words: those may have to be erased,
    and a title is sealed. Opinions that are all on one clause put the point on that clause. Raises
    Invalid naming a receipt that cannot be answered here.
    """
    consultation = workplace(actor, slug)
    found = _of_receipts(consultation.id, receipts)
    words = title if title is not None and title.strip() else _title_from(found[0])
    point = create_in(
        actor, consultation, words, [each.id for each in found], _shared_clause_key(found)
    )
    return decide_in(actor, consultation, point, disposition, reason, changed_text)


def _of_receipts(consultation_id: int, receipts: Sequence[str]) -> list[Comment]:
    """The opinions in the order of their receipts, each once."""
    typed = [each.strip() for each in receipts if each.strip()]
    if not typed:
        raise Invalid(N_("请给出至少一个回执编号。"), field="receipts")
    codes: dict[str, str] = {}
    for each in typed:
        code = read_receipt(each)
        if code is None:
            raise Invalid(
                N_("回执编号 %(receipt)s 有误，请核对。"), {"receipt": each}, field="receipts"
            )
        codes.setdefault(code, each)
    known = {
        comment.receipt: comment
        for chunk in chunks(list(codes))
        for comment in db.session.scalars(select(Comment).where(Comment.receipt.in_(chunk)))
    }
    for code, each in codes.items():
        if code not in known:
            raise Invalid(
                N_("没有回执为 %(receipt)s 的意见。"), {"receipt": each}, field="receipts"
            )
        if known[code].consultation_id != consultation_id:
            raise Invalid(
                N_("回执 %(receipt)s 的意见不属于这件事项。"), {"receipt": each}, field="receipts"
            )
        if not rules.may_join(known[code].number, known[code].outcome):
            raise Invalid(_CANNOT_JOIN[known[code].outcome], {"receipt": each}, field="receipts")
    return [known[code] for code in codes]


_CANNOT_JOIN = {
    Outcome.WITHDRAWN: N_("回执 %(receipt)s 的意见已由提交人撤回，不能答复。"),
    Outcome.DUPLICATE: N_("回执 %(receipt)s 的意见已标为重复，随原件一并答复，请改填原件的回执。"),
}


def _title_from(comment: Comment) -> str:
    place = comment.clause.label if comment.clause and comment.clause.label else "草案"
    return f"关于{place}的意见（第{comment.number}号）"


def _shared_clause_key(comments: Sequence[Comment]) -> str | None:
    places = {each.clause_id for each in comments}
    only = places.pop()
    if places or only is None:
        return None
    return db.session.scalar(select(Clause.key).where(Clause.id == only))
