"""Two hosts and a database host on one machine: network namespaces with cables to be pulled.

Each host is joined to the database's by a cable of its own (veth). The addresses exist in these
namespaces only. What the database's host is asked is passed on to the real PostgreSQL server.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

CLONE_NEWNET = 0x40000000
PORT = 5432
CABLE = "cable"


def move_to(host: str) -> None:
    """Let this thread (of a fresh process: all of it) live on a host from now on."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/run/netns", host).open() as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot move to {host}")


class Network:
    """The hosts `names`, each with a cable to the database's host."""

    def __init__(self, database_url: str, count: int = 2) -> None:
        self._url = make_url(database_url)
        tag = f"zy{uuid.uuid4().hex[:6]}"
        self._center = f"{tag}-db"
        self.names = [f"{tag}-{number}" for number in range(1, count + 1)]
        self._listener: socket.socket | None = None

    def build(self) -> None:
        """Make hosts, cables and the way to the database; OSError where that is not allowed."""
        for each in (self._center, *self.names):
            _ip("netns", "add", each)
        for number, name in enumerate(self.names, 1):
            far = f"to{number}"
            _ip("-n", name, *f"link add {CABLE} type veth peer name {far}".split())
            _ip("-n", name, "link", "set", far, "netns", self._center)
            for host, end, last in ((name, CABLE, 2), (self._center, far, 1)):
                _ip("-n", host, "address", "add", f"10.83.{number}.{last}/30", "dev", end)
                _ip("-n", host, "link", "set", end, "up")
        thread = threading.Thread(target=self._listen)
        thread.start()
        thread.join()
        if self._listener is None:
            raise OSError("the database's host cannot be listened at")
        threading.Thread(target=self._accept, daemon=True).start()

    def url_at(self, name: str) -> str:
        """The database's address as a host sees it."""
        server = f"10.83.{self.names.index(name) + 1}.1"
        seen = self._url.set(host=server, port=PORT).difference_update_query(["host", "port"])
        return seen.render_as_string(hide_password=False)

    def cut(self, name: str) -> None:
        """Pull a host's cable."""
        _ip("-n", name, "link", "set", CABLE, "down")

    def mend(self, name: str) -> None:
        """Plug it in again."""
        _ip("-n", name, "link", "set", CABLE, "up")

    def remove(self) -> None:
        """Take everything down, also what was half made."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for each in (self._center, *self.names):
            with suppress(OSError):
                _ip("netns", "delete", each)

    def _listen(self) -> None:
        # Only this thread moves; its socket belongs to the database's host for good.
        with suppress(OSError):
            move_to(self._center)
            self._listener = socket.create_server(("", PORT), backlog=64)

    def _accept(self) -> None:
        assert self._listener
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = self._connected()
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, target), daemon=True).start()

    def _connected(self) -> socket.socket:
        query_host = self._url.query.get("host")
        host = str(query_host or self._url.host or "localhost")
        port = self._url.port or PORT
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far


@contextmanager
def network(database_url: str) -> Iterator[Network | str]:
    """Two hosts that reach the database, or why there are none."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        yield "network namespaces need root and `ip` (iproute2)"
        return
    made = Network(database_url)
    try:
        try:
            made.build()
        except OSError as error:
            yield f"no network namespaces: {error}"
        else:
            yield made
    finally:
        made.remove()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
