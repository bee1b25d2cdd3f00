"""What the database promises: a sound version, nothing lost, the schema, the clock."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import current_app
from sqlalchemy import text

from participation.desk.doctor.finding import Finding, fail, ok, warn
from participation.kernel import clock
from participation.kernel.db import SQLITE_FLOOR, database_now, db, sqlite_version
from participation.kernel.schema import present_revision, wanted_revision
from participation.kernel.sealing import keys_in_use, unknown_keys
from participation.kernel.vault import vault
from participation.kernel.verdict import N_

POSTGRESQL_FLOOR = 14
MOST_SKEW_SECONDS = 2.0
SQLITE_FULL = 2
POSTGRESQL_WANTED = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write", "local"},
}
"""What keeps an acknowledged row through a power cut; off anywhere loses some."""


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _scalar(statement: str) -> Any:
    return db.session.scalar(text(statement))


def engine() -> Finding:
    """A version without known faults that lose data."""
    if _is_sqlite():
        version = ".".join(map(str, sqlite_version()))
        floor = ".".join(map(str, SQLITE_FLOOR))
        _scalar("SELECT 1")
        if sqlite_version() < SQLITE_FLOOR:
            return fail(
                N_("SQLite %(version)s 有会损坏数据库的已知缺陷，至少要 %(floor)s。"),
                N_("pip install --upgrade pysqlite3，再重新启动。"),
                version=version,
                floor=floor,
            )
        return ok(N_("SQLite %(version)s"), version=version)
    number = int(_scalar("SHOW server_version_num"))
    version = str(_scalar("SHOW server_version"))
    if number // 10_000 < POSTGRESQL_FLOOR:
        return fail(
            N_("PostgreSQL %(version)s 太旧，已没有安全更新，至少要 %(floor)s。"),
            N_("升级数据库服务器。"),
            version=version,
            floor=POSTGRESQL_FLOOR,
        )
    return ok(N_("PostgreSQL %(version)s"), version=version)


def durability() -> Finding:
    """What was acknowledged is still there after a power cut."""
    wrong = _sqlite_faults() if _is_sqlite() else _postgresql_faults()
    if not wrong:
        return ok(N_("断电也不会丢失已经回执的意见。"))
    mend = (
        N_("数据库文件要放在本机磁盘上（不能是网络共享盘），再重新启动。")
        if _is_sqlite()
        else N_("在 postgresql.conf 里删去这些设置（或者设为 on），再重新载入。")
    )
    return fail(N_("断电时可能丢失已经回执的意见：%(wrong)s"), mend, wrong="，".join(wrong))


def _sqlite_faults() -> list[str]:
    found = {
        "journal_mode": str(_scalar("PRAGMA journal_mode")).lower(),
        "synchronous": int(_scalar("PRAGMA synchronous")),
        "foreign_keys": int(_scalar("PRAGMA foreign_keys")),
    }
    wanted = {"journal_mode": "wal", "synchronous": SQLITE_FULL, "foreign_keys": 1}
    return [f"{name} = {value}" for name, value in found.items() if value != wanted[name]]


def _postgresql_faults() -> list[str]:
    found = {name: str(_scalar(f"SHOW {name}")) for name in POSTGRESQL_WANTED}
    return [
        f"{name} = {value}" for name, value in found.items() if value not in POSTGRESQL_WANTED[name]
    ]


def schema() -> Finding:
    """The tables are those that this version of the code expects."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    present, wanted = present_revision(), wanted_revision(app)
    if present != wanted:
        return fail(
            N_("数据库结构是 %(present)s，程序需要 %(wanted)s。"),
            N_("先备份，再运行 flask --app app db upgrade（或者重新启动，启动时会自动升级）。"),
            present=present or "—",
            wanted=wanted or "—",
        )
    return ok(N_("数据库结构与程序一致（%(wanted)s）。"), wanted=wanted or "—")


def integrity() -> Finding:
    """The file itself is sound; PostgreSQL checks its pages as it reads them."""
    if not _is_sqlite():
        return ok(N_("由数据库服务器自己校验。"))
    said = str(_scalar("PRAGMA quick_check(1)"))
    if said != "ok":
        return fail(
            N_("数据库文件已损坏：%(said)s"),
            N_("立即停止服务，保留现在的文件，从最近的备份恢复。"),
            said=said,
        )
    return ok(N_("数据库文件完好。"))


def sealed_keys() -> Finding:
    """Every sealed value has its key among the settings' keys, and none needs an older one."""
    unknown = unknown_keys()
    if unknown:
        return fail(
            N_("%(count)s 个加密值的密钥不在设置里（密钥编号 %(keys)s），联系方式打不开。"),
            N_("把缺少的密钥加在 encryption_key 的最后（逗号隔开）；密钥丢失的，值无法恢复。"),
            count=unknown.total(),
            keys="、".join(sorted(unknown)),
        )
    present = vault().key_ids[0]
    used: Counter[str] = sum(keys_in_use().values(), Counter())
    old = used.total() - used[present]
    if old:
        return warn(
            N_("还有 %(count)s 个加密值使用旧密钥。"),
            N_("运行 flask --app app privacy rotate-key；完成后才能撤掉旧密钥。"),
            count=old,
        )
    return ok(N_("加密值都使用现在的密钥。"))


def clock_skew() -> Finding:
    """The host's clock agrees with the database's, which decides at the deadline."""
    before = clock.machine()
    theirs = database_now(db.session())
    after = clock.machine()
    skew = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if skew > MOST_SKEW_SECONDS:
        return warn(
            N_("本机时钟与数据库相差 %(skew)s 秒。截止以数据库的时钟为准，页面上的倒计时会不准。"),
            N_("在两台机器上都打开 NTP 对时（例如 timedatectl set-ntp true）。"),
            skew=f"{skew:.1f}",
        )
    return ok(N_("本机时钟与数据库一致。"))
