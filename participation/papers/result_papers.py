"""The adoption table and the announcement, from the result as the public page shows it."""

from __future__ import annotations

from datetime import date, datetime

from participation.adoption import queries as adoption
from participation.adoption.document import PointView
from participation.comments.rules import (
    CHANNEL_WORDS,
    OUTCOME_WORDS,
    RESPONDENT_WORDS,
    Outcome,
)
from participation.consultations.models import Consultation
from participation.papers import queries
from participation.papers.official import (
    Block,
    Column,
    Enclosure,
    Heading,
    Official,
    Paragraph,
    Signature,
    Table,
    day_words,
)
from participation.papers.wording import counted, day_of, last_moment, moment, quoted_title

COLUMNS = (
    Column("序号", 11, True),
    Column("条款", 24, True),
    Column("意见内容", 38),
    Column("份数", 12, True),
    Column("是否采纳", 21, True),
    Column("理由、修改后的条文", 50),
)
NOTHING = "征求意见期间没有收到意见。"


def status_of(result: adoption.Result, now: datetime) -> str:
    """Which version a paper tells, or that it is not final."""
    if result.published_at is None:
        return f"未定稿，截至{moment(now)}"
    return f"定稿第{result.version}版"


def point_rows(points: list[PointView]) -> list[list[str]]:
    """The points as rows of the table, numbered as they come."""
    return [_row(place, each) for place, each in enumerate(points, start=1)]


def _row(place: int, point: PointView) -> list[str]:
    reason = point.reason or "尚未答复。"
    if point.changed_text:
        reason += f"\n修改后：{point.changed_text}"
    return [
        str(place),
        point.clause_label or "整个草案",
        point.title,
        str(point.members),
        str(OUTCOME_WORDS[Outcome(point.outcome)]),
        reason,
    ]


def table_blocks(result: adoption.Result, points: list[PointView]) -> list[Block]:
    """The table with what it does not list: repeated, withdrawn, unsorted opinions."""
    if not result.received:
        return [Paragraph(NOTHING)]
    blocks: list[Block] = [Table(COLUMNS, point_rows(points))] if points else []
    listed = sum(each.members for each in points)
    outside = []
    if repeated := result.outcomes[Outcome.DUPLICATE.value]:
        outside.append(f"重复意见{repeated}份，随原件一并处理")
    if withdrawn := result.outcomes[Outcome.WITHDRAWN.value]:
        outside.append(f"由提交人撤回{withdrawn}份")
    rest = result.received - listed - repeated - withdrawn
    if rest:
        outside.append(f"尚未归入要点、待答复{rest}份")
    if outside:
        blocks.append(Paragraph(f"表中合计{listed}份。另有：{'；'.join(outside)}。"))
    return blocks


def equation(result: adoption.Result) -> str:
    """Received as the sum of its outcomes."""
    parts = counted(result.outcomes, OUTCOME_WORDS) or "0份"
    return f"共收到意见{result.received}份，其中{parts}。" if result.received else NOTHING


def result_table(consultation: Consultation, now: datetime) -> Official:
    """意见采纳情况表; raises Refused before the close."""
    result = adoption.public_result(consultation, now)
    title = quoted_title(consultation.title)
    lead = [
        Paragraph(f"征求意见期限：{_window(consultation)}"),
        Paragraph(f"收到意见：{equation(result)}"),
    ]
    source = _source(result, now)
    points = list(queries.all_points(consultation, now))
    return Official(
        f"{title}公开征求意见采纳情况表",
        status_of(result, now),
        [*lead, *table_blocks(result, points), Paragraph(source)],
        Signature(consultation.department.name, _day(result)),
    )


def announcement(consultation: Consultation, now: datetime, address: str) -> Official:
    """采纳情况公告 with the table as its enclosure; raises Refused before the close.

    `address` is where the public reads the result.
    """
    result = adoption.public_result(consultation, now)
    title = quoted_title(consultation.title)
    points = list(queries.all_points(consultation, now))
    issuer = consultation.department.name
    opening = (
        f"{_window(consultation)}，{issuer}就{title}向社会公开征求意见。"
        "现将意见收集和采纳情况公告如下："
    )
    blocks: list[Block] = [
        Paragraph(opening),
        Heading(1, "一、收到意见的情况"),
        *(Paragraph(each) for each in received_words(result)),
        Heading(1, "二、意见采纳情况"),
        Paragraph(f"{equation(result)}逐项处理结果和理由见附件。"),
        *(Paragraph(each) for each in _pending_words(result)),
        Heading(1, "三、查询和下一步工作"),
        Paragraph(f"采纳情况和公开的意见可以在以下网址查询：\n{address}"),
        Paragraph(_next_words(consultation)),
    ]
    return Official(
        f"{issuer}关于{title}公开征求意见采纳情况的公告",
        status_of(result, now),
        blocks,
        Signature(issuer, _day(result)),
        [Enclosure(f"{title}公开征求意见采纳情况表", table_blocks(result, points))],
        "此件公开发布" if result.sealed else "",
    )


def received_words(result: adoption.Result) -> list[str]:
    """How opinions came, from whom, and what was held besides."""
    if not result.received:
        said = [NOTHING]
    else:
        said = [
            f"共收到意见{result.received}份。按渠道分：{counted(result.channels, CHANNEL_WORDS)}；"
            f"按提出人分：{counted(result.respondent_kinds, RESPONDENT_WORDS)}。"
        ]
    if answers := sum(each["responses"] for each in result.surveys):
        said.append(f"开展问卷调查{len(result.surveys)}次，收回问卷{answers}份。")
    if held := [each for each in result.meetings if each["is_record_published"]]:
        came = sum(each["attended"] for each in held)
        said.append(f"召开会议和实地走访{len(held)}次，到会{came}人。")
    return said


def _window(consultation: Consultation) -> str:
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    opened = day_words(day_of(consultation.opens_at))
    return f"{opened}至{last_moment(consultation.closes_at)}"


def _day(result: adoption.Result) -> date | None:
    return day_of(result.published_at) if result.published_at else None


def _source(result: adoption.Result, now: datetime) -> str:
    if result.published_at is None:
        return f"本表按{moment(now)}的办理情况生成，尚未定稿，以定稿后公布的为准。"
    at = moment(result.published_at)
    return f"本表按{at}公布的第{result.version}版采纳情况生成，内容的SHA-256为{result.digest}。"


def _pending_words(result: adoption.Result) -> list[str]:
    if not result.pending:
        return []
    if result.is_overdue:
        due = day_words(result.due_on)
        return [f"其中{result.pending}份应于{due}前答复，现已逾期，答复后公布新版。"]
    return [f"其中{result.pending}份正在研究，答复后一并公布。"]


def _next_words(consultation: Consultation) -> str:
    thanks = "感谢社会各界的关心和参与。"
    if consultation.outcome is not None and consultation.decided_on is not None:
        decided = day_words(consultation.decided_on)
        return f"该事项已于{decided}作出决定，{consultation.outcome.label}。{thanks}"
    if consultation.decision_due_on is not None:
        planned = day_words(consultation.decision_due_on)
        return f"我们将根据采纳情况修改完善，计划于{planned}前作出决定。{thanks}"
    return f"我们将根据采纳情况修改完善后按程序办理。{thanks}"
