"""Builds the application; the only module that knows every feature."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from participation.config import ROOT, BadSettings, Settings, load
from participation.kernel import throttle
from participation.kernel.db import SQLITE_FLOOR, db, prepare_engine, sqlite_module, sqlite_version
from participation.kernel.mailer import Mailer
from participation.kernel.queue import Queue
from participation.kernel.scanner import Scanner
from participation.kernel.storage import Storage
from participation.kernel.vault import Vault, new_key
from participation.upkeep import logs
from participation.web import (
    access,
    admission,
    caching,
    compressing,
    errors,
    filters,
    headers,
    locale,
)

# From the lower to the higher; each may have models, subscribers, jobs, views (`bp`) and cli.
FEATURES = (
    "web",
    "accounts",
    "consultations",
    "comments",
    "surveys",
    "meetings",
    "inquiries",
    "organisations",
    "importing",
    "campaigns",
    "adoption",
    "notifications",
    "duties",
    "audit",
    "record",
    "search",
    "privacy",
    "papers",
    "portal",
    "desk",
    "api",
    "upkeep",
    "demonstration",
)
PARTS = ("models", "subscribers", "jobs", "views", "cli")

csrf = CSRFProtect()
migrate = Migrate()


def create_app(**overrides: Any) -> Flask:
    """Build the application from the settings' layers; `overrides` win over all of them."""
    settings = load(overrides)
    logs.set_up(settings)
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask(
        "participation",
        root_path=str(ROOT),
        instance_path=str(settings.instance),
        template_folder="templates",
        static_folder="static",
    )
    _configure(app, settings)
    _attach_database(app, settings)
    _attach_ports(app, settings)
    # What is registered first is done last, when all else of an answer is known.
    for part in (compressing, access, admission, errors, filters, headers):
        part.connect(app)
    locale.connect(app, settings.time_zone)
    # A restore works on a staged database before anything may serve it.
    app.extensions["another"] = lambda **changes: create_app(**{**overrides, **changes})
    for feature in FEATURES:
        _attach_feature(app, feature)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    is_https = settings.site.startswith("https:")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.session_secret(),
        MAX_CONTENT_LENGTH=settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        # Browsers keep a cookie of such a name for this host alone (RFC 6265bis, 4.1.3.2).
        SESSION_COOKIE_NAME="__Host-session" if is_https else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=is_https,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        platform_name=settings.platform_name, current_actor=_actor, site=settings.site
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _actor() -> Any:
    from participation.web.access import current_actor

    return current_actor()


def _attach_database(app: Flask, settings: Settings) -> None:
    if settings.is_sqlite and sqlite_version() < SQLITE_FLOOR:
        raise BadSettings(
            "SQLite 版本过旧 / SQLite is too old: "
            f"{'.'.join(map(str, sqlite_version()))} < {'.'.join(map(str, SQLITE_FLOOR))}; "
            "pip install pysqlite3"
        )
    options: dict[str, Any] = (
        {"module": sqlite_module(), "connect_args": {"timeout": 15, "check_same_thread": False}}
        if settings.is_sqlite
        else {
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 20,
            "pool_timeout": 10,
            "connect_args": {"connect_timeout": 5, "tcp_user_timeout": 10_000},
        }
    )
    # What a statement held belongs in no error's words, and with that in no log.
    options["hide_parameters"] = True
    app.config.update(SQLALCHEMY_DATABASE_URI=settings.database, SQLALCHEMY_ENGINE_OPTIONS=options)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, settings.statement_seconds)
    migrate.init_app(
        app, db, directory=str(ROOT / "participation" / "migrations"), render_as_batch=True
    )


def _attach_ports(app: Flask, settings: Settings) -> None:
    try:
        keys = settings.secret("encryption_key", settings.encryption_key, new_key)
        app.extensions["vault"] = Vault(keys)
        throttle.connect(app, settings.rate_limits, settings.redis_url)
        app.extensions["scanner"] = Scanner(settings.scanner_url)
        app.extensions["mailer"] = Mailer(settings.mail_url, f"noreply@{settings.mail_host}")
    except ValueError as error:
        raise BadSettings(str(error)) from error
    app.extensions["storage"] = Storage(settings.storage_url, settings.instance / "uploads")
    caching.connect(app)
    queue = Queue(app, settings.queue_url, settings.instance / "queue.db")
    app.extensions["queue"], app.extensions["wake"] = queue, queue.wake
    csrf.init_app(app)
    login = LoginManager(app)
    login.session_protection = None
    app.extensions["login"] = login


def _attach_feature(app: Flask, name: str) -> None:
    package = f"participation.{name}"
    if find_spec(package) is None:
        return
    for part in PARTS:
        if find_spec(f"{package}.{part}") is None:
            continue
        module = import_module(f"{package}.{part}")
        if part == "views":
            found = getattr(module, "blueprints", None)
            for blueprint in (module.bp,) if found is None else found:
                app.register_blueprint(blueprint)
        if part == "cli":
            for command in module.commands:
                app.cli.add_command(command)
        if connect := getattr(module, "connect", None):
            connect(app)
        for view in getattr(module, "csrf_exempt", ()):
            csrf.exempt(view)
