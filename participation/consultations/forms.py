"""The forms of the procedure: what is filled in, and how local days and hours become instants."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)

from participation.consultations.models import Consultation
from participation.consultations.operations import ConsultationFields, Findings
from participation.consultations.place import zone
from participation.consultations.rules import (
    LONGEST,
    LONGEST_NOTE,
    ReviewDecision,
    may_close,
    may_open,
)
from participation.kernel import clock
from participation.rulebook.days import Closing, closing, local, start_of
from participation.rulebook.matters import Matter
from participation.rulebook.publication import PublicationAttribute
from participation.web.filters import sentence
from participation.web.forms import Form, tidy

YEARS = range(2000, 2200)
FREE_OF = [SelectChoice("yes", _l("不含")), SelectChoice("no", _l("含有"))]
FOR_REVIEW = _l("送审前必填")
LAWFUL = [SelectChoice("yes", _l("合法")), SelectChoice("no", _l("存在问题"))]


class Needed:
    """Marks a field that may stay empty now but not for a later step, and says for which."""

    def __init__(self, words: Any) -> None:
        self.field_flags = {"needed": words}

    def __call__(self, form: Form, field: Field) -> None:
        return


def too_long(limit: int) -> Length:
    """No more characters than that."""
    return Length(max=limit, message=_l("最多%(max)d字，请删减。"))


def _text(label: Any, name: str, *extra: Any, wide: bool = False) -> Field:
    kind = TextAreaField if wide else StringField
    return kind(label, filters=[tidy, _given], validators=[*extra, too_long(LONGEST[name])])


def _given(text: str | None) -> str:
    """A text that was not sent at all is an empty one."""
    return text or ""


def _day(label: Any, *extra: Any) -> DateField:
    return DateField(label, validators=[*extra, Optional(), sensible_year])


def _hour(label: Any) -> TimeField:
    return TimeField(label, format=["%H:%M", "%H:%M:%S"], validators=[Optional()])


def _answer(label: Any, choices: Any) -> RadioField:
    return RadioField(label, choices=choices, validators=[Needed(_l("通过时必填")), Optional()])


def _labelled(kinds: type[Matter] | type[PublicationAttribute]) -> list[SelectChoice]:
    return [SelectChoice(each.value, _(each.label)) for each in kinds]


def sensible_year(form: Form, field: Field) -> None:
    """Refuse a day in another age, which a slip of the finger easily gives."""
    if field.data is not None and field.data.year not in YEARS:
        raise StopValidation(_("日期不合理，请核对年份。"))


def closing_instant(day: date | None, hour: time | None) -> datetime | None:
    """The end of a window: the given hour of the last day, else its 24:00."""
    return Closing(day, hour).at(zone()) if day else None


def opening_instant(day: date | None, hour: time | None) -> datetime | None:
    """The start of a window: the given hour of its day, else the day's first instant."""
    if day is None:
        return None
    return Closing(day, hour).at(zone()) if hour else start_of(day, zone())


class WindowForm(Form):
    """A form with a close: a last day, and an hour for whoever wants another than 24:00.

    Its forms name the two fields themselves, where they stand on their pages.
    """

    closes_on: DateField
    closes_time: TimeField

    def validate_closes_time(self, field: Field) -> None:
        if field.data is not None and self.closes_on.data is None and not self.closes_on.errors:
            raise ValidationError(_("填了时刻，请同时填写日期。"))

    def validate_closes_on(self, field: Field) -> None:
        # Said together with all else that is wrong; the operation decides under its lock.
        closes_at = self.closes_at
        if closes_at is not None:
            said = may_close(closes_at, clock.now())
            if not said:
                raise ValidationError(sentence(said))

    @property
    def closes_at(self) -> datetime | None:
        """The close as an instant."""
        return closing_instant(self.closes_on.data, self.closes_time.data)


class ConsultationForm(WindowForm):
    """All that a drafter fills in."""

    title = _text(_l("标题"), "title", DataRequired(_l("请填写标题。")))
    matter = SelectField(_l("事项类型"), validators=[DataRequired()])
    touches_market = BooleanField(_l("与市场主体生产经营活动密切相关（涉企）"))
    department = SelectField(_l("承办部门"), coerce=int)
    summary = _text(_l("内容摘要"), "summary", wide=True)
    legal_basis = _text(_l("制定依据"), "legal_basis", wide=True)
    explanation = _text(_l("起草说明"), "explanation", Needed(FOR_REVIEW), wide=True)
    explanation_file = FileField(_l("起草说明文件"))
    contact_unit = _text(_l("联系单位"), "contact_unit", Needed(FOR_REVIEW))
    contact_phone = _text(_l("联系电话"), "contact_phone")
    contact_email = _text(_l("电子邮箱"), "contact_email")
    contact_address = _text(_l("通信地址"), "contact_address")
    opens_on = _day(_l("开始日期"))
    opens_time = _hour(_l("开始时刻"))
    closes_on = _day(_l("截止日期"), Needed(FOR_REVIEW))
    closes_time = _hour(_l("截止时刻"))
    short_window_reason = _text(_l("缩短期限的理由"), "short_window_reason", wide=True)
    publication_attribute = RadioField(_l("公开属性"), validators=[Needed(FOR_REVIEW), Optional()])
    attribute_reason = _text(_l("删减或者不予公开的理由"), "attribute_reason", wide=True)

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department.choices = [SelectChoice(str(id), name) for id, name in departments]
        self.matter.choices = _labelled(Matter)
        self.publication_attribute.choices = _labelled(PublicationAttribute)

    def validate_opens_on(self, field: Field) -> None:
        opens_at = opening_instant(field.data, self.opens_time.data)
        said = may_open(opens_at, clock.now())
        if not said:
            raise ValidationError(sentence(said))

    def validate_opens_time(self, field: Field) -> None:
        if field.data is not None and self.opens_on.data is None and not self.opens_on.errors:
            raise ValidationError(_("填了时刻，请同时填写日期。"))

    def fields(self) -> ConsultationFields:
        """What was filled in, as the operations take it."""
        attribute = self.publication_attribute.data
        return ConsultationFields(
            title=self.title.data,
            matter=Matter(self.matter.data),
            touches_market=self.touches_market.data,
            contact_unit=self.contact_unit.data,
            contact_phone=self.contact_phone.data,
            contact_email=self.contact_email.data,
            contact_address=self.contact_address.data,
            legal_basis=self.legal_basis.data,
            summary=self.summary.data,
            explanation=self.explanation.data,
            planned_opens_at=opening_instant(self.opens_on.data, self.opens_time.data),
            closes_at=self.closes_at,
            short_window_reason=self.short_window_reason.data,
            publication_attribute=PublicationAttribute(attribute) if attribute else None,
            attribute_reason=self.attribute_reason.data,
        )


def filled_in(consultation: Consultation) -> dict[str, Any]:
    """A consultation as the values of its form."""
    own = {name: getattr(consultation, name) for name in LONGEST}
    attribute = consultation.publication_attribute
    values: dict[str, Any] = {
        **own,
        "matter": consultation.matter.value,
        "touches_market": consultation.touches_market,
        "department": consultation.department_id,
        "publication_attribute": attribute.value if attribute else None,
    }
    if consultation.planned_opens_at is not None:
        opens = local(consultation.planned_opens_at, zone())
        values |= {"opens_on": opens.date(), "opens_time": opens.time()}
    return values | closing_values(consultation.closes_at)


def closing_values(closes_at: datetime | None) -> dict[str, Any]:
    """A close as the values of its two fields."""
    if closes_at is None:
        return {}
    end = closing(closes_at, zone())
    return {"closes_on": end.on, "closes_time": end.hour}


class ActForm(Form):
    """A button and nothing else."""


class DraftForm(Form):
    """A draft's file."""

    file = FileField(_l("草案文件"), validators=[FileRequired(_l("请选择草案文件。"))])


class PublishForm(WindowForm):
    """When the window opens, and a later close than the approved one where that is needed."""

    opens = RadioField(_l("何时开始"), validators=[InputRequired(_l("请选择何时开始。"))])
    closes_on = _day(_l("截止日期"))
    closes_time = _hour(_l("截止时刻"))

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
    closes_time = _hour(_l("截止时刻"))
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
