"""The settings: every option typed, defaulted and explained; later layers win.

Layers: this file, `instance/config.toml`, `PARTICIPATION_*` in the environment, then
`create_app(...)`. An unknown name in any of them stops the start.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "PARTICIPATION_"
ROOT = Path(__file__).resolve().parent.parent
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadSettings(SystemExit):
    """A setting is unknown or cannot be read; the start ends with the sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"众言 / Zhongyan: {sentence}")


@dataclass(frozen=True)
class Settings:
    """What a deployment may set. Addresses choose the adapters."""

    # Folder of the database, uploads, keys and config.toml; not in version control.
    instance: Path = ROOT / "instance"
    # Address to serve at.
    host: str = "127.0.0.1"
    port: int = 8000
    # sqlite: (in the instance folder), sqlite:////path/file.db or postgresql://user:pass@host/name
    database_url: str = "sqlite:"
    # file: (in the instance folder), file:///folder or s3://bucket/prefix?endpoint=URL&region=NAME
    storage_url: str = "file:"
    # sqlite: (in the instance folder), redis://host/0 or postgresql://…; carries wake-ups only.
    queue_url: str = "sqlite:"
    # log: (writes no mail, says so in the log) or smtp://user:pass@host:port?from=ADDRESS&tls=1
    mail_url: str = "log:"
    # Shared counters of rate limits when several processes serve; empty: each counts for itself.
    redis_url: str = ""
    # Load the demonstration into an empty instance: "auto" only on a loopback address.
    demo: str = "auto"
    # "on", "off" (load tests), or changed ones such as "submit=60/minute, signin=20/minute".
    rate_limits: str = "on"
    # Signs sessions and links; empty: made once in instance/secret_key.
    secret_key: str = ""
    # Base64 of 32 bytes; empty: made once in instance/encryption_key. Older keys after commas.
    encryption_key: str = ""
    # The site's public address, used in mails; empty: taken from host and port.
    public_url: str = ""
    # Name shown in the header.
    platform_name: str = "众言"
    # Zone in which calendar days begin and end.
    time_zone: str = "Asia/Shanghai"
    # When staff prove a second factor: "reveal" before a contact is shown, "always" at sign-in too.
    staff_second_factor: str = "reveal"
    # How many reverse proxies in front are trusted to tell the client's address and scheme.
    trusted_proxies: int = 0
    # Largest request taken, in bytes (drafts, records).
    max_request_bytes: int = 24 * 1024 * 1024
    # Run the worker inside the serving process (`python app.py`).
    worker: bool = True
    # Level of the log written to stderr.
    log_level: str = "WARNING"
    # "text" for people, "json" for collectors (with one line for every request).
    log_format: str = "text"
    # "on": GET /metrics answers Prometheus on this machine, elsewhere with the token as bearer.
    metrics: str = "off"
    metrics_token: str = ""
    # Below so many free bytes on the instance folder's disk only reading is served; 0: never.
    least_free_bytes: int = 200 * 1024 * 1024
    # PostgreSQL gives a statement up after so many seconds, a wait for a lock after half; 0: never.
    statement_seconds: int = 30
    # Base64 of 32 bytes, signs the audit's heads; empty: made once in the file.
    audit_key: str = ""
    # Where that key is kept; empty: audit_key in the instance folder.
    audit_key_file: str = ""
    # Base64 of 32 bytes, signs the heads of the public record; empty: made once in the file. To
    # change it: the new one first, the old one after a comma, then `record rotate-key`.
    record_key: str = ""
    # Where that key is kept; empty: record_key in the instance folder. Only the worker reads it.
    record_key_file: str = ""
    # Mail address that gets the audit's head every day; empty: nobody.
    audit_mail: str = ""
    # Sign-in through an OpenID provider: its issuer address (https), empty for none; what it knows
    # us by (redirect address: <public_url>/account/identity/answer), and its name on the button.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "统一身份认证"
    # Where petitions and requests for information go, in words people read; empty: said in general.
    petition_office: str = ""
    disclosure_office: str = ""
    # ClamAV that looks at what citizens attach: tcp://host:3310 or unix:///path; empty: none does.
    scanner_url: str = ""
    # "on": a sender's browser works a second for each opinion; who cannot waits instead.
    proof_of_work: str = "off"
    # Folder of pg_dump, pg_restore and psql; empty: the PATH and where Debian puts them.
    postgresql_tools: str = ""
    # `doctor` warns where the last backup is older than so many hours; 0: backed up by other means.
    backup_hours: int = 26
    # Working days of years by the State Council's notice: {"2027": {"off": [...], "work": [...]}}.
    calendar: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database_url in {"sqlite:", "sqlite://"}:
            return f"sqlite:///{self.instance / 'participation.db'}"
        for plain in ("postgresql://", "postgres://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite:")

    @property
    def is_loopback(self) -> bool:
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def wants_demo(self) -> bool:
        """Whether an empty instance is to be filled with the demonstration."""
        return self.is_loopback if self.demo == "auto" else self.demo in TRUE

    @property
    def wants_work(self) -> bool:
        """Whether senders' browsers prove some work."""
        return self.proof_of_work.lower() in TRUE

    @property
    def shows_metrics(self) -> bool:
        """Whether /metrics answers at all."""
        return self.metrics.lower() in TRUE

    @property
    def site(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def mail_host(self) -> str:
        """The host name that mails are said to come from."""
        return urlsplit(self.site).hostname or "localhost"

    def secret(self, name: str, given: str, make: Any) -> str:
        """A secret from the settings, or one made once in the instance folder (mode 0600)."""
        if given:
            return given
        path = self.instance / name
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            made: str = make()
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        return made

    def session_secret(self) -> str:
        """The secret that signs sessions and links."""
        return self.secret("secret_key", self.secret_key, lambda: secrets.token_urlsafe(48))


def load(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the layers and return the settings; raise `BadSettings` on anything unknown."""
    given = dict(overrides or {})
    environment = _from_environment()
    instance = Path(given.get("instance") or environment.get("instance") or Settings.instance)
    layers = {**_from_file(instance / "config.toml"), **environment, **given}
    known = {each.name: each for each in fields(Settings)}
    if unknown := sorted(set(layers) - set(known)):
        raise BadSettings(f"未知的设置项 / unknown setting: {', '.join(unknown)}")
    values = {name: _typed(known[name], value) for name, value in layers.items()}
    values["instance"] = instance.resolve()
    settings = Settings(**values)
    _check(settings)
    return settings


def _from_environment() -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX)
    }


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: {error}") from error


def _typed(option: Any, value: Any) -> Any:
    wanted = str(option.type)
    try:
        if wanted == "int":
            return int(value)
        if wanted == "bool":
            return value if isinstance(value, bool) else _truth(option.name, str(value))
        if wanted == "Path":
            return Path(value)
        if wanted == "str":
            return str(value)
    except ValueError as error:
        raise BadSettings(f"{option.name} = {value!r}: {error}") from error
    if not isinstance(value, Mapping):
        raise BadSettings(f"{option.name}: 应写在 config.toml 的表中 / belongs in config.toml")
    return value


def _truth(name: str, word: str) -> bool:
    if word.lower() in TRUE | FALSE:
        return word.lower() in TRUE
    raise BadSettings(f"{name} = {word!r}: 应为 1 或 0 / must be 1 or 0")


def _check(settings: Settings) -> None:
    if settings.demo.lower() not in TRUE | FALSE | {"auto"}:
        raise BadSettings(f"demo = {settings.demo!r}: 应为 1 或 0 / must be 1 or 0")
    if settings.staff_second_factor not in {"reveal", "always"}:
        raise BadSettings(f"staff_second_factor = {settings.staff_second_factor!r}: reveal, always")
    if not 0 <= settings.port <= 65535:
        raise BadSettings(f"port = {settings.port}: 应在 0 到 65535 之间 / not a port")
    if settings.demo != "auto" and settings.wants_demo and not settings.is_loopback:
        raise BadSettings(
            "演示数据只在本机地址提供 / the demonstration is served on a loopback address only"
        )
    for name, known in (
        ("log_format", {"text", "json"}),
        ("metrics", TRUE | FALSE),
        ("proof_of_work", TRUE | FALSE),
    ):
        if (word := str(getattr(settings, name)).lower()) not in known:
            raise BadSettings(f"{name} = {word!r}: {', '.join(sorted(known))}")
    _check_provider(settings)
    if not settings.database.startswith(("sqlite:///", "postgresql+psycopg://")):
        kind = settings.database_url.split(":")[0]
        raise BadSettings(f"database_url: {kind}: sqlite, postgresql")


def _check_provider(settings: Settings) -> None:
    if not settings.oidc_issuer:
        return
    parts = urlsplit(settings.oidc_issuer)
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
        raise BadSettings(f"oidc_issuer = {settings.oidc_issuer!r}: https://")
    if not settings.oidc_client_id:
        raise BadSettings("oidc_client_id: oidc_issuer 需要它 / needed by oidc_issuer")
