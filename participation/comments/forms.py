"""The forms of opinions: writing one, finding a receipt, entering what was said, acting on many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from participation.comments import rules
from participation.comments.contacts import read_contact
from participation.comments.proving import LONGEST_PROOF
from participation.comments.receipts import read_receipt
from participation.comments.rules import Channel, ProposalKind, RespondentKind, Stance
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.removal import OFFICERS_REASONS, RestrictionReason
from participation.web import pace
from participation.web.filters import sentence
from participation.web.forms import Form, PublicForm, tidy

LONG_AGO = datetime.min.replace(tzinfo=UTC)
OFFLINE = tuple(channel for channel in Channel if channel not in rules.ONLINE)


def worded(words: Mapping[Any, str], only: Iterable[Any] | None = None) -> list[tuple[str, str]]:
    """Choices from a rule's words, in the reader's language."""
    return [(str(value), sentence(words[value])) for value in (only or words)]


class AtMost(Length):  # type: ignore[misc]
    """At most so many characters, counted as people count; says how many there are."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, form: Form, field: Field) -> None:
        count = len(field.data or "")
        if count > self.max:
            raise ValidationError(_l(rules.TOO_LONG, most=self.max, count=count))


def one_line_ends(text: Any) -> Any:
    """Words quoted come back as they stood: a browser's line ends are one character again."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


class FilesForm(PublicForm):
    """Files that go with what is sent, uploaded while it is written."""

    # The refs of uploaded files, in their order.
    files = HiddenField(validators=[Length(max=33 * rules.MOST_FILES)])

    @property
    def refs(self) -> tuple[str, ...]:
        """The refs of the uploaded files."""
        return tuple((self.files.data or "").split())


class WordsForm(FilesForm):
    """What an opinion says, and of what."""

    clause = HiddenField(validators=[Length(max=80)])
    document = HiddenField(validators=[Length(max=9)])
    quoted_text = HiddenField(filters=[one_line_ends], validators=[AtMost(rules.LONGEST_QUOTE)])
    quoted_at = HiddenField(validators=[Length(max=9)])
    stance = RadioField(
        _l("您的态度"), validators=[InputRequired(_l("请选择赞成、反对或者建议修改。"))]
    )
    body = TextAreaField(
        _l("您的意见"),
        filters=[tidy],
        validators=[InputRequired(_l("请写下您的意见。")), AtMost(rules.LONGEST_BODY)],
    )
    proposal_kind = RadioField(_l("想怎么改"), default="")
    proposed_text = TextAreaField(
        _l("您建议怎么写"), filters=[tidy], validators=[AtMost(rules.LONGEST_PROPOSAL)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stance.choices = worded(rules.STANCE_WORDS)
        self.proposal_kind.choices = [("", _l("只说意见")), *worded(rules.PROPOSAL_WORDS)]

    @property
    def proposal(self) -> ProposalKind | None:
        """What the proposed words do to the clause; None where they are told in words."""
        known = self.proposal_kind.data in list(ProposalKind)
        return ProposalKind(self.proposal_kind.data) if known else None

    def validate_proposed_text(self, field: Field) -> None:
        """A proposal on a clause is whole: words, unless it deletes."""
        verdict = rules.proposal_fits(self.proposal, field.data or "", on_clause=True)
        if not verdict:
            raise ValidationError(sentence(verdict))

    def validate_body(self, field: Field) -> None:
        """White space alone is no opinion."""
        if not field.data:
            raise ValidationError(_l("请写下您的意见。"))

    def words(self) -> dict[str, Any]:
        """The fields as the operations take them."""
        return {
            "clause_key": self.clause.data or None,
            "document_id": _number(self.document.data),
            "quoted_text": self.quoted_text.data or "",
            "quoted_at": _number(self.quoted_at.data),
            "proposal_kind": self.proposal,
            "stance": Stance(self.stance.data),
            "body": self.body.data,
            "proposed_text": self.proposed_text.data or "",
            "files": self.refs,
            "submission_key": self.submission_key.data or "",
        }


class SenderForm(PublicForm):
    """Who speaks; of several opinions it is asked once."""

    respondent_kind = RadioField(
        _l("您代表谁"),
        default=RespondentKind.PERSON.value,
        validators=[InputRequired(_l("请选择您代表谁。"))],
    )
    name = StringField(_l("姓名或名称"), filters=[tidy], validators=[AtMost(rules.LONGEST_NAME)])
    contact = StringField(
        _l("联系方式"), filters=[tidy], validators=[AtMost(rules.LONGEST_CONTACT)]
    )
    # When the form was opened, signed; the work that the browser did meanwhile.
    opened = HiddenField(default=pace.stamp)
    proof = HiddenField(validators=[Length(max=LONGEST_PROOF)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.respondent_kind.choices = worded(rules.RESPONDENT_WORDS)
        self.is_too_fast = not pace.has_passed(self.opened.data)
        # A form that lost its stamp gets another: pressing again a little later goes through.
        if pace.opened_at(self.opened.data) is None:
            self.opened.data = pace.stamp()

    def validate_contact(self, field: Field) -> None:
        """One number or one address."""
        if field.data and read_contact(field.data) is None:
            raise ValidationError(_l(rules.BAD_CONTACT))

    def sender(self) -> dict[str, Any]:
        """The fields as the operations take them."""
        return {
            "respondent_kind": RespondentKind(self.respondent_kind.data),
            "name": self.name.data or "",
            "contact": self.contact.data or "",
        }


class CommentForm(WordsForm, SenderForm):
    """An opinion, written by whoever has one."""

    def words(self) -> dict[str, Any]:
        """What is said and who says it."""
        return {**super().words(), **self.sender()}


class BasketForm(SenderForm):
    """Several opinions to be sent at once; `basket` holds what was written so far."""

    basket = HiddenField()


class EntryForm(CommentForm):
    """An opinion that came by letter, telephone or meeting, entered by an officer."""

    clause = SelectField(_l("针对"), validators=[Optional()])
    channel = SelectField(_l("来源"), validators=[InputRequired(_l("请选择来源。"))])
    said_on = DateField(
        _l("日期"), validators=[InputRequired(_l("请填写来信、来电或者会议的日期。"))]
    )
    said_at_place = StringField(
        _l("地点"), filters=[tidy], validators=[AtMost(rules.LONGEST_PLACE)]
    )

    def __init__(self, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.clause.choices = clauses
        self.channel.choices = worded(rules.CHANNEL_WORDS, OFFLINE)
        self.stance.label.text = _l("态度")
        self.body.label.text = _l("意见内容")
        # The source and the day stay from one entry to the next: what is typed first is the words.
        if not self.is_submitted():
            self.body.render_kw = {"autofocus": True}
        self.proposal_kind.label.text = _l("这一条，怎么改")
        self.proposed_text.label.text = _l("建议怎么写")
        self.respondent_kind.label.text = _l("代表谁")


class ReceiptForm(Form):
    """A receipt code, as it stands on a slip of paper."""

    code = StringField(
        _l("回执码"),
        description=_l("十六个字母和数字，写成大写小写、有没有横线都可以。"),
        validators=[InputRequired(_l("请填写回执码。")), Length(max=200)],
    )

    def validate_code(self, field: Field) -> None:
        """A slip of the pen is told before anything is looked up."""
        if read_receipt(field.data or "") is None:
            raise ValidationError(
                _l("回执码有误：少了、多了或者写错了一个字符。请对照回执再填一次。")
            )


class LostForm(PublicForm):
    """The contact that an opinion was sent with, to which its code is sent again."""

    contact = StringField(
        _l("提交时填写的电子邮箱"),
        filters=[tidy],
        validators=[InputRequired(_l("请填写电子邮箱。")), AtMost(rules.LONGEST_CONTACT)],
    )

    def validate_contact(self, field: Field) -> None:
        """A mail address: codes are sent by mail alone."""
        if "@" not in (read_contact(field.data or "") or ""):
            raise ValidationError(_l("请填写一个电子邮箱，例如 name@example.cn。"))


class SupportForm(LostForm):
    """The mail address that supports an opinion."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact.label.text = _l("您的电子邮箱")


class CorrectionForm(CommentForm):
    """An author's new words; `seen` is how many corrections there were when they were begun."""

    seen = HiddenField(validators=[Length(max=9)])


class ActForm(Form):
    """What is done with the ticked opinions of the queue, or with all that wait."""

    action = HiddenField()
    # When the page was made: what changed since then was not seen on it.
    seen_at = HiddenField(validators=[Length(max=40)])
    reason = SelectField(_l("不公开的原因"), validators=[Optional()])
    original = IntegerField(
        _l("原件编号"),
        validators=[Optional(), NumberRange(1, 2**31 - 1, _l("请填写原件的编号。"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(each.value, sentence(each.label)) for each in WithholdingReason]
        self.reason.choices = [("", _l("请选择")), *reasons]

    @property
    def seen(self) -> datetime:
        """The instant of the page; long ago where it does not say."""
        try:
            return datetime.fromisoformat(self.seen_at.data or "")
        except ValueError:
            return LONG_AGO


def _reason_field(label: str) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[tidy],
        validators=[InputRequired(_l("请填写这一栏。")), AtMost(rules.LONGEST_REASON)],
    )


class RevealForm(Form):
    """Why an officer needs to be shown a contact."""

    reason = _reason_field(_l("查看的理由"))


class EraseForm(Form):
    """Why an opinion's words are removed, and by which law."""

    reason = RadioField(_l("删除的原因"), validators=[InputRequired(_l("请选择删除的原因。"))])
    basis = _reason_field(_l("法律依据"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(each.value, sentence(each.label)) for each in OFFICERS_REASONS]


class RestrictForm(Form):
    """Why an opinion is locked."""

    reason = SelectField(_l("限制的原因"), validators=[InputRequired(_l("请选择。"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(each.value, sentence(each.label)) for each in RestrictionReason]


class AnswerForm(Form):
    """What becomes of an author's request to erase, and why."""

    decision = RadioField(_l("怎样处理"), validators=[InputRequired(_l("请选择怎样处理。"))])
    answer = _reason_field(_l("依据或者理由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision.choices = [
            ("grant", _l("删除内容")),
            ("refuse", _l("不删除，继续锁定保存，并把理由告诉提交人")),
        ]
