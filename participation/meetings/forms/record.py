"""The staff's form of a record: summary, attendance, and as many statements as were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from participation.meetings.forms.announcement import Typed, people
from participation.meetings.models import Meeting
from participation.meetings.operations import AttendanceFields, RecordFields, StatementFields
from participation.meetings.rules import ATTENDEE_WORDS, MOST_STATEMENTS, AttendeeKind
from participation.web.forms import Form, tidy

PARTS = ("speaker", "kind", "clause", "page", "text")


class RecordForm(Form):
    """A record: summary and attendance; `record_form` adds the rows of the statements."""

    summary = TextAreaField(
        _l("会议情况"),
        filters=[tidy],
        description=_l("经过、主要意见和分歧、笔录核对签名的情况。公布后公众可见。"),
    )
    pasted = TextAreaField(
        _l("成批加入发言"),
        description=_l("每行一条，按“发言人：内容”写。没有冒号的行接在上一条后面。"),
    )
    pasted_kind = SelectField(_l("这些发言人属于"), validate_choice=False)
    count = HiddenField(default="0")
    rows = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [SelectChoice(kind.value, _(words)) for kind, words in ATTENDEE_WORDS.items()]
        self.pasted_kind.choices = choices
        for position in range(self.rows):
            self[f"statement_{position}_kind"].choices = choices

    def row(self, position: int) -> dict[str, Field]:
        """The fields of the statement at a position, by their part."""
        return {part: self[f"statement_{position}_{part}"] for part in PARTS}

    def attendance_fields(self) -> list[tuple[AttendeeKind, Field, Field]]:
        """For each kind the fields of how many were invited and came."""
        return [(kind, self[f"invited_{kind}"], self[f"attended_{kind}"]) for kind in AttendeeKind]

    def typed_rows(self) -> list[Typed]:
        """All statements as typed."""
        return [
            {part: each.data for part, each in self.row(position).items()}
            for position in range(self.rows)
        ]

    def typed_rest(self) -> Typed:
        """What was typed beside the statements."""
        return {
            name: each.data
            for name, each in self._fields.items()
            if not name.startswith("statement_") and name not in {"csrf_token", "count"}
        }

    def fields(self) -> RecordFields:
        """The record as the operations take it; raise Invalid for what is no number."""
        return RecordFields(
            summary=self.summary.data or "",
            attendance=[
                AttendanceFields(
                    kind,
                    people(invited.data, invited.name),
                    people(attended.data, attended.name),
                )
                for kind, invited, attended in self.attendance_fields()
            ],
            statements=[
                StatementFields(
                    row["speaker"] or "",
                    row["text"] or "",
                    _kind(row["kind"]),
                    row["clause"] or "",
                    row["page"] or "",
                )
                for row in self.typed_rows()
            ],
        )


for _each in AttendeeKind:
    for _part, _words in (("invited", _l("应到")), ("attended", _l("实到"))):
        setattr(
            RecordForm,
            f"{_part}_{_each}",
            StringField(_words, filters=[tidy], render_kw={"inputmode": "numeric"}),
        )


def _kind(word: str | None) -> AttendeeKind:
    return AttendeeKind(word) if word in set(AttendeeKind) else AttendeeKind.RESIDENTS


def record_form(rows: int) -> type[RecordForm]:
    """The form of a record with so many statements."""
    fields: dict[str, Any] = {"rows": rows}
    for position in range(rows):
        # An error in the summary must say which statement it means.
        named = {
            part: _("第%(number)s条发言：%(part)s", number=position + 1, part=words)
            for part, words in (
                ("speaker", _("发言人")),
                ("kind", _("身份")),
                ("clause", _("涉及条款")),
                ("page", _("笔录页码")),
                ("text", _("内容")),
            )
        }
        fields |= {
            f"statement_{position}_speaker": StringField(named["speaker"], filters=[tidy]),
            f"statement_{position}_kind": SelectField(named["kind"], validate_choice=False),
            f"statement_{position}_clause": StringField(named["clause"], filters=[tidy]),
            f"statement_{position}_page": StringField(named["page"], filters=[tidy]),
            f"statement_{position}_text": TextAreaField(named["text"], filters=[tidy]),
        }
    return type("RecordFormOfRows", (RecordForm,), fields)


def count_of(word: str | None) -> int:
    """How many statements a sent form has; at most as many as are allowed."""
    is_number = word and word.isascii() and word.isdecimal() and len(word) < 6
    return min(int(word), MOST_STATEMENTS) if word and is_number else 0


def record_filled(rest: Mapping[str, Any], rows: Sequence[Typed]) -> RecordForm:
    """A form that holds these statements, whatever the request has sent."""
    data: Typed = {**rest, "count": str(len(rows))}
    for position, row in enumerate(rows):
        data |= {f"statement_{position}_{part}": row.get(part) for part in PARTS}
    return record_form(len(rows))(formdata=None, data=data)


def record_of(meeting: Meeting) -> RecordForm:
    """The form of the record as it is kept."""
    rest: Typed = {"summary": meeting.record_summary, "pasted_kind": AttendeeKind.RESIDENTS.value}
    for each in meeting.attendance:
        rest[f"invited_{each.kind}"] = str(each.invited or "")
        rest[f"attended_{each.kind}"] = str(each.attended or "")
    rows = [
        {
            "speaker": each.speaker,
            "kind": each.speaker_kind.value,
            "clause": each.clause.label if each.clause else "",
            "page": each.page,
            "text": each.text,
        }
        for each in meeting.statements
    ]
    return record_filled(rest, rows)
