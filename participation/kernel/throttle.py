"""Rate limits by name, counted in this process or in Redis; off by one setting."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from participation.kernel.verdict import N_

DEFAULTS = {
    "submit": "30/minute;300/hour",
    "receipt": "60/minute",
    "lost": "5/minute;30/hour",
    "signin": "20/minute;100/hour",
    "register": "10/hour",
    "support": "20/minute;100/hour",
    "survey": "30/minute",
    "upload": "30/minute",
    "attach": "60/hour;200/day",
    "block": "200/minute;2000/hour",
    "contact": "20/hour;60/day",
    "unproved": "30/hour",
    "follow": "10/minute;40/hour",
    "data": "30/minute",
    "search": "60/minute",
}
TOO_MANY = N_("操作过于频繁，请稍候再试。您填写的内容没有丢失。")

limiter = Limiter(get_remote_address, headers_enabled=True, strategy="moving-window")
View = TypeVar("View", bound=Callable[..., Any])


def parse_limits(words: str) -> dict[str, str] | None:
    """The limits by name from the setting; None for off. Raises ValueError on an unknown name."""
    if words.strip().lower() in {"off", "0"}:
        return None
    limits = dict(DEFAULTS)
    if words.strip().lower() not in {"", "on", "1"}:
        for part in words.split(","):
            name, _, rate = part.partition("=")
            if name.strip() not in DEFAULTS or not rate.strip():
                raise ValueError(f"rate_limits: {part.strip()!r}: {', '.join(DEFAULTS)}")
            limits[name.strip()] = rate.strip()
    return limits


def connect(app: Flask, words: str, redis_url: str) -> None:
    """Attach the limiter to an application."""
    limits = parse_limits(words)
    if redis_url:
        # Registers its kind of address; a start without Redis does not pay for it.
        import_module("participation.kernel.counting")
    app.config.update(
        RATELIMIT_ENABLED=limits is not None,
        RATELIMIT_STORAGE_URI=f"steady+{redis_url}" if redis_url else "memory://",
        RATELIMIT_SWALLOW_ERRORS=False,
    )
    app.extensions["rates"] = limits or {}
    limiter.init_app(app)


def limited(name: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """Limit a view by the named rate, per client address."""

    def decorate(view: View) -> View:
        return limiter.limit(  # type: ignore[return-value]
            lambda: current_app.extensions["rates"].get(name, DEFAULTS[name]),
            methods=list(methods),
            error_message=TOO_MANY,
            scope=name,
        )(view)

    return decorate


def is_on() -> bool:
    """Whether anything is limited at all."""
    return bool(current_app.config["RATELIMIT_ENABLED"])


def within(name: str, key: str) -> bool:
    """Count one act of `key` (an address block, a contact's digest) under a named rate.

    Whether it is still within; always where limits are off.
    """
    if not is_on():
        return True
    rates = parse_many(current_app.extensions["rates"].get(name, DEFAULTS[name]))
    # Every rate is told of the act, the later ones too.
    return False not in [limiter.limiter.hit(rate, name, key) for rate in rates]


def address_block() -> str:
    """The client's neighbourhood: /24 of IPv4, /56 of IPv6, what one subscriber or village gets."""
    try:
        address = ipaddress.ip_address(get_remote_address())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network((address, length), strict=False))
