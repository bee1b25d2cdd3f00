"""The commands of the record: heads, keys, checks, packages, and the watch over another site."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from participation.consultations.queries import by_slug
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.verdict import N_
from participation.record import operations, queries
from participation.record.checking import faults_of
from participation.record.keys import KeyMissing
from participation.record.package import write_package
from participation.record.rules import Cause
from participation.record.verifier.command import main as verify
from participation.web.console import emit, json_option, plain_errors
from participation.web.filters import sentence

MOST_FAULTS = 50
NO_KEY = N_("这个进程没有签名密钥：%(cause)s")


@click.group("record")
def record() -> None:
    """The public record: signed heads, keys, and whether all is as it was told."""


@record.command("head")
@click.argument("slug")
@json_option
@plain_errors
def head(slug: str, json_mode: bool) -> None:
    """Sign the log of SLUG as it stands, and print its newest head."""
    consultation_id = by_slug(slug).id
    try:
        with transaction():
            operations.sign_head(consultation_id, Cause.COMMAND)
    except KeyMissing as error:
        raise Refused(NO_KEY, {"cause": str(error)}) from error
    newest = queries.newest_head(consultation_id)
    if newest is None:
        raise NotFound(_("这件事项还没有记录。"))
    data = {"slug": slug, "size": newest.size, "root": newest.root.hex(), "note": newest.note}
    emit(json_mode, data, newest.note.rstrip("\n"))


@record.command("rotate-key")
@json_option
@plain_errors
def rotate_key(json_mode: bool) -> None:
    """Sign with a new key from now on; every log tells so, signed by the old and the new one."""
    try:
        with transaction():
            made = operations.rotate_key()
            data = {
                "key": made.number,
                "public": made.public.hex(),
                "logs": len(queries.all_logs()),
            }
    except KeyMissing as error:
        raise Refused(NO_KEY, {"cause": str(error)}) from error
    emit(
        json_mode,
        data,
        _(
            "已更换签名密钥，记入 %(logs)s 份记录。旧密钥请保留到备份之后。",
            logs=data["logs"],
        ),
    )


@record.command("check")
@click.argument("slug", required=False)
@json_option
@plain_errors
def check(slug: str | None, json_mode: bool) -> None:
    """Compute all anew from the leaves (of SLUG, or of all) and compare; exit 1 on any fault."""
    wanted = [
        (consultation_id, name)
        for consultation_id, name, _origin in queries.all_logs()
        if slug in (None, name)
    ]
    if slug is not None and not wanted:
        raise NotFound(_("这件事项还没有记录。"))
    found: dict[str, list[str]] = {}
    for consultation_id, name in wanted:
        found[name] = [sentence(each) for each in faults_of(consultation_id)]
        if not json_mode:
            _say(name, found[name])
    db.session.rollback()
    wrong = sum(bool(each) for each in found.values())
    data = {"logs": len(wanted), "wrong": wrong, "faults": found}
    text = _("核对了 %(logs)s 份记录，%(wrong)s 份有问题。", logs=len(wanted), wrong=wrong)
    emit(json_mode, data, text)
    if wrong:
        raise SystemExit(1)


@record.command("package")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@plain_errors
def package(slug: str, file: Path, json_mode: bool) -> None:
    """Write the open-data package of SLUG into FILE, signing what is not signed yet."""
    consultation_id = by_slug(slug).id
    try:
        with transaction():
            operations.sign_head(consultation_id, Cause.COMMAND)
    except KeyMissing as error:
        raise Refused(NO_KEY, {"cause": str(error)}) from error
    leaves = write_package(consultation_id, file)
    data = {"slug": slug, "leaves": leaves, "size": file.stat().st_size}
    emit(json_mode, data, _("已写入资料包，共 %(leaves)s 条记录。", leaves=leaves))


@record.command("monitor")
@click.argument("url")
@click.option("--state", required=True, type=click.Path(dir_okay=False), help="上次的记录头")
@json_option
def monitor(url: str, state: str, json_mode: bool) -> None:
    """Check the record at URL (…/consultations/<slug>), which must continue what STATE keeps.

    Exit 1 where something is wrong, 2 where nothing could be checked. The same as
    `verify.py monitor`.
    """
    words = ["monitor", url, "--state", state, *(["--json"] if json_mode else [])]
    raise SystemExit(verify(words))


def _say(slug: str, faults: list[str]) -> None:
    for each in faults[:MOST_FAULTS]:
        click.echo(f"{slug}: {each}")
    if len(faults) > MOST_FAULTS:
        click.echo(_("%(slug)s：另有 %(count)s 处。", slug=slug, count=len(faults) - MOST_FAULTS))


commands = [record]
