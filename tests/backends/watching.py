"""What flat lists are tested with: the statements that were sent, many rows, fresh statistics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert, select, text

from participation.consultations.models import Consultation
from participation.kernel.db import db, transaction


def analyse() -> None:
    """Let the database know what its tables hold, as it does by itself in the long run."""
    db.session.rollback()
    with transaction() as session:
        session.execute(text("ANALYZE"))


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that read or write rows, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def multiply(consultation_id: int, copies: int) -> None:
    """Copies of a consultation without its draft, each closing an hour after the one before."""
    table = Consultation.__table__
    row = db.session.execute(select(table).where(table.c.id == consultation_id)).mappings().one()
    db.session.rollback()
    with transaction() as session:
        session.execute(
            insert(table),
            [
                {
                    **{name: value for name, value in row.items() if name != "id"},
                    "slug": f"2025-{number:04}",
                    "title": f"{number}. " + "关于进一步加强村口公共照明管理的若干规定" * 4,
                    "closes_at": row["closes_at"] + timedelta(hours=number),
                }
                for number in range(copies)
            ],
        )
