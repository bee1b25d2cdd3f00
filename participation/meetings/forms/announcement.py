"""The staff's forms of an announcement, of calling it off, and of a file of the record."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    Field,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from participation.consultations.place import zone
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_
from participation.meetings.models import Meeting
from participation.meetings.operations import (
    MeetingFields,
)
from participation.meetings.rules import (
    ATTENDEE_WORDS,
    MEETING_WORDS,
    MOST_PEOPLE,
    AttendeeKind,
    MeetingKind,
)
from participation.rulebook.days import close_after, closing
from participation.web.forms import Form, tidy

Typed = dict[str, Any]


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=zone())


def _last_day(closes_at: datetime | None) -> date | None:
    return closing(closes_at, zone()).on if closes_at else None


def people(word: str | None, field: str) -> int:
    """A number of people as typed; nothing means none."""
    typed = (word or "").strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 8):
        raise Invalid(N_("人数应当在0到%(limit)s之间。"), {"limit": MOST_PEOPLE}, field=field)
    return int(typed)


class MeetingForm(Form):
    """An announcement; the fields `invited_<kind>` are added below."""

    kind = SelectField(_l("会议形式"), validators=[InputRequired()])
    title = StringField(
        _l("会议名称"), filters=[tidy], validators=[DataRequired(_l("请填写会议名称。"))]
    )
    starts_on = DateField(_l("日期"), validators=[DataRequired(_l("请填写日期，如 2026-06-15。"))])
    starts_time = TimeField(
        _l("开始时间"), validators=[InputRequired(_l("请填写开始时间，如 09:00。"))]
    )
    ends_time = TimeField(_l("结束时间"), validators=[Optional()])
    place = StringField(
        _l("地点"), filters=[tidy], validators=[DataRequired(_l("请填写会议地点。"))]
    )
    host = StringField(_l("主持人"), filters=[tidy], description=_l("写职务即可。"))
    agenda = TextAreaField(_l("议程"), filters=[tidy], description=_l("每行一项。"))
    how_to_join = TextAreaField(
        _l("怎么参加"), filters=[tidy], description=_l("写明名额、报名条件和方式、旁听办法。")
    )
    registration_closes_on = DateField(
        _l("报名截止日"), validators=[Optional()], description=_l("到这一天的24:00为止。")
    )
    materials_sent_on = DateField(
        _l("会议材料送达日"), validators=[Optional()], description=_l("听证会须在7日前送达参加人。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice(kind.value, _(words)) for kind, words in MEETING_WORDS.items()
        ]

    def invited_fields(self) -> list[tuple[AttendeeKind, Field]]:
        """The fields of the people invited, by kind."""
        return [(kind, self[f"invited_{kind}"]) for kind in AttendeeKind]

    def fields(self) -> MeetingFields:
        """The announcement as the operations take it; raise Invalid for what is no number."""
        day = self.starts_on.data
        closes_on, sent_on = self.registration_closes_on.data, self.materials_sent_on.data
        starts_at = _instant(day, self.starts_time.data)
        return MeetingFields(
            kind=MeetingKind(self.kind.data),
            title=self.title.data,
            starts_at=starts_at,
            ends_at=_instant(day, self.ends_time.data) if self.ends_time.data else None,
            place=self.place.data,
            host=self.host.data or "",
            agenda=self.agenda.data or "",
            how_to_join=self.how_to_join.data or "",
            registration_closes_at=close_after(closes_on, zone()) if closes_on else None,
            # A day without its hour: the end of it is the safe reading.
            materials_sent_at=close_after(sent_on, zone()) if sent_on else None,
            invited={kind: people(each.data, each.name) for kind, each in self.invited_fields()},
        )


for _kind in AttendeeKind:
    setattr(
        MeetingForm,
        f"invited_{_kind}",
        StringField(_l(ATTENDEE_WORDS[_kind]), filters=[tidy], render_kw={"inputmode": "numeric"}),
    )


def filled(meeting: Meeting) -> Typed:
    """What fills the form of a meeting that was announced."""
    place = zone()
    starts_at = meeting.starts_at.astimezone(place)
    ends_at = meeting.ends_at.astimezone(place) if meeting.ends_at else None
    invited = {f"invited_{each.kind}": str(each.invited or "") for each in meeting.attendance}
    return {
        "kind": meeting.kind.value,
        **{
            name: getattr(meeting, name)
            for name in ("title", "place", "host", "agenda", "how_to_join")
        },
        "starts_on": starts_at.date(),
        "starts_time": starts_at.time(),
        "ends_time": ends_at.time() if ends_at else None,
        "registration_closes_on": _last_day(meeting.registration_closes_at),
        "materials_sent_on": _last_day(meeting.materials_sent_at),
        **invited,
    }


class CancelForm(Form):
    """Calling a meeting off."""

    note = TextAreaField(
        _l("取消的原因"),
        filters=[tidy],
        validators=[DataRequired(_l("请写明取消的原因，公众会看到。"))],
        description=_l("公众会看到。如改期，请另行预告。"),
    )


class FileForm(Form):
    """One file of the record."""

    file = FileField(
        _l("文件"),
        validators=[FileRequired(_l("请选择文件。"))],
        description=_l("PDF、Word（docx）、Excel（xlsx）、PNG、JPEG，不超过10 MB。"),
    )
