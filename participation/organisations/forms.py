"""The forms of organisations: founding, inviting, writing together, sending for the body."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from participation.accounts.addresses import LONGEST
from participation.comments.forms import AtMost, FilesForm, SenderForm, WordsForm, worded
from participation.comments.operations import SubmittedComment
from participation.comments.rules import RESPONDENT_WORDS, RespondentKind
from participation.organisations.rules import KINDS
from participation.web.forms import Form, tidy


class OrganisationForm(Form):
    """What an organisation is called, and what it is."""

    name = StringField(
        _l("单位名称"),
        filters=[tidy],
        validators=[InputRequired(_l("请填写单位或者组织的名称。")), AtMost(60)],
    )
    kind = RadioField(_l("类别"), validators=[InputRequired(_l("请选择单位的类别。"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = worded(RESPONDENT_WORDS, KINDS)

    def values(self) -> tuple[str, RespondentKind]:
        """Name and kind as the operations take them."""
        return self.name.data or "", RespondentKind(self.kind.data)


class InviteForm(Form):
    """Whom to invite."""

    email = StringField(
        _l("对方的电子邮箱"),
        filters=[tidy],
        validators=[InputRequired(_l("请填写电子邮箱。")), Length(max=LONGEST)],
    )


class OpinionForm(WordsForm):
    """One opinion of a joint draft; `version` is the one that the writer had read, 0 for none."""

    version = HiddenField(default="0", validators=[Length(max=9)])

    @property
    def seen(self) -> int:
        """The version that was read."""
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def written(self, locale: str) -> SubmittedComment:
        """The words as the operations take them; files are added when all is sent."""
        return SubmittedComment(**{**self.words(), "files": ()}, locale=locale)


class SendForm(FilesForm, SenderForm):
    """What the lead adds before the joint draft is sent; who speaks is the organisation.

    `state` tells the list that was looked over from one that was changed since.
    """

    state = HiddenField(validators=[Length(max=40)])
    files_at = SelectField(_l("附件随哪一条意见"), coerce=int, validators=[Optional()])

    def __init__(self, places: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.respondent_kind, self.name
        self.files_at.choices = places
