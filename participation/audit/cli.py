"""The commands `audit head` and `audit check`."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from participation.audit import operations, queries
from participation.audit.checking import MOST_TOLD, Report
from participation.audit.checking import check as check_all
from participation.audit.leaves import public_key
from participation.kernel.db import transaction
from participation.kernel.verdict import N_
from participation.web.console import emit, json_option, plain_errors
from participation.web.filters import iso

UNREADABLE = N_("无法读取：%(error)s")


@click.group("audit")
def audit() -> None:
    """The log of what everybody did."""


@audit.command("head")
@json_option
@plain_errors
def head(json_mode: bool) -> None:
    """Sign a head over all entries, and print it with the key to check it by."""
    with transaction():
        while operations.sequence(look_back=None) == operations.BATCH:
            pass
        operations.sign(at_once=True)
    newest = queries.newest_head()
    if newest is None:
        raise click.ClickException(_("还没有操作记录。"))
    data = {
        "size": newest.size,
        "root": newest.root.hex(),
        "signed_at": iso(newest.signed_at),
        "note": newest.note,
        "key": public_key(),
    }
    emit(json_mode, data, f"{newest.note}\n{public_key()}")


@audit.command("check")
@click.option("--head", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="The verifier key that was kept with the head.")
@json_option
@plain_errors
def check(file: Path | None, key: str, json_mode: bool) -> None:
    """Recompute all entries and heads; exit 1 where a line was changed, removed or put in.

    --head: a head kept outside of the house (a saved mail will do); without one, whoever has both
    the database and the key could have written everything anew.
    """
    try:
        words = file.read_text(encoding="utf-8") if file else None
        report = check_all(words, key or None)
    except ValueError as error:
        raise click.ClickException(_(UNREADABLE, error=error)) from error
    emit(json_mode, _data(report), "\n".join(_lines(report)))
    if report.faults:
        click.get_current_context().exit(1)


def _data(report: Report) -> dict[str, object]:
    return {
        "ok": not report.faults,
        "size": report.size,
        "root": report.root.hex(),
        "heads": report.heads,
        "faults": [_(each.sentence, **each.params) for each in report.faults],
    }


def _lines(report: Report) -> list[str]:
    told = [_(each.sentence, **each.params) for each in report.faults[:MOST_TOLD]]
    more = len(report.faults) - len(told)
    return [
        _("%(size)s 条记录，%(heads)s 个签名。", size=report.size, heads=report.heads),
        *told,
        *([_("另有 %(count)s 处。", count=more)] if more else []),
        _("与签名相符，没有改动。") if not report.faults else _("记录被动过。"),
    ]


commands = [audit]
