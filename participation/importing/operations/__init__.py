"""The acts on imports: a table kept, tried, entered, stopped, let go."""

from participation.importing.operations.keeping import drop_import, forget_import, keep_table
from participation.importing.operations.running import (
    go_on,
    note_trouble,
    plan_import,
    start_import,
    stop_import,
)

__all__ = [
    "drop_import",
    "forget_import",
    "go_on",
    "keep_table",
    "note_trouble",
    "plan_import",
    "start_import",
    "stop_import",
]
