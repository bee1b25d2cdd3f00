"""The forms of imports: a table to upload; what its columns are and what fills the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired

from participation.comments.forms import OFFLINE, worded
from participation.comments.rules import CHANNEL_WORDS, STANCE_WORDS
from participation.importing.rules import AGAIN_WORDS, FIELD_WORDS, Again, Field
from participation.web.filters import sentence
from participation.web.forms import Form

NONE = ""


class TableForm(Form):
    """A table to be imported."""

    file = FileField(
        _l("表格"),
        validators=[FileRequired(_l("请选择文件。"))],
        description=_l(
            ".xlsx、.xls 或者 .csv，不超过 20 MB、10 万行。有几张工作表的，读第一张有内容的。"
        ),
    )


class PlanForm(Form):
    """What each column is, and what stands for empty cells."""

    header_row = SelectField(
        _l("标题在第几行"),
        description=_l("它下面的行是意见。"),
        validators=[InputRequired(_l("请选择标题在第几行。"))],
    )
    channel = SelectField(_l("没有写来源的，算作"), validators=[InputRequired()])
    day = DateField(_l("没有写日期的，算作"), validators=[InputRequired(_l("请填写日期。"))])
    stance = SelectField(_l("没有写态度的，算作"), validators=[InputRequired()])
    again = RadioField(
        _l("和另一份已导入的表格完全相同的行"),
        default=Again.SKIP.value,
        validators=[InputRequired(_l("请选择相同的行怎样处理。"))],
        description=_l(
            "同一个文件再传一次，不会重复导入；同一份表格里相同的行是不同的人，都会导入。"
        ),
    )

    def __init__(
        self, columns: Sequence[tuple[str, str]], rows: Sequence[int], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        numbered = [(str(number), _("第 %(row)s 行", row=number)) for number in rows]
        self.header_row.choices = [("0", _("没有标题行")), *numbered]
        self.channel.choices = worded(CHANNEL_WORDS, OFFLINE)
        self.stance.choices = worded(STANCE_WORDS)
        self.again.choices = worded(AGAIN_WORDS)
        for each in self.columns:
            each.choices = [(NONE, _("没有这一栏")), *columns]

    @property
    def columns(self) -> list[SelectField]:
        """The fields that choose a column, one for each thing that a column can be."""
        return [self[f"column_{field}"] for field in Field]

    def mapping(self) -> dict[Field, int]:
        """Which column is which field."""
        chosen = ((field, self[f"column_{field}"].data) for field in Field)
        return {field: int(data) for field, data in chosen if data}

    def defaults(self) -> dict[str, str]:
        """What stands for empty cells, as the operations take it."""
        return {
            "channel": self.channel.data,
            "day": self.day.data.isoformat(),
            "stance": self.stance.data,
            "again": self.again.data,
        }


for _field in Field:
    _needed = [InputRequired(_l("请选出哪一栏是意见内容。"))] if _field is Field.BODY else []
    setattr(PlanForm, f"column_{_field}", SelectField(_l(FIELD_WORDS[_field]), _needed))


def letter_of(column: int) -> str:
    """A column's name in a spreadsheet: A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_choices(count: int, heads: Sequence[str]) -> list[tuple[str, str]]:
    """The columns of a table as choices: letter and head."""
    named = [heads[column][:20] if column < len(heads) else "" for column in range(count)]
    return [
        (str(column), f"{letter_of(column)} {head}".strip()) for column, head in enumerate(named)
    ]


def refuse_plan(form: PlanForm, error: Any) -> None:
    """Show a refusal at the column it means."""
    if error.field in list(Field):
        chooser = form[f"column_{error.field}"]
        chooser.errors = [*chooser.errors, sentence(error)]
    else:
        form.refuse(error)
