"""公众参与情况说明 for the legality review: what was done, by whom, and what is undecided yet.

Source: 重大行政决策程序暂行条例 (order 713) arts. 14 to 18 and 27 (the draft goes to the legality
review with the material on public participation).
"""

from __future__ import annotations

from datetime import datetime

from participation.comments.rules import CHANNEL_WORDS, OUTCOME_WORDS, RESPONDENT_WORDS, Outcome
from participation.consultations.models import Consultation
from participation.consultations.queries import (
    documents_of,
    extensions_of,
    interpretations_of,
    window_finding,
)
from participation.consultations.rules import Stage
from participation.inquiries.queries import counts as question_counts
from participation.meetings import queries as meetings
from participation.meetings.models import Meeting
from participation.meetings.rules import MEETING_WORDS, STATE_WORDS, MeetingState
from participation.papers import queries
from participation.papers.official import (
    Block,
    Column,
    Heading,
    Official,
    Paragraph,
    Signature,
    Table,
    numbered,
)
from participation.papers.queries import Basis
from participation.papers.wording import counted, day_of, last_moment, listed, moment, quoted_title
from participation.surveys import queries as surveys

MEETINGS = (
    Column("形式", 22, True),
    Column("名称", 42),
    Column("时间、地点", 46),
    Column("应到", 12, True),
    Column("实到", 12, True),
    Column("记录", 22, True),
)


def participation_paper(consultation: Consultation, now: datetime, address: str) -> Official:
    """The statement as of `now`; `address` is the matter's public page."""
    basis = queries.basis_of(consultation.id)
    held = list(meetings.of_consultation(consultation.id))
    parts = (
        ("公众参与的方式", _ways(consultation, held)),
        ("公开征求意见的期限和公开的内容", _window(consultation, address)),
        ("收到意见的情况", _received(consultation, basis)),
        ("听证会、座谈会和实地走访", _meetings(held, now)),
        ("问卷调查和提问答复", _besides(consultation)),
        ("意见采纳情况", _adoption(basis)),
        ("尚未完成的事项", _open_matters(consultation, basis, held, now)),
    )
    blocks: list[Block] = []
    for place, (heading, told) in enumerate(parts, start=1):
        blocks += [Heading(1, f"{numbered(place)}、{heading}"), *told]
    status = f"截至{moment(now)}"
    status += f"，采纳情况为定稿第{basis.version}版" if basis.version else "，采纳情况未定稿"
    return Official(
        f"关于{quoted_title(consultation.title)}公众参与情况的说明",
        status,
        blocks,
        Signature(consultation.department.name, day_of(now)),
    )


def _ways(consultation: Consultation, held: list[Meeting]) -> list[Block]:
    ways = ["向社会公开征求意见"]
    for kind, word in MEETING_WORDS.items():
        count = sum(each.kind is kind and each.cancelled_at is None for each in held)
        ways += [f"{word}{count}次"] if count else []
    if asked := len(surveys.of_consultation(consultation.id)):
        ways.append(f"问卷调查{asked}次")
    return [Paragraph(f"本事项采用以下方式听取意见：{listed(ways)}。")]


def _window(consultation: Consultation, address: str) -> list[Block]:
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    finding = window_finding(consultation, consultation.opens_at)
    said = [
        f"{moment(consultation.opens_at)}开始，{last_moment(consultation.closes_at)}截止"
        + (f"，共{finding.days}日。" if finding else "。")
    ]
    if consultation.short_window_reason:
        said.append(f"期限短于规定，公告中说明的理由：{consultation.short_window_reason}")
    for each in extensions_of(consultation.id):
        said.append(
            f"{moment(each.extended_at)}由{last_moment(each.old_closes_at)}延长到"
            f"{last_moment(each.new_closes_at)}：{each.note}"
        )
    drafts = [f"草案第{each.number}稿" for each in queries.drafts_of(consultation.id)]
    shown = ["起草说明"] if consultation.explanation else []
    papers = [each.title for each in documents_of(consultation.id) if each.removed_at is None]
    read = [f"解读《{each.title}》" for each in interpretations_of(consultation.id)]
    said.append(f"公开的内容：{listed([*drafts, *shown, *papers, *read])}。")
    said.append(f"公开的网址：\n{address}")
    return [Paragraph(each) for each in said]


def _received(consultation: Consultation, basis: Basis) -> list[Block]:
    if not basis.received:
        return [Paragraph("没有收到意见。")]
    figures = basis.figures
    return [
        Paragraph(
            f"共收到意见{basis.received}份。"
            f"按渠道分：{counted(figures['channels'], CHANNEL_WORDS)}；"
            f"按提出人分：{counted(figures['respondent_kinds'], RESPONDENT_WORDS)}。"
        )
    ]


def _meetings(held: list[Meeting], now: datetime) -> list[Block]:
    if not held:
        return [Paragraph("没有召开听证会、座谈会，没有进行实地走访。")]
    rows = []
    for each in held:
        invited = sum(part.invited for part in each.attendance)
        came = sum(part.attended for part in each.attendance)
        state = each.state(now)
        has_count = state not in (MeetingState.ANNOUNCED, MeetingState.CANCELLED)
        rows.append(
            [
                str(MEETING_WORDS[each.kind]),
                each.title,
                f"{moment(each.starts_at)}\n{each.place}",
                str(invited) if has_count else "—",
                str(came) if has_count else "—",
                str(STATE_WORDS[state]),
            ]
        )
    return [Table(MEETINGS, rows)]


def _besides(consultation: Consultation) -> list[Block]:
    asked = surveys.of_consultation(consultation.id)
    answers = surveys.response_counts(each.id for each in asked)
    said = [f"问卷《{each.title}》：收回{answers[each.id]}份。" for each in asked]
    questions = question_counts(consultation.id)
    if questions.received:
        said.append(
            f"收到公众对草案的提问{questions.received}个，公开答复{questions.published}个。"
        )
    return [Paragraph(each) for each in said or ["没有问卷调查，没有收到提问。"]]


def _adoption(basis: Basis) -> list[Block]:
    if not basis.received:
        return [Paragraph("没有收到意见，没有需要答复的意见。")]
    outcomes = counted(basis.figures["outcomes"], OUTCOME_WORDS)
    said = [f"收到的{basis.received}份意见中：{outcomes}。逐项理由见意见采纳情况表。"]
    if basis.sealed_at:
        said.append(
            f"采纳情况第{basis.version}版已于{moment(basis.sealed_at)}公布，"
            f"内容的SHA-256为{basis.digest}。"
        )
    return [Paragraph(each) for each in said]


def _open_matters(
    consultation: Consultation, basis: Basis, held: list[Meeting], now: datetime
) -> list[Block]:
    """Everything that is not finished, said plainly."""
    said = []
    stage = consultation.stage(now)
    if stage is Stage.OPEN and consultation.closes_at:
        said.append(
            f"征求意见尚未截止（{last_moment(consultation.closes_at)}截止），以上数字还会变动。"
        )
    if pending := basis.figures["outcomes"][Outcome.PENDING.value]:
        said.append(f"{pending}份意见还没有处理结果。")
    if not basis.version:
        said.append("采纳情况尚未定稿公布。")
    for each in held:
        if each.state(now) in (MeetingState.ANNOUNCED, MeetingState.HELD):
            said.append(f"{MEETING_WORDS[each.kind]}“{each.title}”{STATE_WORDS[each.state(now)]}。")
    return [Paragraph(each) for each in said or ["没有。"]]
