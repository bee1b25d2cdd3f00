"""What the rules on hearings ask of dates: warnings only, since places differ."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from participation.kernel.verdict import N_
from participation.rulebook.days import CHINA, local
from participation.rulebook.matters import Matter
from participation.rulebook.statutes import Profile, Remark, rule


def hearing_findings(
    announced_at: datetime,
    starts_at: datetime,
    materials_at: datetime | None,
    *,
    matter: Matter = Matter.OTHER,
    zone: ZoneInfo = CHINA,
    profile: Profile | None = None,
) -> list[Remark]:
    """Warnings on a hearing: announced early enough, materials with those who take part in time.

    Sources: 713 art. 16 (materials 7 days before, read as 7 times 24 hours), 规章制定程序条例
    art. 16 (notice 30 days before, for rules); other notice periods are the place's setting.
    """
    if announced_at >= starts_at:
        return [Remark(N_("听证会公告应当在听证会开始之前发布。"), rule("H2"))]
    found = []
    notice = rule("HR" if matter is Matter.RULE else "HN", profile)
    notice_days = (local(starts_at, zone).date() - local(announced_at, zone).date()).days
    if notice_days < notice.numbers["days"]:
        words = N_("听证会公告提前了%(given)s日，少于%(days)s日。")
        found.append(Remark(words, notice, {"given": notice_days, **notice.numbers}))
    materials = rule("H4")
    if materials_at is None:
        words = N_("听证会材料应当在听证会%(days)s日前送达听证参加人，尚未登记送达时间。")
        found.append(Remark(words, materials, materials.numbers))
    elif materials_at > starts_at - timedelta(days=materials.numbers["days"]):
        words = N_("听证会材料送达听证参加人的时间距听证会不足%(days)s日。")
        found.append(Remark(words, materials, materials.numbers))
    return found
