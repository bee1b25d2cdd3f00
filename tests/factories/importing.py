"""Tables of opinions as offices keep them, and imports of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from participation.consultations.models import Consultation
from participation.importing import operations
from participation.importing.models import Import
from participation.importing.rules import Field
from participation.importing.spool import spool_table
from participation.kernel import jobs
from participation.kernel.actor import Actor
from participation.kernel.db import db, transaction

HEADS = ["序号", "反馈人", "联系方式", "渠道", "条款", "意见内容", "日期"]
MAPPING = {
    Field.NAME: 1,
    Field.CONTACT: 2,
    Field.CHANNEL: 3,
    Field.CLAUSE: 4,
    Field.BODY: 5,
    Field.DAY: 6,
}
DEFAULTS = {"channel": "letter", "day": "2026-05-28", "stance": "suggest", "again": "skip"}


def a_row(number: int, **changes: str) -> list[str]:
    """A row under `HEADS`; `changes` are of name, contact, channel, clause, body, day."""
    given = {
        "name": f"周{number}",
        "contact": "",
        "channel": "来信",
        "clause": "第二条",
        "body": f"第{number}盏路灯坏了。",
        "day": "2026-05-28",
        **changes,
    }
    return [str(number), *given.values()]


def a_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """The rows under `HEADS` as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADS, *rows])
    return text.getvalue().encode(encoding)


def a_workbook(rows: Sequence[Sequence[Any]], title: str = "") -> bytes:
    """The rows as they are on the first sheet of an .xlsx, under a title where there is one."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("登记表")
        for place, row in enumerate([[title], *rows] if title else rows):
            sheet.write_row(place, 0, row)
    return made.getvalue()


def an_import(
    actor: Actor,
    consultation: Consultation,
    data: bytes,
    *,
    name: str = "登记表.csv",
    mapping: Mapping[Field, int] = MAPPING,
    **defaults: str,
) -> Import:
    """A table that was uploaded and tried as far as one piece goes."""
    table = spool_table(name, data)
    with transaction():
        made = operations.keep_table(actor, consultation.slug, table)
    with transaction():
        return operations.plan_import(
            actor,
            consultation.slug,
            made.id,
            header_row=table.header_row,
            mapping=mapping,
            defaults={**DEFAULTS, **defaults},
        )


def run_to_end(actor: Actor, consultation: Consultation, found: Import) -> Import:
    """Press the button and let the worker do the rest."""
    with transaction():
        operations.start_import(actor, consultation.slug, found.id)
    return work(found)


def work(found: Import) -> Import:
    """Let the worker do all that is due."""
    while jobs.run_due():
        pass
    db.session.expire_all()
    return found
