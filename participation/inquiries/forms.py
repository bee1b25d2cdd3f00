"""The forms of questions: asking one, and what officers do with it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from participation.comments.contacts import read_contact
from participation.comments.forms import AtMost
from participation.comments.proving import LONGEST_PROOF
from participation.inquiries import rules
from participation.inquiries.operations import GivenAnswer
from participation.inquiries.operations.asking import BAD_MAIL
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature
from participation.rulebook.removal import OFFICERS_REASONS
from participation.web import pace
from participation.web.filters import sentence
from participation.web.forms import Form, PublicForm, tidy


class AskForm(PublicForm):
    """A question, asked by whoever has one; `as_question` is offered where it looks like none."""

    clause = HiddenField(validators=[Length(max=80)])
    body = TextAreaField(
        _l("您的问题"),
        filters=[tidy],
        validators=[InputRequired(_l("请写下您的问题。")), AtMost(rules.LONGEST_QUESTION)],
    )
    mail = StringField(_l("电子邮箱"), filters=[tidy], validators=[Length(max=120)])
    as_question = BooleanField(_l("这是对草案的提问，仍然提交"))
    # When the form was opened, signed; the work that the browser did meanwhile.
    opened = HiddenField(default=pace.stamp)
    proof = HiddenField(validators=[Length(max=LONGEST_PROOF)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_fast = not pace.has_passed(self.opened.data)
        # A form that lost its stamp gets another: pressing again a little later goes through.
        if pace.opened_at(self.opened.data) is None:
            self.opened.data = pace.stamp()

    @property
    def contact(self) -> Any:
        """The field by which one sender is known."""
        return self.mail

    def validate_mail(self, field: Any) -> None:
        """One address, or none."""
        contact = read_contact(field.data) if field.data else ""
        if contact is None or (contact and "@" not in contact):
            raise ValidationError(sentence(BAD_MAIL))

    def words(self) -> dict[str, Any]:
        """The fields as the operation takes them."""
        return {
            "clause_key": self.clause.data or None,
            "body": self.body.data,
            "mail": self.mail.data or "",
            "submission_key": self.submission_key.data or "",
            "as_question": bool(self.as_question.data),
        }


class ClassForm(Form):
    """How hard a question is."""

    difficulty = RadioField(
        _l("难易"), validators=[InputRequired(_l("请选择简单问题或者复杂问题。"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.difficulty.choices = [(each.value, sentence(each.label)) for each in Difficulty]


class AnswerForm(Form):
    """An answer, for everybody or with a reason for the sender alone."""

    answer = TextAreaField(
        _l("答复"),
        filters=[tidy],
        validators=[InputRequired(_l("请写下答复。")), AtMost(rules.LONGEST_ANSWER)],
    )
    reason = SelectField(_l("给谁看"), validators=[Optional()])
    shown_question = TextAreaField(
        _l("公开显示的问题"),
        filters=[tidy],
        validators=[AtMost(rules.LONGEST_QUESTION * 2)],
    )
    is_forced = BooleanField(_l("仍然发出（只答复提问人时可选）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        private = _l("只答复提问人：%(why)s")
        self.reason.choices = [("", _l("公开问题和答复"))] + [
            (each.value, str(private) % {"why": sentence(each.label)}) for each in WithholdingReason
        ]

    def given(self) -> GivenAnswer:
        """The fields as the operation takes them."""
        return GivenAnswer(
            text=self.answer.data,
            shown_question=self.shown_question.data or "",
            reason=WithholdingReason(self.reason.data) if self.reason.data else None,
            is_forced=bool(self.is_forced.data),
        )


class ReviseForm(Form):
    """An answer's corrected words."""

    answer = TextAreaField(
        _l("更正后的答复"),
        filters=[tidy],
        validators=[InputRequired(_l("请写下答复。")), AtMost(rules.LONGEST_ANSWER)],
    )


class ReferForm(Form):
    """To whom a question is handed on, as what, and what its sender is told."""

    nature = RadioField(_l("属于"), validators=[InputRequired(_l("请选择属于哪一类。"))])
    unit = StringField(
        _l("转给哪个单位"),
        filters=[tidy],
        validators=[InputRequired(_l("请写明转给哪个单位。")), AtMost(rules.LONGEST_UNIT)],
    )
    note = TextAreaField(
        _l("告知提问人"),
        filters=[tidy],
        validators=[InputRequired(_l("请写明要告诉提问人什么。")), AtMost(rules.LONGEST_NOTE)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nature.choices = [(each.value, sentence(each.label)) for each in Nature]


class ReturnForm(Form):
    """Why what was handed on came back."""

    note = StringField(
        _l("退回的理由"),
        filters=[tidy],
        validators=[InputRequired(_l("请写明退回的理由。")), AtMost(rules.LONGEST_NOTE)],
    )


class EraseForm(Form):
    """Why a question's words are destroyed."""

    # It stands on one page with the answer's own reason.
    reason = SelectField(
        _l("删除的原因"), id="reason-to-erase", validators=[InputRequired(_l("请选择。"))]
    )
    basis = StringField(
        _l("依据"), filters=[tidy], validators=[InputRequired(_l("请写明依据。")), AtMost(300)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(each.value, sentence(each.label)) for each in OFFICERS_REASONS]
