"""The form of a matter: all that a drafter fills in before the review."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError

from participation.consultations.forms.parts import (
    FOR_REVIEW,
    Needed,
    WindowForm,
    closing_values,
    day,
    hour,
    labelled,
    opening_instant,
    text,
)
from participation.consultations.models import Consultation
from participation.consultations.operations import ConsultationFields
from participation.consultations.place import zone
from participation.consultations.queries import Subjects
from participation.consultations.rules import IDENTITY_WORDS, LONGEST, Identity, may_open
from participation.kernel import clock
from participation.rulebook.days import local
from participation.rulebook.matters import Matter
from participation.rulebook.publication import PublicationAttribute
from participation.rulebook.subjects import Audience, Topic
from participation.web.filters import sentence
from participation.web.forms import Ticks


class ConsultationForm(WindowForm):
    """All that a drafter fills in."""

    title = text(_l("标题"), "title", DataRequired(_l("请填写标题。")))
    matter = SelectField(_l("事项类型"), validators=[DataRequired()])
    touches_market = BooleanField(_l("与市场主体生产经营活动密切相关（涉企）"))
    department = SelectField(_l("承办部门"), coerce=int)
    topics = Ticks(_l("属于哪些领域"))
    summary = text(_l("内容摘要"), "summary", wide=True)
    affects = text(_l("影响哪些人"), "affects", Needed(FOR_REVIEW))
    audiences = Ticks(_l("与哪些人关系大"))
    plain_summary = text(_l("通俗解读"), "plain_summary", wide=True)
    legal_basis = text(_l("制定依据"), "legal_basis", wide=True)
    explanation = text(_l("起草说明"), "explanation", Needed(FOR_REVIEW), wide=True)
    explanation_file = FileField(_l("起草说明文件"))
    contact_unit = text(_l("联系单位"), "contact_unit", Needed(FOR_REVIEW))
    contact_phone = text(_l("联系电话"), "contact_phone")
    contact_email = text(_l("电子邮箱"), "contact_email")
    contact_address = text(_l("通信地址"), "contact_address")
    opens_on = day(_l("开始日期"))
    opens_time = hour(_l("开始时刻"))
    closes_on = day(_l("截止日期"), Needed(FOR_REVIEW))
    closes_time = hour(_l("截止时刻"))
    decision_due_on = day(_l("预计作出决定的日期"))
    short_window_reason = text(_l("缩短期限的理由"), "short_window_reason", wide=True)
    publication_attribute = RadioField(_l("公开属性"), validators=[Needed(FOR_REVIEW), Optional()])
    attribute_reason = text(_l("删减或者不予公开的理由"), "attribute_reason", wide=True)
    identity = RadioField(
        _l("提意见要不要核实身份"), default=Identity.OPTIONAL.value, validators=[Optional()]
    )

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department.choices = [SelectChoice(str(id), name) for id, name in departments]
        self.matter.choices = labelled(Matter)
        self.topics.choices, self.audiences.choices = labelled(Topic), labelled(Audience)
        self.publication_attribute.choices = labelled(PublicationAttribute)
        self.identity.choices = [
            SelectChoice(each.value, sentence(words)) for each, words in IDENTITY_WORDS.items()
        ]

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
            affects=self.affects.data,
            plain_summary=self.plain_summary.data,
            topics=frozenset(map(Topic, self.topics.data or ())),
            audiences=frozenset(map(Audience, self.audiences.data or ())),
            decision_due_on=self.decision_due_on.data,
            planned_opens_at=opening_instant(self.opens_on.data, self.opens_time.data),
            closes_at=self.closes_at,
            short_window_reason=self.short_window_reason.data,
            publication_attribute=PublicationAttribute(attribute) if attribute else None,
            attribute_reason=self.attribute_reason.data,
            identity=Identity(self.identity.data or Identity.OPTIONAL),
        )


def filled_in(consultation: Consultation, subjects: Subjects) -> dict[str, Any]:
    """A consultation as the values of its form."""
    own = {name: getattr(consultation, name) for name in LONGEST}
    attribute = consultation.publication_attribute
    values: dict[str, Any] = {
        **own,
        "matter": consultation.matter.value,
        "touches_market": consultation.touches_market,
        "department": consultation.department_id,
        "topics": [each.value for each in subjects.topics],
        "audiences": [each.value for each in subjects.audiences],
        "decision_due_on": consultation.decision_due_on,
        "publication_attribute": attribute.value if attribute else None,
        "identity": consultation.identity.value,
    }
    if consultation.planned_opens_at is not None:
        opens = local(consultation.planned_opens_at, zone())
        values |= {"opens_on": opens.date(), "opens_time": opens.time()}
    return values | closing_values(consultation.closes_at)
