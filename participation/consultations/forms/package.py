"""The forms of what stands beside a draft: a document, an interpretation, the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from participation.consultations.forms.parts import (
    Needed,
    day,
    given,
    labelled,
    sensible_year,
    too_long,
)
from participation.consultations.intake import TakenPicture
from participation.consultations.kinds import DecisionOutcome, DocumentKind, InterpretationKind
from participation.consultations.models import Consultation, Decision, Interpretation
from participation.consultations.operations import DecisionFields, InterpretationFields
from participation.consultations.rules import LONGEST_PART
from participation.web.forms import Form, tidy


def _words(label: Any, name: str, *extra: Any, wide: bool = False) -> Field:
    kind = TextAreaField if wide else StringField
    return kind(label, filters=[tidy, given], validators=[*extra, too_long(LONGEST_PART[name])])


class DocumentForm(Form):
    """A document of the package."""

    kind = SelectField(_l("是什么文件"), validators=[DataRequired()])
    title = _words(_l("标题"), "title")
    file = FileField(_l("文件"), validators=[FileRequired(_l("请选择文件。"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = labelled(DocumentKind)


class RemovalForm(Form):
    """Why a public document is taken down."""

    removal_note = _words(_l("撤下的原因"), "removal_note", Needed(_l("必填")), wide=True)


class InterpretationForm(Form):
    """An interpretation of the whole draft or of one clause."""

    kind = RadioField(_l("用什么方式解读"), validators=[InputRequired(_l("请选择一种方式。"))])
    clause = SelectField(_l("解读哪里"), validators=[Optional()])
    title = _words(_l("标题"), "title", DataRequired(_l("请填写标题。")))
    body = _words(_l("内容"), "body", wide=True)
    picture = FileField(_l("图片"))
    picture_words = _words(_l("图片里写了什么"), "picture_words", wide=True)
    link = _words(_l("视频网址"), "link")

    def __init__(self, *args: Any, clauses: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = labelled(InterpretationKind)
        self.clause.choices = [
            SelectChoice("", _l("整个草案")),
            *(SelectChoice(key, words) for key, words in clauses),
        ]

    def fields(self, picture: TakenPicture | None) -> InterpretationFields:
        """What was filled in, as the operations take it."""
        return InterpretationFields(
            kind=InterpretationKind(self.kind.data),
            title=self.title.data,
            clause_key=self.clause.data or "",
            body=self.body.data,
            link=self.link.data,
            picture_words=self.picture_words.data,
            picture=picture,
        )


def interpreted(found: Interpretation) -> dict[str, Any]:
    """An interpretation as the values of its form."""
    own = {name: getattr(found, name) for name in ("title", "body", "picture_words", "link")}
    return {**own, "kind": found.kind.value, "clause": found.clause_key or ""}


class DecisionForm(Form):
    """What was decided in the end."""

    outcome = RadioField(_l("结果"), validators=[InputRequired(_l("请选择结果。"))])
    decided_on = DateField(
        _l("作出决定的日期"), validators=[InputRequired(_l("请填写日期。")), sensible_year]
    )
    title = _words(_l("印发文件的标题"), "title", Needed(_l("已经印发的必填")))
    number = _words(_l("文号"), "number")
    effective_on = day(_l("施行日期"))
    link = _words(_l("正式文本的网址"), "link")
    note = _words(_l("向公众的说明"), "note", Needed(_l("不再制定的必填")), wide=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = labelled(DecisionOutcome)

    def fields(self) -> DecisionFields:
        """What was filled in, as the operations take it."""
        return DecisionFields(
            outcome=DecisionOutcome(self.outcome.data),
            decided_on=self.decided_on.data,
            title=self.title.data,
            number=self.number.data,
            effective_on=self.effective_on.data,
            link=self.link.data,
            note=self.note.data,
        )


def decided(consultation: Consultation, found: Decision | None) -> dict[str, Any]:
    """A decision as the values of its form."""
    if found is None:
        return {"title": consultation.title}
    own = {name: getattr(found, name) for name in ("title", "number", "effective_on", "link")}
    return {
        **own,
        "note": found.note,
        "outcome": consultation.outcome and consultation.outcome.value,
        "decided_on": consultation.decided_on,
    }
