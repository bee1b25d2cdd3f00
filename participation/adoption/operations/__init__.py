"""The acts on a result: sorting opinions into points, answering them, publishing it."""

from participation.adoption.operations.holding import FiguresDisagree, hold_publication
from participation.adoption.operations.keeping import keep_answer
from participation.adoption.operations.members import (
    add_members,
    drop_member,
    remove_members,
    with_campaigns,
)
from participation.adoption.operations.points import create_point, decide_point, edit_point
from participation.adoption.operations.publishing import (
    publish_bulletin,
    publish_correction,
    refresh_meetings,
    seal_summary,
)
from participation.adoption.operations.responding import respond
from participation.adoption.operations.scheduling import (
    look_again,
    retry_publication,
    schedule,
    schedule_due,
    tell_change,
)
from participation.adoption.operations.workplace import Overtaken

__all__ = [
    "FiguresDisagree",
    "Overtaken",
    "add_members",
    "create_point",
    "decide_point",
    "drop_member",
    "edit_point",
    "hold_publication",
    "keep_answer",
    "look_again",
    "publish_bulletin",
    "publish_correction",
    "refresh_meetings",
    "remove_members",
    "respond",
    "retry_publication",
    "schedule",
    "schedule_due",
    "seal_summary",
    "tell_change",
    "with_campaigns",
]
