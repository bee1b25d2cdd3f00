"""The acts on imports: a table kept, tried, entered, stopped, let go; a statement taken."""

from participation.importing.operations.keeping import drop_import, forget_import, keep_table
from participation.importing.operations.running import (
    go_on,
    note_trouble,
    plan_import,
    start_import,
    stop_import,
)
from participation.importing.operations.statements import take_all_statements, take_statement

__all__ = [
    "drop_import",
    "forget_import",
    "go_on",
    "keep_table",
    "note_trouble",
    "plan_import",
    "start_import",
    "stop_import",
    "take_all_statements",
    "take_statement",
]
