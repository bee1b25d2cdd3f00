"""A small site that hands out a record at the addresses of the format, honestly or not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.record.reference import Record, lines

AT_ONCE = 7


class Site:
    """What is served; tests change it between visits, `meanwhile` runs once during one."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.entries: list[dict[str, Any]] | None = None
        self.leaves: list[bytes] | None = None
        self.keys: list[str] | None = None
        self.proof: list[str] | None = None
        self.meanwhile: Any = None
        self.status = 200
        self.url = ""

    def answer(self, name: str, asked: dict[str, int]) -> bytes | None:
        """The body at an address; None where there is nothing."""
        record = self.record
        if name == "checkpoint":
            return record.heads[-1][1].encode() if record.heads else None
        if name == "keys.txt":
            keys = self.keys or [one.key for one in record.signers]
            return "".join(f"{key}\n" for key in keys).encode()
        if name == "leaves":
            leaves = self.leaves or record.leaves
            return b"".join(leaf + b"\n" for leaf in leaves[asked["from"] :][:AT_ONCE])
        if name == "entries":
            if self.meanwhile is not None:
                act, self.meanwhile = self.meanwhile, None
                act()
            entries = record.entries() if self.entries is None else self.entries
            return lines([one for one in entries if one["number"] > asked["after"]][:AT_ONCE])
        if name == "consistency":
            proof = self.proof or [
                one.hex() for one in record.tree.proof(asked["from"], asked["to"])
            ]
            return json.dumps({**asked, "proof": proof}).encode()
        return None


@contextmanager
def served(site: Site) -> Iterator[Site]:
    """The site on loopback; its `url` is a consultation's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name = parts.path.rpartition("/record/")[2]
            asked = {key: int(values[0]) for key, values in parse_qs(parts.query).items()}
            body = site.answer(name, asked)
            self.send_response(site.status if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/consultations/{site.record.slug}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
