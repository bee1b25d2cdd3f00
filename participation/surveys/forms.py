"""The staff's form of a questionnaire, and the public's form to answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from participation.surveys.answers import GivenAnswer, answer_name
from participation.surveys.models import Question, Survey
from participation.surveys.operations import QuestionFields, SurveyFields
from participation.surveys.queries import scale_label, scale_values
from participation.surveys.questions import field_name
from participation.surveys.rules import (
    LONGEST_ANSWER,
    LONGEST_NOTE,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    SCALE_LIMITS,
    QuestionKind,
)
from participation.web.forms import Form, tidy

CHOICES = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
LOWS = [SelectChoice(str(each)) for each in (0, 1)]
HIGHS = [SelectChoice(str(each)) for each in range(2, SCALE_LIMITS[1] + 1)]
NO_ANSWER = ""
Typed = dict[str, Any]


class SurveyForm(Form):
    """Title and note; `survey_form` adds the fields of each question under flat names."""

    title = StringField(
        _l("问卷标题"), filters=[tidy], validators=[DataRequired(_l("请填写问卷标题。"))]
    )
    note = TextAreaField(
        _l("填写说明"),
        filters=[tidy],
        validators=[Optional(), Length(max=LONGEST_NOTE, message=_l("说明太长，请删减。"))],
        description=_l("写明用途、是否记名、大约要几分钟。"),
    )
    kinds = HiddenField()
    shape: tuple[QuestionKind, ...] = ()

    def row(self, position: int) -> dict[str, Field]:
        """The fields of the question at a position, by their part."""
        start = field_name(position, "")
        return {
            name.removeprefix(start): each
            for name, each in self._fields.items()
            if name.startswith(start)
        }

    def typed(self) -> list[Typed]:
        """All that was typed, question by question."""
        return [
            {"kind": kind, **{part: each.data for part, each in self.row(position).items()}}
            for position, kind in enumerate(self.shape)
        ]

    def fields(self) -> SurveyFields:
        """The questionnaire as the operations take it."""
        return SurveyFields(
            title=self.title.data or "",
            note=self.note.data or "",
            questions=[_question(each) for each in self.typed()],
        )


def survey_form(shape: Sequence[QuestionKind]) -> type[SurveyForm]:
    """The form of a questionnaire with questions of these kinds."""
    fields: dict[str, Any] = {"shape": tuple(shape)}
    for position, kind in enumerate(shape):
        fields |= {
            field_name(position, part): each
            for part, each in _row_fields(position + 1, kind).items()
        }
    return type("SurveyFormOfShape", (SurveyForm,), fields)


def _row_fields(number: int, kind: QuestionKind) -> dict[str, Field]:
    # The number stands in every label: an error in the summary must say which question it means.
    def label(words: str) -> Any:
        return _("第%(number)s题：%(part)s", number=number, part=words)

    needed = DataRequired(_("请填写题目。"))
    found: dict[str, Field] = {
        "text": TextAreaField(label(_("题目")), validators=[needed], filters=[tidy])
    }
    if kind in CHOICES:
        choices = [
            SelectChoice(QuestionKind.SINGLE.value, _("单选")),
            SelectChoice(QuestionKind.MULTIPLE.value, _("多选")),
        ]
        found["choice"] = RadioField(
            label(_("怎么选")), choices=choices, default=kind.value, validate_choice=False
        )
        found["options"] = TextAreaField(
            label(_("选项")),
            validators=[DataRequired(_("请填写选项，每行一个。"))],
            description=_("每行写一个选项，最多%(limit)s个。", limit=MOST_OPTIONS),
        )
    if kind is QuestionKind.SCALE:
        found["scale_low"] = SelectField(label(_("从")), choices=LOWS, validate_choice=False)
        found["scale_low_word"] = StringField(label(_("起点表示")), filters=[tidy])
        found["scale_high"] = SelectField(label(_("到")), choices=HIGHS, validate_choice=False)
        found["scale_high_word"] = StringField(label(_("终点表示")), filters=[tidy])
    found["is_required"] = BooleanField(label(_("必须回答")))
    return found


def shape_of(word: str | None) -> list[QuestionKind]:
    """The kinds of questions that a sent form has; at most as many as are allowed."""
    known = set(QuestionKind)
    return [QuestionKind(each) for each in (word or "").split() if each in known][:MOST_QUESTIONS]


def filled(title: str, note: str, rows: Sequence[Typed]) -> SurveyForm:
    """A form that holds these rows, whatever the request has sent."""
    kinds = [_kind(row) for row in rows]
    data: Typed = {"title": title, "note": note, "kinds": " ".join(kinds)}
    for position, row in enumerate(rows):
        data |= {field_name(position, part): value for part, value in row.items()}
    return survey_form(kinds)(formdata=None, data=data)


def blank_row(kind: QuestionKind) -> Typed:
    """A question of a kind, before anything is typed."""
    required = kind is not QuestionKind.TEXT
    ends = {"scale_low": "1", "scale_high": "5"} if kind is QuestionKind.SCALE else {}
    return {"kind": kind, "choice": kind.value, "is_required": required, **ends}


def row_of(question: Question) -> Typed:
    """A stored question as its row of the form."""
    return {
        **blank_row(question.kind),
        "text": question.text,
        "is_required": question.is_required,
        "options": "\n".join(option.text for option in question.options),
        "scale_low": str(question.scale_low),
        "scale_high": str(question.scale_high),
        "scale_low_word": question.scale_low_word,
        "scale_high_word": question.scale_high_word,
    }


def _kind(row: Typed) -> QuestionKind:
    """The kind of a row; between single and multiple choice the row's own switch decides."""
    kind: QuestionKind = row["kind"]
    switched = [each for each in CHOICES if each.value == row.get("choice")]
    return switched[0] if switched and kind in CHOICES else kind


def _question(row: Typed) -> QuestionFields:
    return QuestionFields(
        kind=_kind(row),
        text=row["text"] or "",
        is_required=bool(row["is_required"]),
        options=tuple((row.get("options") or "").splitlines()),
        scale_low=_whole(row.get("scale_low")),
        scale_high=_whole(row.get("scale_high")),
        scale_low_word=row.get("scale_low_word") or "",
        scale_high_word=row.get("scale_high_word") or "",
    )


def _whole(word: str | None) -> int | None:
    return int(word) if word and word.isascii() and word.isdecimal() and len(word) < 10 else None


class AnswerForm(Form):
    """The form of a survey; `answer_form` adds a field for each question."""

    ticket = HiddenField()
    website = StringField()

    @property
    def looks_automatic(self) -> bool:
        """Whether the honeypot was filled in."""
        return bool((self.website.data or "").strip())

    def given(self, questions: list[Question]) -> Mapping[int, GivenAnswer]:
        """What was answered, by question."""
        return {each.id: _given(each, self[answer_name(each.id)].data) for each in questions}


def answer_form(survey: Survey) -> type[AnswerForm]:
    """The form by which a survey is answered."""
    fields = {
        answer_name(question.id): _answer_field(number, question)
        for number, question in enumerate(survey.questions, 1)
    }
    return type("AnswerFormOfSurvey", (AnswerForm,), fields)


def _answer_field(number: int, question: Question) -> Field:
    label = f"{number}. {question.text}"
    needed = [InputRequired(_("请回答这一题。"))] if question.is_required else [Optional()]
    if question.kind is QuestionKind.TEXT:
        limit = Length(
            max=LONGEST_ANSWER, message=_("最多%(limit)s字，请删减。", limit=LONGEST_ANSWER)
        )
        return TextAreaField(label, filters=[tidy], validators=[*needed, limit])
    if question.kind is QuestionKind.MULTIPLE:
        return SelectMultipleField(
            label,
            choices=[SelectChoice(str(each.id), each.text) for each in question.options],
            validators=needed,
            validate_choice=False,
            option_widget=CheckboxInput(),
            widget=ListWidget(prefix_label=False),
            description=_("可以选多项。"),
        )
    if question.kind is QuestionKind.SCALE:
        choices = [
            SelectChoice(str(value), scale_label(question, value))
            for value in scale_values(question)
        ]
    else:
        choices = [SelectChoice(str(each.id), each.text) for each in question.options]
    # A radio button cannot be taken back without script: an optional question offers it.
    free = [] if question.is_required else [SelectChoice(NO_ANSWER, _("不回答"))]
    return RadioField(
        label,
        choices=[*choices, *free],
        validators=needed,
        validate_choice=False,
        default=NO_ANSWER if free else None,
    )


def _given(question: Question, data: Any) -> GivenAnswer:
    if question.kind is QuestionKind.TEXT:
        return GivenAnswer(text=data or "")
    if question.kind is QuestionKind.MULTIPLE:
        return GivenAnswer(options=tuple(_number(each) for each in data or ()))
    if not data:
        return GivenAnswer()
    if question.kind is QuestionKind.SCALE:
        return GivenAnswer(value=_number(data))
    return GivenAnswer(options=(_number(data),))


def _number(word: str) -> int:
    """The number that a field sent; what is none becomes one that no option has."""
    found = _whole(word)
    return -1 if found is None else found
