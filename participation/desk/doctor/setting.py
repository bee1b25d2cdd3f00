"""What the settings promise: keys nobody can guess or read, a true address, no open doors."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.engine import make_url

from participation.config import Settings
from participation.desk.doctor.finding import Finding, fail, ok, warn
from participation.kernel.verdict import N_

SHORTEST_SECRET = 32
FEWEST_LETTERS = 10
OTHERS = 0o077


def settings() -> Settings:
    """The running application's settings."""
    found = current_app.config["SETTINGS"]
    assert isinstance(found, Settings)
    return found


def mode_of(path: Path) -> int:
    """The permission bits of a file or folder, such as 0o600."""
    return path.stat().st_mode & 0o777


def secret_key() -> Finding:
    """The key that signs sessions: long, varied, and readable by its owner only."""
    given = settings().session_secret()
    if len(given) < SHORTEST_SECRET or len(set(given)) < FEWEST_LETTERS:
        return fail(
            N_("会话密钥太短或者太简单，别人可以伪造登录。"),
            N_(
                "删去设置 secret_key 后重新启动，系统会自己生成；"
                "多台主机请设为同一个 48 字以上的随机值。"
            ),
        )
    return _key_file("secret_key", bool(settings().secret_key)) or ok(N_("会话密钥足够长。"))


def encryption_key() -> Finding:
    """The key of the contacts: readable by its owner only, and not kept where the data is."""
    given = bool(settings().encryption_key)
    found = _key_file("encryption_key", given)
    if found is not None:
        return found
    if not given and _lies_beside_database():
        return warn(
            N_("加密密钥与数据库在同一个目录，一起备份、一起失窃，加密就保护不了联系方式。"),
            N_(
                "把 %(path)s 的内容放进环境变量 PARTICIPATION_ENCRYPTION_KEY 或密钥管理系统后"
                "删去这个文件；密钥另行备份，丢失后联系方式无法恢复。"
            ),
            path=settings().instance / "encryption_key",
        )
    return ok(N_("加密密钥与数据库分开保存。"))


def _key_file(name: str, given: bool) -> Finding | None:
    path = settings().instance / name
    if given or os.name == "nt" or not mode_of(path) & OTHERS:
        return None
    return fail(
        N_("密钥文件 %(path)s 的权限是 %(mode)s，服务器上的其他人也能读。"),
        N_("chmod 600 %(path)s；别人可能已经读过的，请更换密钥。"),
        path=path,
        mode=f"{mode_of(path):04o}",
    )


def _lies_beside_database() -> bool:
    if not settings().is_sqlite:
        return False
    database = make_url(settings().database).database or ""
    return Path(database).resolve().parent == settings().instance


def public_url() -> Finding:
    """The address in mails and receipts leads to this site, and is encrypted on the way."""
    url = urlsplit(settings().site)
    site = {"site": settings().site}
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        return fail(
            N_("公开网址 %(site)s 不能用。"),
            N_("把 public_url 设为完整网址，例如 https://zhongyan.example.gov.cn。"),
            **site,
        )
    if not settings().public_url and not settings().is_loopback:
        return warn(
            N_("没有设置公开网址，邮件和回执里写的是 %(site)s，外面的人打不开。"),
            N_("把 public_url 设为公众看到的网址。"),
            **site,
        )
    if url.scheme == "http" and settings().public_url:
        return warn(
            N_("公开网址 %(site)s 没有加密，回执和密码在网络上可以被看到。"),
            N_("在前面放一台终结 HTTPS 的反向代理，把 public_url 改为 https。"),
            **site,
        )
    return ok(N_("公开网址：%(site)s"), **site)


def exposure() -> Finding:
    """Who can reach the server, and whether the client's address it counts by is the true one."""
    given = settings()
    place = {"host": given.host, "port": given.port}
    is_behind_proxy = given.site.startswith("https:")
    if is_behind_proxy and not given.trusted_proxies:
        return warn(
            N_(
                "网址是 https，说明前面有反向代理，但没有设置信任它：所有人会被算作同一个地址限流。"
            ),
            N_("把 trusted_proxies 设为前面代理的层数，通常是 1。"),
        )
    if given.trusted_proxies and not given.is_loopback:
        return warn(
            N_(
                "服务直接开在 %(host)s:%(port)s，又信任代理报来的地址："
                "绕过代理的人可以冒充任何地址。"
            ),
            N_("把 host 设为 127.0.0.1，或者用防火墙只放行代理。"),
            **place,
        )
    if not given.is_loopback:
        return warn(
            N_("服务直接开在 %(host)s:%(port)s，没有经过加密。"),
            N_("把 host 设为 127.0.0.1，由反向代理对外提供 HTTPS。"),
            **place,
        )
    return ok(N_("只在本机 %(host)s:%(port)s 上提供服务。"), **place)


def demo() -> Finding:
    """Demonstration data never mixes with real opinions."""
    given = settings()
    if given.wants_demo and given.public_url:
        return warn(
            N_("设了公开网址，但空库启动时仍会装入演示数据。"),
            N_("正式使用请设 PARTICIPATION_DEMO=0，并用一个空的数据目录。"),
        )
    return ok(N_("演示数据：%(value)s"), value=given.demo)


def rate_limits() -> Finding:
    """Somebody who tries passwords or floods the form is slowed down."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return warn(
            N_("频率限制已关闭，任何人都可以不停地试密码、刷意见。"),
            N_("压力测试以后请删去设置 rate_limits。"),
        )
    return ok(N_("频率限制已开启。"))
