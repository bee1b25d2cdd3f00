"""The command `upkeep read-only`: works even where the database cannot be written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from participation.kernel import readonly
from participation.kernel.db import db, transaction
from participation.kernel.errors import Refused
from participation.kernel.readonly import Cause, ReadOnlyMode
from participation.upkeep.cli.group import upkeep
from participation.upkeep.readonly import begin, end, mode_of, writers_left
from participation.web.console import emit, json_option
from participation.web.filters import iso, sentence, zone

PATIENCE_SECONDS = 30.0


@upkeep.command("read-only")
@click.argument("state", type=click.Choice(["on", "off", "show"]))
@click.option("--reason", default="", help="Why, for the records (not shown to the public).")
@click.option("--until", default="", help="When it ends by itself, ISO 8601; shown to everybody.")
@json_option
@with_appcontext
def read_only(state: str, reason: str, until: str, json_mode: bool) -> None:
    """Serve reading only (on), everything again (off), or tell how it stands (show)."""
    lines: list[str] = []
    if state == "on":
        lines = _on(reason, _instant(until))
    elif state == "off":
        lines = _off()
    found, cause = _present()
    lines.append(_told(found))
    emit(json_mode, {**_data(found), "database": cause or "ok"}, "\n".join(lines))
    if cause and state != "show":
        click.get_current_context().exit(1)


def _on(reason: str, until_at: datetime | None) -> list[str]:
    try:
        mode = mode_of(reason, until_at)
    except Refused as error:
        raise click.ClickException(sentence(error)) from error
    # First what always works, on this host; then what counts for all of them.
    readonly.raise_flag(mode)
    try:
        with transaction(even_read_only=True):
            begin(mode)
        left = writers_left(PATIENCE_SECONDS)
    except DBAPIError:
        return [_("数据库写不了：只在这台主机上进入了只读。")]
    if left:
        return [_("还有 %(count)s 个先前开始的操作没有结束。", count=left)]
    return []


def _off() -> list[str]:
    readonly.lower_flag()
    try:
        with transaction(even_read_only=True):
            end()
    except DBAPIError:
        return [_("数据库写不了：其他主机可能仍然只读，稍后请再运行一次。")]
    return []


def _present() -> tuple[ReadOnlyMode | None, str]:
    try:
        found = readonly.ask(db.session())
        db.session.rollback()
    except DBAPIError as error:
        db.session.rollback()
        return readonly.known(), type(error.orig).__name__
    return found, ""


def _told(mode: ReadOnlyMode | None) -> str:
    if mode is None:
        return _("可以读写。")
    if mode.cause is Cause.DISK:
        return _("只读：磁盘空间低于 least_free_bytes；腾出空间后自动恢复。")
    return " ".join(
        [
            _("只读。"),
            _("原因：%(reason)s。", reason=mode.reason) if mode.reason else "",
            _("到 %(until)s 自动恢复。", until=iso(mode.until_at)) if mode.until_at else "",
        ]
    ).strip()


def _data(mode: ReadOnlyMode | None) -> dict[str, Any]:
    return {
        "read_only": mode is not None,
        "cause": mode.cause.value if mode else None,
        "since": iso(mode.since_at) if mode and mode.since_at else None,
        "until": iso(mode.until_at) if mode and mode.until_at else None,
    }


def _instant(word: str) -> datetime | None:
    if not word:
        return None
    try:
        read = datetime.fromisoformat(word)
    except ValueError as error:
        raise click.BadParameter(
            _("时间要写成 2026-06-01T22:00 这样。"), param_hint="--until"
        ) from error
    return read if read.tzinfo is not None else read.replace(tzinfo=zone())
