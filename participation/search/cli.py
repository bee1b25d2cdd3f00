"""The commands of the search: build the index anew, look for something."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from participation.kernel import clock
from participation.search import jobs, queries
from participation.search.queries import Asked
from participation.web.console import emit, json_option, plain_errors


@click.group("search")
def search() -> None:
    """The index of what is public."""


@search.command("reindex")
@json_option
@plain_errors
def reindex(json_mode: bool) -> None:
    """Build the index anew while the platform goes on; a second time changes nothing."""
    entered = jobs.rebuild()
    emit(json_mode, {"entered": entered}, _("检索索引已重建，共 %(count)s 条。", count=entered))


@search.command("find")
@click.argument("words", nargs=-1, required=True)
@json_option
@plain_errors
def find(words: tuple[str, ...], json_mode: bool) -> None:
    """Say what the public finds for WORDS."""
    found = queries.find(Asked(" ".join(words)), clock.now())
    hits = [
        {
            "kind": hit.kind.value,
            "consultation": hit.slug,
            "place": hit.place,
            "text": "".join(piece.text for piece in hit.text),
        }
        for hit in found.hits
    ]
    lines = [f"{hit['kind']}  {hit['consultation']}  {hit['text']}" for hit in hits]
    emit(json_mode, {"count": found.count, "items": hits}, "\n".join(lines))


commands = (search,)
