"""What people fill in to follow: an address, what, how often."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from participation.comments.contacts import read_contact
from participation.notifications.rules import Pace
from participation.web.forms import Form, PublicForm, Ticks, tidy

LONGEST_ADDRESS = 120
NEEDED = InputRequired(_l("请选一项。"))


class AddressForm(PublicForm):
    """The one mail address that letters go to."""

    address = StringField(
        _l("邮箱"),
        [InputRequired(_l("请填写邮箱。")), Length(max=LONGEST_ADDRESS)],
        filters=[tidy],
    )

    def validate_address(self, field: Any) -> None:
        """One address as people type it; what is kept is its plain form."""
        plain = read_contact(field.data or "")
        if plain is None or "@" not in plain:
            raise ValidationError(
                _("这不像一个邮箱地址。请写成 name@example.cn 的样子，只写一个。")
            )
        field.data = plain


def _paces() -> list[tuple[str, Any]]:
    return [(each.value, _(each.label)) for each in Pace]


class FollowForm(AddressForm):
    """What is to be followed, by whom, how often."""

    topics = Ticks(_l("领域"), validate_choice=True)
    audiences = Ticks(_l("与谁有关"), validate_choice=True)
    departments = Ticks(_l("部门"), validate_choice=True)
    others = Ticks(_l("事项"), validate_choice=True)
    pace = RadioField(_l("多久发一次"), [NEEDED], default=Pace.EACH.value)

    def __init__(self, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pace.choices = _paces()
        for name, of in choices.items():
            self[name].choices = of

    @property
    def subjects(self) -> list[str]:
        """Everything that is ticked."""
        fields = (self.others, self.topics, self.audiences, self.departments)
        return [word for field in fields for word in field.data or []]

    def validate(self, extra_validators: Any = None) -> bool:
        """Something is to be ticked."""
        is_valid: bool = super().validate(extra_validators)
        if is_valid and not self.subjects:
            self.topics.errors = [_("请至少选一项。")]
            return False
        return is_valid


class OwnForm(Form):
    """What an address goes on following, and how often."""

    keep = Ticks(_l("继续订阅"), validate_choice=True)
    pace = RadioField(_l("多久发一次"), [NEEDED])
    locale = RadioField(_l("信用什么语言写"), [NEEDED])

    def __init__(self, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keep.choices = choices
        self.pace.choices = _paces()
        self.locale.choices = [("zh", "中文"), ("en", "English")]
