"""Every route says who may come in, and every link in a template leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.architecture.test_house import TEMPLATES, _name

# Served by Flask itself.
NOT_OURS = re.compile(r"^static$")
LINK = re.compile(r"url_for\(\s*['\"]([\w.]+)['\"]")


def _access(app: Flask, endpoint: str) -> object:
    view = app.view_functions[endpoint]
    return getattr(view, "access", None) or getattr(
        getattr(view, "view_class", None), "access", None
    )


def test_every_route_declares_who_may_come_in(app: Flask) -> None:
    silent = sorted(
        {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if not NOT_OURS.match(rule.endpoint) and not _access(app, rule.endpoint)
        }
    )
    assert silent == []


def test_a_route_that_says_nothing_is_caught(app: Flask) -> None:
    app.add_url_rule("/silent", "silent", lambda: "")
    with pytest.raises(AssertionError):
        test_every_route_declares_who_may_come_in(app)


def _links() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for endpoint in LINK.findall(path.read_text(encoding="utf-8")):
            yield _name(path), endpoint


def test_every_link_in_a_template_leads_somewhere(app: Flask) -> None:
    dead = sorted({f"{path}: {name}" for path, name in _links() if name not in app.view_functions})
    assert dead == []
