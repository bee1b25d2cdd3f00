"""What stands around every request: the log's line, the figures, read-only mode; and /metrics."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Flask, Response, current_app, request

from participation.kernel import readonly
from participation.kernel.errors import NotFound
from participation.upkeep import logs
from participation.upkeep.readonly import refuse_writes
from participation.web.access import public

bp = Blueprint("upkeep", __name__)


@bp.get("/metrics")
@public
def metrics() -> Response:
    """The figures for Prometheus, where they are switched on and this client may have them."""
    if not current_app.config["SETTINGS"].shows_metrics or not (_has_token() or _is_at_home()):
        raise NotFound("metrics")
    from participation.upkeep.metrics import CONTENT_TYPE, exposition

    response = Response(exposition(), content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _has_token() -> bool:
    wanted = current_app.config["SETTINGS"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _is_at_home() -> bool:
    """Whether the client is this machine, where its address can be believed.

    Behind a proxy that is not trusted everybody seems to come from this machine.
    """
    settings = current_app.config["SETTINGS"]
    if settings.public_url and not settings.trusted_proxies:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def connect(app: Flask) -> None:
    """Attach all of it to an application."""
    app.context_processor(lambda: {"read_only": readonly.known})
    # Before all others, such as the form key's: whoever cannot write is told so first.
    app.before_request_funcs.setdefault(None, []).insert(0, refuse_writes)
    logs.connect(app)
    if app.config["SETTINGS"].shows_metrics:
        from participation.upkeep.metrics import count_requests

        count_requests(app)
