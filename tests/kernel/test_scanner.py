"""The scanner: clamd's protocol over a real socket, and what happens where it is not there."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from participation.kernel.errors import Invalid, Unavailable
from participation.kernel.scanner import Scanner

MARK = b"EICAR-STANDARD"


def _read(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count and (part := line.recv(count - len(found))):
        found += part
    return found


def _answer(line: socket.socket, most: int) -> bytes:
    command = b""
    while not command.endswith(b"\0"):
        command += _read(line, 1)
    if command == b"zPING\0":
        return b"PONG"
    assert command == b"zINSTREAM\0"
    data = b""
    while length := struct.unpack("!I", _read(line, 4))[0]:
        data += _read(line, length)
        if len(data) > most:
            return b"INSTREAM size limit exceeded. ERROR"
    return b"stream: Eicar-Signature FOUND" if MARK in data else b"stream: OK"


@contextmanager
def a_daemon(most: int = 2**24) -> Iterator[str]:
    """A daemon that speaks as clamd does; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    line.sendall(_answer(line, most) + b"\0")

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_a_clean_file_passes_and_a_marked_one_is_refused() -> None:
    with a_daemon() as url:
        scanner = Scanner(url)
        scanner.check()
        assert scanner.scan("a.pdf", bytes(700_000))
        # Across the border of two parts.
        with pytest.raises(Invalid, match="病毒") as refusal:
            scanner.scan("a.pdf", bytes(256 * 1024 - 5) + MARK)
        assert refusal.value.field == "file"


def test_no_verdict_is_no_permission() -> None:
    with a_daemon(most=10) as url, pytest.raises(Unavailable):
        Scanner(url).scan("a.pdf", bytes(100))


def test_a_scanner_that_is_away_lets_nothing_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(Unavailable):
        Scanner(url).scan("a.pdf", b"x")
    with pytest.raises(FileNotFoundError):
        Scanner("unix:///nowhere/clamd.ctl").check()


def test_without_a_scanner_nothing_is_scanned() -> None:
    assert Scanner("").scan("a.pdf", MARK) is False


@pytest.mark.parametrize("url", ["http://x", "tcp://", "unix:", "clamd"])
def test_another_address_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="scanner_url"):
        Scanner(url)
