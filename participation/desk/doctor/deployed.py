"""What only a deployed instance shows: its signing keys, cookies, proxies, submit path, backups."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from participation.desk.doctor.finding import Finding, fail, ok, warn
from participation.desk.doctor.setting import OTHERS, mode_of, settings
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.jobs import HOPS, LAST_BACKUP, WEB, WorkerSign, last_sign
from participation.kernel.verdict import N_

SUBMIT_ALIVE = timedelta(minutes=3)
SEEN_LATELY = timedelta(days=1)


def debug() -> Finding:
    """Error pages with the program's inside, and a console, are for nobody outside."""
    if current_app.debug or current_app.config.get("PROPAGATE_EXCEPTIONS"):
        return fail(
            N_("调试模式开着，出错的页面会露出程序内部，任何人都可能执行命令。"),
            N_("去掉 FLASK_DEBUG 和 --debug，再重新启动。"),
        )
    if settings().log_level.upper() == "DEBUG":
        return warn(
            N_("日志级别是 DEBUG，日志会很大，也会记下不该长期保存的细节。"),
            N_("排查完毕后把 log_level 改回 WARNING。"),
        )
    return ok(N_("调试模式已关闭。"))


def cookies() -> Finding:
    """The session's cookie travels encrypted only, and no script reads it."""
    wanted = {"SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax"}
    if settings().site.startswith("https:"):
        wanted["SESSION_COOKIE_SECURE"] = True
    wrong = [name for name, value in wanted.items() if current_app.config[name] != value]
    if wrong:
        return fail(
            N_("会话 cookie 的保护被关掉了：%(wrong)s"),
            N_("不要改这些设置，恢复程序的默认值。"),
            wrong="，".join(wrong),
        )
    return ok(N_("会话 cookie 受到保护。"))


def signing_keys() -> Finding:
    """Whoever reads a signing key can sign another record; only the worker's user may."""
    given = settings()
    paths = {
        "record_key": Path(given.record_key_file or given.instance / "record_key"),
        "audit_key": Path(given.audit_key_file or given.instance / "audit_key"),
    }
    for path in paths.values():
        if os.name != "nt" and path.exists() and mode_of(path) & OTHERS:
            return fail(
                N_("签名密钥 %(path)s 的权限是 %(mode)s，服务器上的其他人能读，就能伪造记录。"),
                N_("chmod 600 %(path)s；别人可能已经读过的，运行 record rotate-key 更换。"),
                path=path,
                mode=f"{mode_of(path):04o}",
            )
    return ok(N_("签名密钥没有被别人读到的可能。"))


def proxies() -> Finding:
    """The number of trusted proxies is the one that requests really come through."""
    trusted = settings().trusted_proxies
    seen = _hops_seen()
    if not seen:
        return ok(N_("最近没有请求，无从核对代理层数。"))
    if not trusted and max(seen):
        return warn(
            N_("请求带有 X-Forwarded-For，但没有设置信任代理：所有人会被算作同一个地址限流。"),
            N_("前面有反向代理时，把 trusted_proxies 设为它的层数；没有时，说明有人在伪造这个头。"),
        )
    if trusted > max(seen):
        return warn(
            N_("设置了信任 %(trusted)s 层代理，但请求里最多只有 %(seen)s 层，地址可能被冒充。"),
            N_(
                "在代理上设置 X-Forwarded-For（见 docs/deploy/nginx.conf），"
                "或者改小 trusted_proxies。"
            ),
            trusted=trusted,
            seen=max(seen),
        )
    return ok(N_("代理层数与请求相符。"))


def _hops_seen() -> list[int]:
    since = clock.now() - SEEN_LATELY
    names = db.session.scalars(
        select(WorkerSign.name).where(
            WorkerSign.name.startswith(HOPS, autoescape=True), WorkerSign.seen_at > since
        )
    )
    return [int(name.removeprefix(HOPS)) for name in names]


def submit_path() -> Finding:
    """A web process has shown lately that it can take an opinion in."""
    seen = last_sign(WEB)
    if seen is None:
        return warn(
            N_("网站还没有运行过。"),
            N_("启动网站：python app.py，或者 systemctl start zhongyan-web。"),
        )
    if clock.now() - seen > SUBMIT_ALIVE:
        minutes = int((clock.now() - seen).total_seconds() // 60)
        return fail(
            N_("已有 %(minutes)s 分钟不能提交意见（网站没有运行，或者数据库写不进去）。"),
            N_("查看网站的日志；截止前中断超过 30 分钟的事项须延长或者说明理由。"),
            minutes=minutes,
        )
    return ok(N_("可以提交意见。"))


def backup() -> Finding:
    """A sound backup was made lately."""
    hours = settings().backup_hours
    if not hours:
        return ok(N_("设置为用其他办法备份。"))
    made = last_sign(LAST_BACKUP)
    mend = N_("定时运行 flask --app app upkeep backup（见 docs/deploy），并定期演练恢复。")
    if made is None:
        return warn(N_("还没有做过备份。"), mend)
    age = int((clock.now() - made).total_seconds() // 3600)
    if clock.now() - made > timedelta(hours=hours):
        return warn(N_("上次完好的备份是 %(age)s 小时以前做的。"), mend, age=age)
    return ok(N_("上次完好的备份是 %(age)s 小时以前做的。"), age=age)
