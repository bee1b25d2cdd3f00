"""Makes an entered opinion of a row, by the officer's mapping; says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from participation.comments.operations.submit import EnteredComment, checked_entry
from participation.comments.rules import Channel, RespondentKind, Stance
from participation.consultations.models import Consultation
from participation.consultations.numbering import format_number
from participation.consultations.queries import clauses_by_name
from participation.importing.models import Import
from participation.importing.rules import Field, Note
from participation.importing.spool import Row
from participation.importing.values import (
    first_contact,
    read_channel,
    read_day,
    read_kind,
    read_stance,
)
from participation.kernel.errors import Invalid
from participation.kernel.text import normal_form
from participation.kernel.vault import blind_index
from participation.kernel.verdict import N_

_DIGITS = re.compile(r"[0-9]{1,4}")
WHOLE = frozenset({"整个草案", "全文", "整体", "总体", "草案", "无", "-", "/"})
SHOWN = 30
"""How many characters of a cell a remark repeats."""
FIELDS_OF = {
    "said_on": Field.DAY,
    "said_at_place": Field.PLACE,
    "proposed_text": Field.PROPOSAL,
    "proposal_kind": Field.PROPOSAL,
}
"""How the operations call what a column holds, where the names differ."""


class Remark(NamedTuple):
    """What is told of a row; `params` fill the sentence's places."""

    kind: Note
    field: Field
    sentence: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """A row as an opinion, None where an error keeps it out, and the remarks on it."""

    entry: EnteredComment | None
    remarks: list[Remark]


@dataclass(frozen=True)
class Defaults:
    """What stands for cells that are empty and columns that are not there."""

    channel: Channel
    day: date
    stance: Stance


class Interpreter:
    """Reads the rows of one import."""

    def __init__(self, found: Import, consultation: Consultation) -> None:
        self._digest = found.file_digest
        self._consultation = consultation
        self._columns = {Field(name): column for name, column in found.mapping.items()}
        self._defaults = Defaults(
            Channel(found.defaults["channel"]),
            date.fromisoformat(found.defaults["day"]),
            Stance(found.defaults["stance"]),
        )
        self._clauses = clauses_by_name(consultation.id) if Field.CLAUSE in self._columns else {}

    def read(self, row: Row) -> Reading:
        """The opinion in a row, and what is to be said of it."""
        remarks: list[Remark] = []
        try:
            entry = checked_entry(self._consultation, self._entry(row, remarks))
        except Invalid as error:
            remarks.append(remark_of(error))
            return Reading(None, remarks)
        return Reading(entry, remarks)

    def _entry(self, row: Row, remarks: list[Remark]) -> EnteredComment:
        defaults = self._defaults
        contact, is_cut = first_contact(self._cell(row, Field.CONTACT))
        if is_cut:
            said = N_("只取了第一个联系方式。") if contact else N_("联系方式认不出，没有录入。")
            remarks.append(Remark(Note.WARNING, Field.CONTACT, said, {}))
        body, proposal = self._cell(row, Field.BODY), self._cell(row, Field.PROPOSAL)
        if proposal and not body:
            # Who only wrote how it should read has said what they think.
            body, proposal = proposal, ""
        entry = EnteredComment(
            body=body,
            proposed_text=proposal,
            stance=defaults.stance,
            channel=self._channel(row),
            said_on=self._day(row),
            said_at_place=self._cell(row, Field.PLACE),
            name=self._cell(row, Field.NAME),
            contact=contact,
            submission_key=self.key_of(row),
        )
        return replace(
            entry,
            stance=self._worded(row, Field.STANCE, read_stance, remarks) or defaults.stance,
            respondent_kind=self._worded(row, Field.KIND, read_kind, remarks)
            or RespondentKind.PERSON,
            clause_key=self._clause(row, remarks),
        )

    def key_of(self, row: Row) -> str:
        """The submission key: this row of this file is one act, however often it is tried."""
        return "import:" + blind_index(f"{self._digest}:{row.digest}", "import.key")[:48]

    def _cell(self, row: Row, field: Field) -> str:
        column = self._columns.get(field)
        return row.cells[column] if column is not None and column < len(row.cells) else ""

    def _channel(self, row: Row) -> Channel:
        word = self._cell(row, Field.CHANNEL)
        if not word:
            return self._defaults.channel
        channel = read_channel(word)
        if channel is None:
            raise Invalid(
                N_("不知道“%(word)s”是哪种来源。"), {"word": word[:SHOWN]}, field=Field.CHANNEL
            )
        return channel

    def _day(self, row: Row) -> date:
        word = self._cell(row, Field.DAY)
        if not word:
            return self._defaults.day
        day = read_day(word)
        if day is None:
            raise Invalid(
                N_("“%(word)s”不是日期，请写成 2026-06-01 这样。"),
                {"word": word[:SHOWN]},
                field=Field.DAY,
            )
        return day

    def _worded(self, row: Row, field: Field, read: Any, remarks: list[Remark]) -> Any:
        word = self._cell(row, field)
        value = read(word) if word else None
        if word and value is None:
            said = N_("认不出“%(word)s”，按没有填写处理。")
            remarks.append(Remark(Note.WARNING, field, said, {"word": word[:SHOWN]}))
        return value

    def _clause(self, row: Row, remarks: list[Remark]) -> str | None:
        word = self._cell(row, Field.CLAUSE)
        named = normal_form(word)
        if not named or named in WHOLE:
            return None
        counted = _DIGITS.sub(lambda found: format_number(int(found[0])), named)
        for name in (named, counted, f"第{counted}条"):
            if name in self._clauses:
                return self._clauses[name].key
        said = N_("草案里没有找到“%(word)s”，按针对整个草案录入。")
        remarks.append(Remark(Note.WARNING, Field.CLAUSE, said, {"word": word[:SHOWN]}))
        return None


def remark_of(error: Invalid) -> Remark:
    """A refusal of the operations as a remark on the row."""
    known = FIELDS_OF.get(error.field) or (
        Field(error.field) if error.field in list(Field) else Field.BODY
    )
    params = {
        name: value if isinstance(value, int) else str(value)
        for name, value in error.params.items()
    }
    return Remark(Note.ERROR, known, error.reason, params)
