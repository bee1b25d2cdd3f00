"""The base of every form: CSRF, a submission key, a honeypot, boxes, refusals at their field."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from participation.kernel.errors import Refused
from participation.kernel.text import plain
from participation.web.filters import sentence


def tidy(text: Any) -> Any:
    """A WTForms filter: typed text in its normal form."""
    return plain(text) if isinstance(text, str) else text


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose refusals can be shown at their field."""

    def validate(self, extra_validators: Any = None) -> bool:
        """As WTForms does; a worn-out token is told in words that say what to do."""
        is_right: bool = super().validate(extra_validators)
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            token.errors = [_("页面停留过久，安全校验已经更新。您写的内容都在，请再按一次。")]
        return is_right

    def refuse(self, error: Refused) -> None:
        """Show an operation's refusal at the field it names, else above the form."""
        name = getattr(error, "field", "")
        if name and name in self._fields:
            field: Field = self._fields[name]
            field.errors = [*field.errors, sentence(error)]
        else:
            self.form_errors.append(sentence(error))


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Any number of choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PublicForm(Form):
    """A form that anybody may send: its key makes a resent form the same act, once.

    `website` is a honeypot: people do not see it, programs fill it in.
    """

    submission_key = HiddenField(
        validators=[Length(max=80)], default=lambda: secrets.token_urlsafe(18)
    )
    website = StringField()

    @property
    def looks_automatic(self) -> bool:
        """Whether the honeypot was filled in."""
        return bool((self.website.data or "").strip())
