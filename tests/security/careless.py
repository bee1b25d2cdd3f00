"""A careless application with one hole of each kind, which the scanners have to find.

Line ends in a header are no hole that could be made: Werkzeug and the servers refuse them.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask, redirect, request

HOLES = {
    "Reflected Cross Site Scripting": "/search",
    "Stored Cross Site Scripting": "/guestbook",
    "SQL Injection": "/item",
    "Open Redirect": "/go",
    "Path Traversal": "/file",
    "Cross Site Request Forgery": "/guestbook",
}
"""What wapiti calls each hole, and where it is."""


def careless_app(folder: Path) -> Flask:  # noqa: C901 - one hole after the other
    """The application, with its database and a file in a folder."""
    app = Flask("careless")
    app.logger.disabled = True
    place = folder / "careless.db"
    with sqlite3.connect(place) as database:
        database.execute("CREATE TABLE item (id INTEGER, name TEXT)")
        database.execute("INSERT INTO item VALUES (1, 'lamp'), (2, 'bench')")
    (folder / "note.txt").write_text("a note", encoding="utf-8")
    written: list[str] = []

    @app.get("/")
    def front() -> str:
        return (
            "<!doctype html><title>careless</title>"
            '<a href="/search?q=lamp">search</a> <a href="/item?id=1">item</a>'
            '<a href="/go?url=/search">go</a> <a href="/file?name=note.txt">file</a>'
            '<a href="/guestbook">guestbook</a>'
        )

    @app.get("/search")
    def search() -> str:
        return f"<!doctype html><title>x</title><p>{request.args.get('q', '')}</p>"

    @app.get("/item")
    def item() -> Any:
        words = f"SELECT name FROM item WHERE id = {request.args.get('id', '1')}"
        with sqlite3.connect(place) as database:
            try:
                found = database.execute(words).fetchall()
            except sqlite3.Error as error:
                return f"sqlite3.OperationalError: {error}", 500
        return f"<!doctype html><title>x</title><p>{found}</p>"

    @app.get("/go")
    def go() -> Any:
        try:
            return redirect(request.args.get("url", "/"))
        except ValueError:  # line ends: Werkzeug itself refuses them in a header
            return "bad", 400

    @app.get("/file")
    def file() -> Any:
        try:
            return (folder / request.args.get("name", "note.txt")).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return "no such file", 404

    @app.route("/guestbook", methods=["GET", "POST"])
    def guestbook() -> Any:
        if request.method == "POST":
            written.append(request.form.get("words", ""))
            return redirect("/guestbook")
        shown = "".join(f"<p>{each}</p>" for each in written)
        return (
            f"<!doctype html><title>x</title>{shown}"
            '<form method="post" action="/guestbook"><input name="words" value="a">'
            "<button>send</button></form>"
        )

    return app
