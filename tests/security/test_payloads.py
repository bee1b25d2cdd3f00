"""Whatever is written into any field, no page runs it: every text column × every page, in Chromium.

Fields come from the models, pages from the application's map. CI puts the strongest payloads
together into every field; `DRILL_SIZE=full` puts in all of them, a dozen at a time, and opens every
page once more with the content policy switched off, so that what would run does run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Error
from sqlalchemy import JSON, select

from participation.kernel.db import transaction
from tests.browser.chromium import served
from tests.security import table
from tests.security.columns import WORDS, put, text_columns, unlocked
from tests.security.estate import Estate
from tests.security.walking import Route, address, routes, stages

pytestmark = pytest.mark.browser
FULL = os.environ.get("DRILL_SIZE") == "full"
PAYLOADS = [
    line
    for line in Path(__file__).with_name("payloads.txt").read_text(encoding="utf-8").split("\n")
    if line
]
AT_ONCE = 12
ROUNDS = [PAYLOADS[at : at + AT_ONCE] for at in range(0, len(PAYLOADS), AT_ONCE)]
STATES_SHOWN = ("drafting", "open", "closed", "sealed") if FULL else ("drafting", "open", "sealed")
PEOPLE = ("officer", "drafter", "reviewer", "administrator", "citizen", "guest")
ALSO = {
    "clause.label", "clause.number", "clause.short_label", "draft_version.front_matter",
    "draft_version.warnings", "audit_entry.payload", "bulletin.content", "bulletin.meetings",
    "adoption_summary.content", "sealed_point.content", "publication_hold.params",
}  # fmt: skip
"""Text that the canaries leave as it is, and that may hold words of people all the same."""

WATCH = """
window.zq = [];
document.addEventListener('securitypolicyviolation', e => window.zq.push(
    `policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""
LOOK = """() => {
  const found = [...window.zq];
  for (const e of document.querySelectorAll('*')) {
    const say = why => found.push(`${why}: ${e.outerHTML.slice(0, 100)}`);
    if (/^(zq|iframe|object|embed|base|applet|frame|style|marquee|plaintext)/i.test(e.localName))
      say('element');
    if (e.localName === 'script' && !e.getAttribute('src')) {
      // Data for machines is no script: it must be whole, and of that kind alone.
      const isData = e.type === 'application/ld+json' && e.attributes.length === 1;
      if (!isData) say('script');
      else try { JSON.parse(e.textContent) } catch { say('broken data') }
    }
    for (const a of e.attributes) {
      if (/^(on|srcdoc$|ping$|zq|style$)/i.test(a.name)) say(`attribute ${a.name}`);
      if (/^(href|src|action|formaction|data|xlink:href)$/i.test(a.name)) {
        const to = a.value.replace(/[\\u0000-\\u0020]/g, '').toLowerCase();
        if (/^(javascript|vbscript):/.test(to) || to.includes('evil.example')) say('address');
      }
    }
  }
  return found;
}"""
LOOK_AT_PICTURE = """() => [...window.zq, ...[...document.querySelectorAll('*')].filter(
  e => /script|foreignobject/i.test(e.localName) || [...e.attributes].some(a => /^on/i.test(a.name))
).map(e => `alive: ${e.outerHTML.slice(0, 100)}`)]"""


class Window:
    """A person's browser on a served application, and what is met in it."""

    def __init__(
        self, browser: Browser, origin: str, cookie: str = "", *, bypass: bool = False
    ) -> None:
        """With `bypass` the content policy protects nothing."""
        self._context = browser.new_context(base_url=origin, bypass_csp=bypass)
        if cookie:
            name, value = cookie.split("=", 1)
            self._context.add_cookies([{"name": name, "value": value, "url": origin}])
        self._context.add_init_script(WATCH)
        self._page = self._context.new_page()
        self._page.on("dialog", self._answer)
        self._met: list[str] = []

    def _answer(self, dialog: Dialog) -> None:
        self._met.append(f"dialog {dialog.message}")
        dialog.accept()

    def examine(self, path: str, planted: Sequence[str]) -> list[str]:
        """Open a page and say what of the payloads is alive on it."""
        self._met.clear()
        try:
            answer = self._page.goto(path, wait_until="load")
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return []  # a file to be saved is no page
        assert answer is not None
        if answer.status >= 500:
            self._met.append(f"status {answer.status}")
        kind = answer.headers.get("content-type", "")
        if "html" in kind:
            source = answer.text()
            self._met += [f"raw: {each}" for each in planted if is_telling(each) and each in source]
            self._met += self._page.evaluate(LOOK)
        elif "svg" in kind:
            self._met += self._page.evaluate(LOOK_AT_PICTURE)
            # A picture opened by itself is styled by the browser, which the policy refuses.
            style = "policy: style-src-elem inline"
            self._met = [each for each in self._met if not each.startswith(style)]
        # Of anything else the browser makes a page of its own.
        return [f"{path}: {each}" for each in self._met]

    def close(self) -> None:
        """Close the browser's window."""
        self._context.close()


def is_telling(payload: str) -> bool:
    """Whether a payload cannot stand in a page as it is, if all is escaped."""
    return bool(re.search(r"[<>\"']", payload))


def _plant(estate: Estate, payloads: Sequence[str]) -> None:
    """Write the payloads into every text of every row; columns that clean do so."""
    words = " ".join(payloads)
    with estate.app.app_context(), transaction() as session, unlocked():
        for place, table_, column in text_columns():
            if place not in WORDS and place not in ALSO:
                continue
            for number, row in enumerate(session.execute(select(table_)).mappings().all()):
                old = row[column.name]
                is_json = isinstance(column.type, JSON)
                # Some texts are unique.
                put(table_, row, column, _with_words(old, words) if is_json else f"{number}{words}")


def _with_words(value: Any, words: str) -> Any:
    """A JSON document with the payloads in each of its Chinese texts."""
    if isinstance(value, dict):
        return {name: _with_words(each, words) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_words(each, words) for each in value]
    return words if isinstance(value, str) and not value.isascii() else value


# Plain text behind a token, off unless it is set; ways to a provider, which is not set either.
FOR_MACHINES = {"upkeep.metrics", "accounts.ask_provider", "accounts.hear_provider"}
# They lead on to the place where the words stand.
LEADING_ON = {"portal.interpretation_at", "portal.passage"}


def _visits(estate: Estate) -> Iterator[tuple[str, str]]:
    """Every page that is looked at, with who looks: (role, path)."""
    cells = table.read()
    for route in routes(estate):
        if route.is_unsafe or route.endpoint in FOR_MACHINES | LEADING_ON:
            continue
        seen = False
        places = list(stages(route, estate))
        wanted = [each for each in places if each is None or each.state in STATES_SHOWN]
        for matter in (*wanted, *places):
            role = _visitor(cells, route, matter.state if matter else "drafting")
            if role and (matter in wanted or not seen):
                seen = True
                yield role, address(estate, route, matter)
        assert seen, f"nobody is shown {route.name}"


def _visitor(cells: table.Cells, route: Route, state: str) -> str:
    return next((role for role in PEOPLE if table.sign(cells, route.name, role, state) in "+"), "")


def _walk(
    browser: Browser, origin: str, estate: Estate, payloads: Sequence[str], *, bypass: bool = False
) -> list[str]:
    found: list[str] = []
    visits = list(_visits(estate))
    for person in PEOPLE:
        window = Window(browser, origin, estate.cookie(person), bypass=bypass)
        for path in dict.fromkeys(path for role, path in visits if role == person):
            found += window.examine(path, payloads)
        window.close()
    return found


def test_there_are_as_many_payloads_as_promised() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 120


def test_nothing_that_anybody_writes_runs_on_any_page(browser: Browser, grown: Estate) -> None:
    found: list[str] = []
    with served(grown.app) as origin:
        for payloads in ROUNDS if FULL else ROUNDS[:1]:
            _plant(grown, payloads)
            found += _walk(browser, origin, grown, payloads)
            if FULL:
                found += _walk(browser, origin, grown, payloads, bypass=True)
    assert found == []


@pytest.mark.parametrize("bypass", [False, True], ids=["policy", "no-policy"])
def test_a_page_with_one_trusting_filter_is_found(browser: Browser, bypass: bool) -> None:
    app = Flask("careless")
    words = " ".join(PAYLOADS[:AT_ONCE])

    @app.get("/")
    def page() -> Any:
        policy = {"Content-Security-Policy": "default-src 'none'"}
        return f"<!doctype html><title>x</title><p>{words}</p>", policy

    with served(app) as origin:
        window = Window(browser, origin, bypass=bypass)
        found = "\n".join(window.examine("/", PAYLOADS[:AT_ONCE]))
        window.close()
    assert "raw: " in found
    assert "element: <zq-a" in found
    assert ("dialog" if bypass else "policy: script-src") in found
