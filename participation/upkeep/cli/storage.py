"""The command `upkeep reconcile-storage`."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from participation.upkeep.cli.group import upkeep
from participation.upkeep.reconciling import Reconciled, reconcile
from participation.web.console import emit, json_option, plain_errors


@upkeep.command("reconcile-storage")
@click.option("--dry-run", is_flag=True, help="Remove nothing, say what would be removed.")
@json_option
@plain_errors
def reconcile_storage(dry_run: bool, json_mode: bool) -> None:
    """Remove stored files that no row has named for a day; exit 1 where a named one is missing."""
    found = reconcile(dry_run=dry_run)
    emit(json_mode, _data(found), "\n".join(_lines(found, dry_run)))
    if found.missing:
        click.get_current_context().exit(1)


def _data(found: Reconciled) -> dict[str, object]:
    return {
        "claimed": found.claimed,
        "removed": found.removed,
        "missing": [
            {"claim": each.claim, "row": each.row, "key": each.key} for each in found.missing
        ],
    }


def _lines(found: Reconciled, dry_run: bool) -> list[str]:
    removed = (
        _("没有记录引用、可以删除的文件：%(count)s 个。", count=len(found.removed))
        if dry_run
        else _("已删除没有记录引用的文件：%(count)s 个。", count=len(found.removed))
    )
    return [
        _("有记录引用的文件：%(count)s 个。", count=found.claimed),
        removed,
        _("记录引用但已缺失的文件：%(count)s 个。", count=len(found.missing)),
        *(f"  {each.claim} {each.row}: {each.key}" for each in found.missing),
        *([_("请从备份中恢复缺失的文件。")] if found.missing else []),
    ]
