"""The floor: a bare Flask view of 30 KB on the platform's server with the platform's threads."""

from __future__ import annotations

import os

from flask import Flask
from waitress import serve

from participation.serving import THREADS

PAGE = "<p>一</p>" * (30_000 // len("<p>一</p>".encode()))

app = Flask("floor")


@app.get("/healthz")
def healthz() -> str:
    """Alive."""
    return "ok"


@app.get("/page")
def page() -> str:
    """Thirty kilobytes."""
    return PAGE


if __name__ == "__main__":
    serve(
        app,
        host="127.0.0.1",
        port=int(os.environ["PARTICIPATION_PORT"]),
        threads=THREADS,
        ident=None,
        channel_timeout=60,
    )
