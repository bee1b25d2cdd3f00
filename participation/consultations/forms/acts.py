"""The short forms of the procedure: buttons, a file, publication, extension, review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from participation.consultations.forms.parts import (
    Needed,
    WindowForm,
    day,
    hour,
    sensible_year,
    too_long,
)
from participation.consultations.operations import Findings
from participation.consultations.rules import LONGEST_NOTE, ReviewDecision
from participation.web.forms import Form, tidy

FREE_OF = [SelectChoice("yes", _l("不含")), SelectChoice("no", _l("含有"))]
LAWFUL = [SelectChoice("yes", _l("合法")), SelectChoice("no", _l("存在问题"))]


def _answer(label: Any, choices: Any) -> RadioField:
    return RadioField(label, choices=choices, validators=[Needed(_l("通过时必填")), Optional()])


class ActForm(Form):
    """A button and nothing else."""


class DraftForm(Form):
    """A draft's file."""

    file = FileField(_l("草案文件"), validators=[FileRequired(_l("请选择草案文件。"))])


class PublishForm(WindowForm):
    """When the window opens, and a later close than the approved one where that is needed."""

    opens = RadioField(_l("何时开始"), validators=[InputRequired(_l("请选择何时开始。"))])
    closes_on = day(_l("截止日期"))
    closes_time = hour(_l("截止时刻"))

    def later_close(self, approved_at: datetime | None) -> datetime | None:
        """The close typed, where it is another than the approved one (fields have no seconds)."""
        typed = self.closes_at
        if typed and approved_at and typed == approved_at.replace(second=0, microsecond=0):
            return None
        return typed


class ExtendForm(WindowForm):
    """A later close and the note the public reads."""

    closes_on = DateField(
        _l("新的截止日期"), validators=[InputRequired(_l("请填写新的截止日期。")), sensible_year]
    )
    closes_time = hour(_l("截止时刻"))
    note = TextAreaField(
        _l("延长的原因"),
        filters=[tidy],
        validators=[DataRequired(_l("请说明延长的原因。")), too_long(LONGEST_NOTE)],
    )


class ExplainForm(Form):
    """Why a window is not extended after an outage."""

    reason = TextAreaField(
        _l("不延长的理由"),
        filters=[tidy],
        validators=[DataRequired(_l("请写明不延长的理由。")), too_long(LONGEST_NOTE)],
    )


class ReviewForm(Form):
    """The reviewer's answers, question by question, and the decision."""

    is_free_of_state_secrets = _answer(_l("国家秘密"), FREE_OF)
    is_free_of_work_secrets = _answer(_l("工作秘密"), FREE_OF)
    is_free_of_sensitive_information = _answer(_l("敏感信息"), FREE_OF)
    is_lawful = _answer(_l("合法性审查"), LAWFUL)
    decision = RadioField(
        _l("审核结论"),
        choices=[
            SelectChoice(ReviewDecision.APPROVED.value, _l("审核通过")),
            SelectChoice(ReviewDecision.RETURNED.value, _l("退回修改")),
        ],
        validators=[InputRequired(_l("请选择审核结论。"))],
    )
    note = TextAreaField(
        _l("审核意见"), filters=[tidy], validators=[Optional(), too_long(LONGEST_NOTE)]
    )

    def findings(self) -> Findings:
        """The answers given; None for what was left open."""
        return Findings(
            **{
                name: None if not (answer := self[name].data) else answer == "yes"
                for name in (
                    "is_free_of_state_secrets",
                    "is_free_of_work_secrets",
                    "is_free_of_sensitive_information",
                    "is_lawful",
                )
            }
        )
