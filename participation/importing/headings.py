"""Proposes what the columns of a table are, by the names that offices give them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from participation.importing.rules import Field
from participation.kernel.text import normal_form

# In the order in which a field takes a column; an exact name goes before one that holds it.
HEADINGS: Mapping[Field, tuple[str, ...]] = {
    Field.BODY: (
        "意见内容", "反馈意见", "意见建议", "意见和建议", "意见与建议", "反馈内容", "意见", "内容",
        "留言内容", "诉求内容", "发言内容", "主要意见", "具体意见", "建议内容", "建议", "comment",
    ),
    Field.PROPOSAL: (
        "建议怎么写", "修改建议", "建议修改为", "建议修改", "拟修改为", "修改意见", "建议",
    ),
    Field.CLAUSE: ("针对的条款", "条款", "涉及条款", "针对条款", "条文", "条号", "章节条款"),
    Field.STANCE: ("态度", "是否赞成", "是否同意", "立场"),
    Field.CHANNEL: (
        "来源", "渠道", "反馈渠道", "意见来源", "反馈方式", "征集方式", "提出方式", "途径",
    ),
    Field.DAY: (
        "日期", "反馈日期", "反馈时间", "收到日期", "收到时间", "来信日期", "来电时间", "提出时间",
        "登记时间", "时间",
    ),
    Field.PLACE: ("地点", "提出地点", "会议地点", "地址", "所在地"),
    Field.KIND: ("代表谁", "身份", "反馈人类型", "主体类型", "类型", "类别", "人员类别", "性质"),
    Field.NAME: (
        "姓名或名称", "反馈人", "姓名", "反馈单位", "单位名称", "单位或个人", "提出人", "来信人",
        "来电人", "联系人", "发言人", "单位", "name",
    ),
    Field.CONTACT: (
        "联系方式", "联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "邮箱",
        "电子邮箱", "电子邮件", "phone", "email",
    ),
}  # fmt: skip
_NORMAL = {field: [normal_form(name) for name in names] for field, names in HEADINGS.items()}
LONGEST_HEADING = 20


def proposed_mapping(heads: Sequence[str]) -> dict[Field, int]:
    """Which column is which field, as far as the heads tell; a column is one field at most."""
    normal = [normal_form(head) for head in heads]
    found: dict[Field, int] = {}
    for is_exact in (True, False):
        for field, names in _NORMAL.items():
            if field in found:
                continue
            column = _column(normal, names, set(found.values()), is_exact=is_exact)
            if column is not None:
                found[field] = column
    return found


def _column(
    heads: Sequence[str], names: Sequence[str], taken: set[int], *, is_exact: bool
) -> int | None:
    for name in names:
        for column, head in enumerate(heads):
            if column in taken or not head or len(head) > LONGEST_HEADING:
                continue
            if head == name or (not is_exact and len(name) > 1 and name in head):
                return column
    return None


def guessed_header(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The number of the row that holds the heads: the one where most are known; 0 for none.

    A title above the table knows at most one of them.
    """
    best, at = 0, 0
    for number, cells in rows:
        known = len(proposed_mapping(cells))
        if known > best:
            best, at = known, number
    return at
