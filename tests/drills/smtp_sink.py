"""A mail server that keeps what it took: a line in MAILS for each mail, before it says so.

Usage: smtp_sink.py PORT MAILS. It may be killed at any moment and started again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

PAUSE = 0.01


class Box:
    """Writes each mail down: its Message-ID, its reader and its words."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a mail for good, then take a while to say so."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        words = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
        line = {"id": mail["Message-ID"], "to": mail["To"], "text": words}
        with self._path.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(line, ensure_ascii=False) + "\n")
            kept.flush()
            os.fsync(kept.fileno())
        await asyncio.sleep(PAUSE)
        return "250 OK"


async def serve(port: int, path: Path) -> None:
    """Take mails until killed."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Box(path)), "127.0.0.1", port
    )
    print("ready", time.monotonic(), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
