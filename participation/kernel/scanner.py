"""Asks a ClamAV daemon about an uploaded file, where one is set; what cannot be asked is not taken.

The protocol is clamd's own INSTREAM (clamd(8)): parts with their length before them, then a
length of zero; the answer is one word line that ends in OK, FOUND or ERROR.
"""

from __future__ import annotations

import logging
import socket
import struct
from urllib.parse import urlsplit

from flask import current_app

from participation.kernel.errors import Invalid, Unavailable
from participation.kernel.verdict import N_

log = logging.getLogger(__name__)

SECONDS = 20.0
PART = 256 * 1024
LONGEST_ANSWER = 4096
INFECTED = N_("“%(name)s”没有通过病毒检查，没有收下。请用杀毒软件检查您的设备后换一个文件。")
AWAY = N_("病毒检查暂时不能用，附件没有收下；意见可以先不带附件提交。请过几分钟再试一次。")


class Scanner:
    """A daemon at `tcp://host:3310` or `unix:///path`; an empty address scans nothing."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.is_set = bool(url)
        if url and not (
            (parts.scheme == "tcp" and parts.hostname) or (parts.scheme == "unix" and parts.path)
        ):
            raise ValueError(f"scanner_url: {url!r}: tcp://host:3310, unix:///path")
        self._parts = parts

    def scan(self, name: str, data: bytes) -> bool:
        """Whether the file was scanned; raise Invalid at `file` for a finding.

        Raises Unavailable where the daemon cannot be reached or gives no verdict.
        """
        if not self.is_set:
            return False
        try:
            said = self._ask(b"zINSTREAM\0", data)
        except OSError as error:
            log.error("scanner: %s: %s", type(error).__name__, error)
            raise Unavailable(AWAY) from error
        if said.endswith(" FOUND"):
            log.warning("scanner: an upload was refused: %s", said[:200])
            raise Invalid(INFECTED, {"name": name}, field="file")
        if not said.endswith(" OK"):
            log.error("scanner: no verdict: %s", said[:200])
            raise Unavailable(AWAY)
        return True

    def check(self) -> None:
        """Ask whether it is there; raise OSError where it is not."""
        if self.is_set and self._ask(b"zPING\0", None) != "PONG":
            raise OSError("the scanner answered something else than PONG")

    def _ask(self, command: bytes, data: bytes | None) -> str:
        with self._connected() as line:
            line.sendall(command)
            if data is not None:
                self._send(line, data)
            answer = b""
            while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
                part = line.recv(LONGEST_ANSWER)
                if not part:
                    break
                answer += part
        return answer.split(b"\0")[0].decode("utf-8", "replace").strip()

    def _send(self, line: socket.socket, data: bytes) -> None:
        try:
            for place in range(0, len(data), PART):
                part = data[place : place + PART]
                line.sendall(struct.pack("!I", len(part)) + part)
            line.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            # A daemon that has had enough says why before it hangs up.
            return

    def _connected(self) -> socket.socket:
        if self._parts.scheme == "tcp":
            address = (self._parts.hostname or "", self._parts.port or 3310)
            return socket.create_connection(address, SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(self._parts.path)
        except OSError:
            line.close()
            raise
        return line


def scanner() -> Scanner:
    """The running application's scanner."""
    found = current_app.extensions["scanner"]
    assert isinstance(found, Scanner)
    return found
