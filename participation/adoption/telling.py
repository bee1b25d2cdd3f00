"""What the receipt page says of the answer: point, disposition, reason and the new text."""

from __future__ import annotations

from participation.adoption import queries
from participation.adoption.document import PointView
from participation.adoption.rules import Disposition
from participation.comments.models import Comment
from participation.comments.story import Moment, StoryPart
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.verdict import N_

ANSWERED = {
    Disposition.ADOPTED: N_("已答复：采纳（意见要点第 %(number)s 项）"),
    Disposition.PARTLY_ADOPTED: N_("已答复：部分采纳（意见要点第 %(number)s 项）"),
    Disposition.NOT_ADOPTED: N_("已答复：未采纳（意见要点第 %(number)s 项）"),
    Disposition.EXPLAINED: N_("已答复：解释说明（意见要点第 %(number)s 项）"),
    Disposition.OUT_OF_SCOPE: N_("已答复：超出本次征求意见的范围（意见要点第 %(number)s 项）"),
}


def tell_answer(comment: Comment) -> StoryPart | None:
    """The answer to an opinion, or by when it is due; nothing before the close."""
    now = clock.now()
    if comment.consultation.stage(now) not in (Stage.CLOSED, Stage.SEALED):
        return None
    point = queries.point_of(comment, now)
    if point is None or point.disposition is None:
        return _pending(comment, point)
    return StoryPart(
        label=ANSWERED[Disposition(point.disposition)],
        params={"number": point.number},
        moment=Moment.NOW,
        at=point.decided_at,
        note=N_("要点：%(title)s。理由：%(reason)s 条文修改后写为：")
        if point.changed_text
        else N_("要点：%(title)s。理由：%(reason)s"),
        note_params={"title": point.title.rstrip("。"), "reason": point.reason},
        words=point.changed_text,
        changed=point.clause_label,
        before=point.clause_text,
        after=point.changed_text,
    )


def _pending(comment: Comment, point: PointView | None) -> StoryPart:
    due = queries.due_of(comment.consultation)
    is_overdue = clock.now() >= due.at
    label = N_("研究中，待答复") if point is None else N_("已归入意见要点第 %(number)s 项，待答复")
    return StoryPart(
        label=label,
        params={} if point is None else {"number": point.number},
        moment=Moment.NOW,
        note=N_("承办单位应于 %(day)s 前答复，现已逾期。")
        if is_overdue
        else N_("承办单位最迟 %(day)s 公布处理结果和理由，届时写在这里。"),
        note_params={"day": due.on},
    )
