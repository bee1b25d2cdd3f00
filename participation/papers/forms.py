"""The form of the list: which columns, how it names people, and why where it names them in full."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from participation.comments.rules import LEAST_REASON, LONGEST_REASON
from participation.papers.rules import CELL_WORDS, NAMING_WORDS, USUAL_CELLS, Cell, Naming
from participation.web.filters import sentence
from participation.web.forms import Form, Ticks, tidy


class ColumnsForm(Form):
    """Which columns; the number always stands first."""

    cells = Ticks(_l("列哪些内容"), default=lambda: [each.value for each in USUAL_CELLS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells.choices = [
            (each.value, sentence(words))
            for each, words in CELL_WORDS.items()
            if each is not Cell.NUMBER
        ]


class NamingForm(Form):
    """How people are named; full names have a page of their own."""

    naming = RadioField(
        _l("提出人怎样写"), default=Naming.ANONYMOUS.value, validators=[InputRequired()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.naming.choices = [
            (each.value, sentence(NAMING_WORDS[each])) for each in (Naming.ANONYMOUS, Naming.MASKED)
        ]


class ListForm(NamingForm, ColumnsForm):
    """The list of opinions."""


class NamesForm(ColumnsForm):
    """The list with full names: why they are needed."""

    reason = TextAreaField(
        _l("为什么需要完整的姓名"),
        filters=[tidy],
        validators=[
            InputRequired(_l("请写明理由。")),
            Length(
                min=LEAST_REASON,
                max=LONGEST_REASON,
                message=_l("请写 %(min)d 到 %(max)d 个字。"),
            ),
        ],
    )
