"""Fields that several forms of the procedure share, and how local days become instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from participation.consultations.place import zone
from participation.consultations.rules import LONGEST, may_close
from participation.kernel import clock
from participation.rulebook.days import Closing, closing, start_of
from participation.web.filters import sentence
from participation.web.forms import Form, tidy

YEARS = range(2000, 2200)
FOR_REVIEW = _l("送审前必填")


class Needed:
    """Marks a field that may stay empty now but not for a later step, and says for which."""

    def __init__(self, words: Any) -> None:
        self.field_flags = {"needed": words}

    def __call__(self, form: Form, field: Field) -> None:
        return


def too_long(limit: int) -> Length:
    """No more characters than that."""
    return Length(max=limit, message=_l("最多%(max)d字，请删减。"))


def text(label: Any, name: str, *extra: Any, wide: bool = False) -> Field:
    """A text of `rules.LONGEST`, on one line or on several."""
    kind = TextAreaField if wide else StringField
    return kind(label, filters=[tidy, given], validators=[*extra, too_long(LONGEST[name])])


def given(text: str | None) -> str:
    """A text that was not sent at all is an empty one."""
    return text or ""


def day(label: Any, *extra: Any) -> DateField:
    """A day that may be left out."""
    return DateField(label, validators=[*extra, Optional(), sensible_year])


def hour(label: Any) -> TimeField:
    """An hour that may be left out."""
    return TimeField(label, format=["%H:%M", "%H:%M:%S"], validators=[Optional()])


class Labelled(Protocol):
    """A kind with what people call it."""

    value: Any

    @property
    def label(self) -> str: ...


def labelled(kinds: Iterable[Labelled]) -> list[SelectChoice]:
    """Kinds as choices, in their order."""
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


def closing_values(closes_at: datetime | None) -> dict[str, Any]:
    """A close as the values of its two fields."""
    if closes_at is None:
        return {}
    end = closing(closes_at, zone())
    return {"closes_on": end.on, "closes_time": end.hour}
