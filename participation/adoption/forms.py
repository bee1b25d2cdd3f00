"""The forms of a result: sorting opinions, a point's words, its answer, a correction."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from participation.adoption import rules
from participation.adoption.rules import Disposition
from participation.web.filters import sentence
from participation.web.forms import Form, Ticks, tidy

TOO_LONG = _l("最多%(max)d字，请删减。")


class ActForm(Form):
    """A button that acts; it carries nothing but its key."""


class SortForm(Form):
    """Where the ticked opinions go: into a new point, or into one there is."""

    title = StringField(
        _l("新要点：说的是什么"),
        filters=[tidy],
        validators=[Length(max=rules.LONGEST_TITLE, message=TOO_LONG)],
    )
    clause_key = SelectField(_l("新要点针对的条款"), validate_choice=False)
    point = SelectField(_l("或归入已有要点"), validate_choice=False)


class SeenForm(Form):
    """A form that knows which version of the point its writer had read."""

    version = HiddenField(default="1", validators=[Length(max=9)])

    @property
    def seen(self) -> int:
        """The version that was read; none told is the first."""
        words = self.version.data or ""
        return int(words) if words.isascii() and words.isdecimal() else 1


class PointForm(SeenForm):
    """What a point is about."""

    # It stands on one page with the form of the answer.
    version = HiddenField(default="1", validators=[Length(max=9)], id="words-version")
    title = StringField(
        _l("意见说的是什么"),
        filters=[tidy],
        validators=[
            InputRequired(_l("请写出这一点说的是什么。")),
            Length(max=rules.LONGEST_TITLE, message=TOO_LONG),
        ],
    )
    clause_key = SelectField(_l("针对的条款"), validate_choice=False)


class DecisionForm(SeenForm):
    """How a point is dealt with, and why."""

    disposition = RadioField(
        _l("怎样处理"), validators=[InputRequired(_l("请选择怎样处理。"))], validate_choice=False
    )
    reason = TextAreaField(
        _l("理由"),
        filters=[tidy],
        validators=[
            InputRequired(_l("请填写理由：每一项处理都要说明为什么。")),
            Length(max=rules.LONGEST_REASON, message=TOO_LONG),
        ],
    )
    changed_text = TextAreaField(
        _l("修改后的条文"),
        filters=[tidy],
        validators=[Length(max=rules.LONGEST_CHANGE, message=TOO_LONG)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disposition.choices = [
            (each.value, sentence(rules.DISPOSITION_WORDS[each])) for each in Disposition
        ]


class KeepForm(SeenForm):
    """Which warnings an answer is kept in spite of, and why."""

    # It stands on one page with the form of the answer.
    version = HiddenField(default="1", validators=[Length(max=9)], id="keep-version")
    findings = Ticks(_l("提醒"))
    note = TextAreaField(
        _l("为什么仍这样答复"),
        filters=[tidy],
        validators=[
            InputRequired(_l("请写明为什么仍这样答复，至少5个字。")),
            Length(max=rules.LONGEST_NOTE, message=TOO_LONG),
        ],
    )


class CorrectionForm(Form):
    """What was wrong in the published version."""

    note = TextAreaField(
        _l("更正了什么、为什么"),
        filters=[tidy],
        validators=[
            InputRequired(_l("请写明更正了什么、为什么。")),
            Length(max=rules.LONGEST_NOTE, message=TOO_LONG),
        ],
    )
