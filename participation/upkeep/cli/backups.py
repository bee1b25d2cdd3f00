"""The commands `upkeep backup` and `upkeep restore`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask_babel import gettext as _

from participation.config import Settings
from participation.kernel import erasures
from participation.kernel.db import db, transaction
from participation.kernel.errors import Refused
from participation.kernel.events import record
from participation.kernel.jobs import LAST_BACKUP, sign_of_life
from participation.kernel.schema import ensure_schema
from participation.kernel.verdict import N_
from participation.privacy.jobs import replay
from participation.upkeep.backup.faults import BadBackup, CannotBackUp
from participation.upkeep.backup.making import Made, digest_of, make_backup
from participation.upkeep.backup.references import claimed_keys
from participation.upkeep.cli.group import upkeep
from participation.upkeep.events import BackupMade, BackupRestored
from participation.upkeep.restore.preparing import Prepared, prepared
from participation.web.console import emit, json_option, plain_errors, plain_errors_alone

A_FILE = click.Path(path_type=Path, dir_okay=False)
PASSPHRASE = click.option(
    "--passphrase-file", type=A_FILE, help="File whose first line seals (and opens) the backup."
)
SHORTEST_PASSPHRASE = 12


@upkeep.command("backup")
@click.argument("file", type=A_FILE)
@PASSPHRASE
@json_option
@plain_errors
def backup(file: Path, passphrase_file: Path | None, json_mode: bool) -> None:
    """Write database, uploads and record heads into one FILE, checked; the site goes on.

    The keys are not in it. Exit 1 where something in it was found wrong; the file is kept.
    """
    began = time.monotonic()
    made = make_backup(_settings(), file.absolute(), _passphrase(passphrase_file, is_new=True))
    seconds = round(time.monotonic() - began, 1)
    with transaction(even_read_only=True):
        record(BackupMade(file=made.file.name, sha256=made.sha256, size=made.size))
    if made.is_sound:
        sign_of_life(LAST_BACKUP)
    emit(json_mode, _told(made, seconds), "\n".join(_lines(made, seconds)))
    if not made.is_sound:
        click.get_current_context().exit(1)


def _told(made: Made, seconds: float) -> dict[str, Any]:
    manifest = made.manifest
    return {
        "file": str(made.file),
        "bytes": made.size,
        "sha256": made.sha256,
        "made_at": manifest.made_at,
        "schema": manifest.schema,
        "uploads": len(manifest.uploads),
        "faults": manifest.faults,
        "seconds": seconds,
    }


def _lines(made: Made, seconds: float) -> list[str]:
    faults = made.manifest.faults
    return [
        _(
            "备份已写好并核对：%(file)s，%(size)s 字节，%(uploads)s 个附件，用了 %(seconds)s 秒。",
            file=made.file,
            size=made.size,
            uploads=len(made.manifest.uploads),
            seconds=seconds,
        ),
        f"SHA-256  {made.sha256}",
        _("密钥不在备份里，请另行保存：encryption_key、record_key、audit_key、secret_key。"),
        *_fault_lines(faults),
    ]


def _fault_lines(faults: Sequence[str]) -> list[str]:
    if not faults:
        return []
    return [_("发现 %(count)s 处问题：", count=len(faults)), *(f"  {each}" for each in faults)]


@upkeep.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@PASSPHRASE
@click.option("--ledger", type=A_FILE, multiple=True, help="A further erasure ledger to replay.")
@click.option("--replace", is_flag=True, help="Put aside the data that is here now.")
@click.option("--rehearse", is_flag=True, help="Do everything but put it in place.")
@click.option("--despite-faults", is_flag=True, help="Restore what was found wrong, too.")
@json_option
@plain_errors_alone
def restore(
    file: Path,
    passphrase_file: Path | None,
    ledger: tuple[Path, ...],
    replace: bool,
    rehearse: bool,
    despite_faults: bool,
    json_mode: bool,
) -> None:
    """Restore the backup FILE: check it, bring it up to date, erase anew, then put it in place.

    Until the last step nothing that is here changes. Stop the site and the worker before.
    """
    began = time.monotonic()
    entries = _entries(ledger)
    with prepared(_settings(), file, _passphrase(passphrase_file)) as found:
        if not rehearse and not replace and found.database.is_target_used():
            raise CannotBackUp(
                N_("这里已有数据。要用备份替换它，请加 --replace；现有的数据会移到一旁保存。")
            )
        if found.faults and not despite_faults:
            raise BadBackup(
                N_("备份没有通过核对，没有恢复：%(faults)s"), {"faults": "；".join(found.faults)}
            )
        replayed, keys = _bring_up_to_date(found, file, entries)
        before = [] if rehearse else found.put_in_place(keys)
        if not rehearse:
            _keep(entries)
        data = {
            "made_at": found.manifest.made_at,
            "uploads": len(keys),
            "replayed": replayed,
            "faults": found.faults,
            "before": before,
            "other_encryption_key": found.has_other_key,
            "is_in_place": not rehearse,
            "seconds": round(time.monotonic() - began, 1),
        }
    emit(json_mode, data, "\n".join(_restored_lines(data)))


def _bring_up_to_date(
    found: Prepared, file: Path, entries: Sequence[erasures.Entry]
) -> tuple[dict[str, int], set[str]]:
    """Upgrade the schema and erase again what was erased since, all of it still aside."""
    staged: Flask = current_app.extensions["another"](
        database_url=found.database.url, storage_url=found.contents.url, worker=False
    )
    # Nobody is to be woken for jobs of a database that is not in place.
    staged.extensions["wake"] = None
    with (
        tempfile.TemporaryDirectory(prefix=".restoring-", dir=found.database.folder) as folder,
        staged.app_context(),
    ):
        # A flag or a ledger of the instance is not this database's, and is not to be written to.
        staged.instance_path = folder
        try:
            ensure_schema()
            replayed = replay(entries)
            with transaction(even_read_only=True) as session:
                record(BackupRestored(made_at=found.manifest.made_at, sha256=digest_of(file)))
                keys = set(claimed_keys(session))
        finally:
            db.session.remove()
            db.engine.dispose()
    return replayed, keys


def _entries(ledgers: tuple[Path, ...]) -> list[erasures.Entry]:
    own = erasures.ledger_path()
    paths = [*([own] if own.exists() else []), *ledgers]
    try:
        return [entry for path in paths for entry in erasures.read(path)]
    except (OSError, ValueError) as error:
        raise Refused(N_("删除台账无法读取：%(cause)s"), {"cause": error}) from error


def _keep(entries: Sequence[erasures.Entry]) -> None:
    """Let this instance's ledger know what a further one knew, for the restore after this one."""
    own = erasures.ledger_path()
    known = set(erasures.read(own)) if own.exists() else set()
    if missing := [each for each in entries if each not in known]:
        erasures.append(own, missing)


def _restored_lines(data: dict[str, Any]) -> list[str]:
    lines = [
        _("已恢复 %(made_at)s 的备份：%(uploads)s 个附件，用了 %(seconds)s 秒。", **data)
        if data["is_in_place"]
        else _(
            "演练通过：%(made_at)s 的备份可以恢复，用了 %(seconds)s 秒。没有改动现有的数据。",
            **data,
        ),
        _(
            "按删除台账核对：重新删除 %(erased)s 项，本来就没有的 %(gone)s 项。",
            erased=data["replayed"]["erased"],
            gone=data["replayed"]["already"] + data["replayed"]["missing"],
        ),
    ]
    lines += [_("原来的数据移到了：%(where)s", where=each) for each in data["before"]]
    if data["other_encryption_key"]:
        lines.append(
            _("注意：备份里的联系方式是用别的密钥加密的，请把原来的 encryption_key 放回来。")
        )
    return [*lines, *_fault_lines(data["faults"])]


def _passphrase(file: Path | None, *, is_new: bool = False) -> str | None:
    if file is None:
        return None
    try:
        words = file.read_text(encoding="utf-8").split("\n")[0].strip("\r")
    except UnicodeDecodeError as error:
        raise Refused(N_("口令文件应为 UTF-8 文本。")) from error
    if is_new and len(words) < SHORTEST_PASSPHRASE:
        raise Refused(N_("口令太短，至少 %(least)s 个字符。"), {"least": SHORTEST_PASSPHRASE})
    return words


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
