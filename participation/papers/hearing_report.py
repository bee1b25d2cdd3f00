"""听证报告 from the meeting's record: preparation, attendance, views, what became of them.

The sections are those of real reports; 重大行政决策程序暂行条例 (order 713) arts. 16 to 18.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from participation.adoption.document import PointView
from participation.comments.rules import OUTCOME_WORDS, Outcome
from participation.consultations.models import Consultation
from participation.consultations.queries import extensions_of
from participation.consultations.rules import Stage
from participation.meetings import queries as meetings
from participation.meetings.models import Meeting, Statement
from participation.meetings.rules import ATTENDEE_WORDS
from participation.papers import queries
from participation.papers.official import (
    Block,
    Column,
    Heading,
    Official,
    Paragraph,
    Signature,
    Table,
    day_words,
)
from participation.papers.wording import day_of, last_moment, moment, quoted_title

ATTENDANCE = (
    Column("参加人构成", 66, True), Column("应到（人）", 45, True), Column("实到（人）", 45, True)
)  # fmt: skip
VIEWS = (
    Column("序号", 12, True),
    Column("发言人", 28, True),
    Column("条款", 26, True),
    Column("主要意见、依据的事实和理由", 90),
)
HANDLING = (
    Column("发言", 14, True),
    Column("相关要点", 58),
    Column("处理", 20, True),
    Column("理由", 64),
)
UNANSWERED = "尚未作出处理。"


def hearing_report(consultation: Consultation, meeting: Meeting, now: datetime) -> Official:
    """The report on a hearing whose record was kept (`rules.has_report`)."""
    by_clause = _points_by_clause(consultation, now)
    handled = _handling(meeting.statements, by_clause)
    blocks: list[Block] = [
        Heading(1, "一、组织筹备情况"),
        *(Paragraph(each) for each in _preparation(consultation, meeting)),
        Heading(1, "二、参加人构成与到会情况"),
        *_attendance(meeting),
        Heading(1, "三、主要意见、依据的事实和理由"),
        *_views(meeting),
        Heading(1, "四、对意见的处理"),
        *handled,
        Heading(1, "五、结论"),
        *(Paragraph(each) for each in _conclusion(meeting, by_clause)),
    ]
    published = meeting.record_published_at
    status = (
        f"会议记录于{day_words(day_of(published))}公布"
        if published
        else f"未定稿，会议记录尚未公布，截至{moment(now)}"
    )
    return Official(
        f"关于{quoted_title(consultation.title)}听证会的报告",
        status,
        blocks,
        Signature(consultation.department.name, day_of(now) if published else None),
    )


def _preparation(consultation: Consultation, meeting: Meeting) -> list[str]:
    said = [
        f"听证事项：{quoted_title(consultation.title)}。会议名称：{meeting.title}。",
        f"听证会公告于{moment(meeting.announced_at)}发布。"
        + (
            f"报名截止：{last_moment(meeting.registration_closes_at)}。"
            if meeting.registration_closes_at
            else "没有登记报名截止时间。"
        ),
        f"听证会材料于{moment(meeting.materials_sent_at)}送达听证参加人。"
        if meeting.materials_sent_at
        else "没有登记听证会材料的送达时间。",
        f"时间：{_span(meeting)}。地点：{meeting.place}。"
        + (f"主持人：{meeting.host}。" if meeting.host else "没有登记主持人。"),
    ]
    if meeting.agenda:
        said.append(f"会议内容：{meeting.agenda}")
    if meeting.how_to_join:
        said.append(f"参加人的产生方式：{meeting.how_to_join}")
    if extensions_of(consultation.id):
        said.append("征求意见期限有延长，详见公众参与情况说明。")
    cautions = meetings.cautions_of(meeting, consultation, meeting.starts_at)
    said += [f"需要说明：{each.verdict.reason % each.verdict.params}" for each in cautions]
    return said


def _span(meeting: Meeting) -> str:
    ended = f"至{moment(meeting.ends_at)}" if meeting.ends_at else "开始"
    return moment(meeting.starts_at) + ended


def _attendance(meeting: Meeting) -> list[Block]:
    if not meeting.attendance:
        return [Paragraph("会议记录没有登记到会人数。")]
    invited = sum(each.invited for each in meeting.attendance)
    came = sum(each.attended for each in meeting.attendance)
    rows = [
        [str(ATTENDEE_WORDS[each.kind]), str(each.invited), str(each.attended)]
        for each in meeting.attendance
    ]
    words = f"应到{invited}人，实到{came}人。构成如下："
    return [Paragraph(words), Table(ATTENDANCE, [*rows, ["合计", str(invited), str(came)]])]


def _views(meeting: Meeting) -> list[Block]:
    blocks: list[Block] = []
    if meeting.record_summary:
        blocks.append(Paragraph(meeting.record_summary))
    if not meeting.statements:
        return [*blocks, Paragraph("会议记录没有逐条登记发言，见会议记录的附件。")]
    rows = [
        [
            str(place),
            f"{each.speaker}\n（{ATTENDEE_WORDS[each.speaker_kind]}）",
            each.clause.label if each.clause else "整个草案",
            each.text,
        ]
        for place, each in enumerate(meeting.statements, start=1)
    ]
    return [*blocks, Table(VIEWS, rows)]


def _points_by_clause(consultation: Consultation, now: datetime) -> Mapping[str, list[PointView]]:
    """The points of the result by the clause they are on, once there is a result."""
    found: dict[str, list[PointView]] = defaultdict(list)
    if consultation.stage(now) in (Stage.CLOSED, Stage.SEALED):
        for each in queries.all_points(consultation, now):
            if each.clause_key:
                found[each.clause_key].append(each)
    return found


def _handling(
    statements: Sequence[Statement], by_clause: Mapping[str, list[PointView]]
) -> list[Block]:
    if not statements:
        return [Paragraph("会议记录没有逐条登记发言，处理情况见意见采纳情况表。")]
    rows = []
    for place, each in enumerate(statements, start=1):
        points = by_clause.get(each.clause.key, []) if each.clause else []
        for point in points:
            words = str(OUTCOME_WORDS[Outcome(point.outcome)])
            reason = point.reason or UNANSWERED
            if point.changed_text:
                reason += f"\n修改后：{point.changed_text}"
            rows.append([str(place), f"{point.title}（{point.clause_label}）", words, reason])
        if not points:
            rows.append([str(place), "—", "—", "没有针对同一条款的意见要点，需另行说明处理情况。"])
    lead = "下表按发言所针对的条款，列出采纳情况中同一条款的要点和处理结果（“发言”为上表的序号）："
    return [Paragraph(lead), Table(HANDLING, rows)]


def _conclusion(meeting: Meeting, by_clause: Mapping[str, list[PointView]]) -> list[str]:
    spoken = len(meeting.statements)
    answered = sum(
        any(point.disposition for point in by_clause.get(each.clause.key, []))
        for each in meeting.statements
        if each.clause
    )
    said = f"本次听证会登记发言{spoken}条，其中{answered}条所针对的条款已有处理结果和理由"
    rest = spoken - answered
    return [f"{said}，{rest}条还没有。" if rest else f"{said}。"] if spoken else ["见会议记录。"]
