"""What the platform leans on: folders and disk, the storage, the mail server, Redis, the queue."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from flask import current_app
from sqlalchemy.engine import make_url

from participation.desk.doctor.finding import Finding, fail, ok, warn
from participation.desk.doctor.setting import OTHERS, mode_of, settings
from participation.kernel.mailer import mailer
from participation.kernel.queue import build_huey
from participation.kernel.scanner import scanner
from participation.kernel.storage import storage
from participation.kernel.verdict import N_

GIGABYTE = 1024**3
LEAST_FREE, LITTLE_FREE = GIGABYTE // 5, 2 * GIGABYTE


def storage_writable() -> Finding:
    """Drafts and records can be kept, and come back as they were."""
    storage().check()
    return ok(N_("文件存储可以读写。"))


def scanning() -> Finding:
    """Where a scanner is named it answers; without its verdict no attachment is taken."""
    if not scanner().is_set:
        return ok(N_("没有设置病毒检查：附件只检查类型和结构。"))
    try:
        scanner().check()
    except OSError as error:
        return fail(
            N_("病毒检查连不上，公众的附件都收不下：%(why)s"),
            N_("检查 clamd 是否在运行，scanner_url 是否正确。"),
            why=str(error),
        )
    return ok(N_("病毒检查可以使用。"))


def folder() -> Finding:
    """The instance folder is the platform's own: it can write there, others cannot read there."""
    path = settings().instance
    if not os.access(path, os.W_OK | os.X_OK):
        return fail(
            N_("数据目录 %(path)s 不能写入。"),
            N_("把目录的所有者改为运行服务的用户：chown -R 用户 %(path)s"),
            path=path,
        )
    open_ones = [each for each in _private_files() if each.exists() and mode_of(each) & OTHERS]
    if os.name != "nt" and _is_open(path) and open_ones:
        return warn(
            N_("数据目录 %(path)s 的权限是 %(mode)s，服务器上的其他用户能读到里面的文件。"),
            N_("chmod 700 %(path)s"),
            path=path,
            mode=f"{mode_of(path):04o}",
        )
    return ok(N_("数据目录：%(path)s"), path=path)


def _is_open(path: Path) -> bool:
    """Whether strangers may enter; a group that the service runs in (web and worker) is none."""
    is_own_group = path.stat().st_gid in {os.getegid(), *os.getgroups()} and os.getegid() != 0
    return bool(mode_of(path) & (OTHERS & 0o007 if is_own_group else OTHERS))


def _private_files() -> list[Path]:
    found = [settings().instance / "config.toml", settings().instance / "uploads"]
    if settings().is_sqlite:
        found.append(Path(make_url(settings().database).database or ""))
    return found


def disk() -> Finding:
    """There is room for what is to come."""
    free = shutil.disk_usage(settings().instance).free
    room = {"free": f"{free / GIGABYTE:.1f}"}
    mend = N_("清理磁盘，或者把数据目录移到更大的盘上。")
    if free < LEAST_FREE:
        return fail(N_("磁盘只剩 %(free)s GB，很快就不能再接收意见。"), mend, **room)
    if free < LITTLE_FREE:
        return warn(N_("磁盘只剩 %(free)s GB。"), mend, **room)
    return ok(N_("磁盘还有 %(free)s GB。"), **room)


def mail() -> Finding:
    """Receipts and results reach those who gave an address."""
    post = mailer()
    if not post.sends:
        return warn(
            N_("没有设置邮件服务器，回执和采纳情况不会寄出。"),
            N_("把 mail_url 设为 smtp://用户:密码@主机:端口?from=发件地址&tls=1。"),
        )
    try:
        post.check()
    except (OSError, ValueError) as error:
        return fail(
            N_("邮件服务器不能用：%(error)s"),
            N_("检查 mail_url 的主机、端口、用户和密码，以及防火墙。"),
            error=f"{type(error).__name__}: {error}",
        )
    return ok(N_("邮件服务器可以连接。"))


def redis() -> Finding:
    """The shared counters of the rate limits are there; losing them loses no promise."""
    url = settings().redis_url
    if not url:
        return ok(N_("没有使用 Redis（每个进程各自限流）。"))
    from limits.storage import storage_from_string

    from participation.kernel.counting import OPTIONS

    try:
        reached = storage_from_string(url, **OPTIONS).check()
    except Exception as error:
        reached, cause = False, f"{type(error).__name__}: {error}"
    else:
        cause = "" if reached else "ping"
    if not reached:
        return warn(
            N_("Redis 连不上（%(error)s），限流改为每个进程各自计数。"),
            N_("启动 Redis，或者删去设置 redis_url。"),
            error=cause[:120],
        )
    return ok(N_("Redis 可以连接。"))


def queue() -> Finding:
    """Workers can be woken; without it they still look every few seconds."""
    url = settings().queue_url
    try:
        waiting = build_huey(url, Path(current_app.instance_path) / "queue.db").pending_count()
    except Exception as error:
        return warn(
            N_("队列 %(kind)s 不能用（%(error)s），后台任务改为每 5 秒查看一次。"),
            N_("检查设置 queue_url。"),
            kind=url.split(":")[0],
            error=f"{type(error).__name__}: {error}"[:120],
        )
    return ok(N_("队列可以使用，%(count)s 个唤醒在等。"), count=waiting)
