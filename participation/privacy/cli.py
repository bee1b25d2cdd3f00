"""The commands of personal data: forget what is due, change the key, replay erasures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from flask_babel import gettext as _

from participation.kernel import erasures, sealing
from participation.kernel.errors import Refused
from participation.kernel.vault import vault
from participation.kernel.verdict import N_
from participation.privacy import jobs
from participation.web.console import emit, json_option, plain_errors

KIND_WORDS = {
    "contacts": "姓名和联系方式（份） / contacts",
    "question_mails": "提问人的邮箱（个） / question mails",
    "unsent_opinions": "截止 30 天没有提交的共同草稿（条） / joint opinions never sent",
    "invitations": "过期的单位邀请 / invitations",
    "idle_accounts": "两年没有登录的公众账号 / idle accounts",
    "done_jobs": "已完成 30 天的后台任务 / done jobs",
    "setup_links": "过期的设置链接 / set-up links",
    "account_links": "过期的登录、核实链接 / account links",
    "ended_sessions": "结束的登录 / ended sessions",
    "unproved_secrets": "没有确认的两步验证 / unproved secrets",
    "waiting_files": "上传后没有提交的附件 / files never sent",
    "contact_links": "过期的联系方式核实链接 / contact links",
    "asked_supports": "没有确认的附议 / unproved supports",
    "spent_challenges": "用过的人机校验 / spent challenges",
    "reveals": "一个月以前的查看计数 / counted reveals",
}


@click.group("privacy")
def privacy() -> None:
    """How long personal data is kept, by which key, and what was erased."""


@privacy.command("purge")
@click.option("--dry-run", is_flag=True, help="Count only, change nothing.")
@json_option
@plain_errors
def purge(dry_run: bool, json_mode: bool) -> None:
    """Forget what is due by now (the worker does it every night)."""
    found = jobs.due() if dry_run else jobs.purge()
    head = _("到期、尚未清除：") if dry_run else _("已清除：")
    lines = [head, *(f"  {count:>6}  {KIND_WORDS[kind]}" for kind, count in found.items())]
    emit(json_mode, {"dry_run": dry_run, **found}, "\n".join(lines))


@privacy.command("rotate-key")
@click.option("--batch", default=200, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@plain_errors
def rotate_key(batch: int, json_mode: bool) -> None:
    """Seal every value anew by the first key of the setting encryption_key.

    Put the new key first and the old one after a comma, restart, run this; it may be stopped and
    run again. When no value uses the old key any more, take the old key out of the setting.
    """
    left = jobs.rotate(batch)
    present = vault().key_ids[0]
    old = sum(count for keys in left.values() for key, count in keys.items() if key != present)
    lines = [_("现在的密钥编号：%(key)s", key=present)]
    lines += _lines(left)
    lines.append(
        _("还有 %(count)s 个值使用旧密钥。", count=old) if old else _("旧密钥可以撤掉了。")
    )
    emit(json_mode, {"key": present, "old": old, "columns": left}, "\n".join(lines))


@privacy.command("keys")
@json_option
@plain_errors
def keys(json_mode: bool) -> None:
    """Say which keys the sealed values need; exit 1 where one of them is not in the settings."""
    known, used = vault().key_ids, sealing.keys_in_use()
    unknown = sealing.unknown_keys()
    if unknown:
        raise Refused(
            N_("%(count)s 个加密值的密钥不在设置 encryption_key 里（密钥编号 %(keys)s）。"),
            {"count": unknown.total(), "keys": "、".join(sorted(unknown))},
        )
    lines = [_("设置里的密钥编号：%(keys)s", keys="、".join(known))]
    lines += _lines(used)
    emit(json_mode, {"keys": known, "columns": used}, "\n".join(lines))


@privacy.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@plain_errors
def replay(file: Path, json_mode: bool) -> None:
    """Erase again what the ledger FILE (erasures.jsonl) knows, after a restore."""
    found = jobs.replay(erasures.read(file))
    emit(
        json_mode,
        found,
        _(
            "重新删除 %(erased)s 项，已经删除过 %(already)s 项，此库没有的 %(missing)s 项。",
            **found,
        ),
    )


def _lines(used: Mapping[str, Mapping[str, int]]) -> list[str]:
    return [
        f"  {column}: {key} × {count}"
        for column, counted in used.items()
        for key, count in counted.items()
    ]


commands = [privacy]
