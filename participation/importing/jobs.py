"""What goes on with imports by itself: the next piece, and tables that nobody finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.importing import operations
from participation.importing.operations.keeping import FORGET
from participation.importing.operations.running import GO_ON
from participation.kernel import jobs


def _tell(payload: Mapping[str, Any]) -> None:
    operations.note_trouble(payload["import_id"])


@jobs.handler(GO_ON, failed=_tell)
def go_on(payload: Mapping[str, Any]) -> None:
    """Do one piece of an import, in the transaction that keeps how far it came."""
    operations.go_on(payload["import_id"], payload["block"])


@jobs.handler(FORGET)
def forget(payload: Mapping[str, Any]) -> None:
    """Let go of a table that waited too long."""
    operations.forget_import(payload["import_id"])
