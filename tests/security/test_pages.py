"""Every page of the application's map in Chromium: accessible and whole at every width, both ways.

Each page is visited twice: in Chinese with script, and in English without, in another state of its
matter where it has one. axe is asked once each time; widths change without a new visit. A new page
is walked without being named anywhere; one that nobody is let in to fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.chromium import PATIENCE, served
from tests.browser.conftest import SMALL
from tests.security import table
from tests.security.estate import STATES, Estate
from tests.security.walking import Route, address, ask, routes, stages

pytestmark = pytest.mark.browser

PEOPLE = ("guest", "citizen", "neighbour", "officer", "drafter", "reviewer", "administrator")
"""Who visits: the first of them that is let in."""
NOBODY = ""
NO_PAGES = {"static", "upkeep.metrics", "accounts.ask_provider", "accounts.hear_provider"}
"""Files; what a setting opens that is closed here."""
LEADING_ON = {"portal.interpretation_at", "portal.passage"}
REFUSALS = {
    "guest": ["/nothing-here", "/receipt/NOCODE", "/account/sign-out", "/consultations?after=%00"],
    "citizen": ["/desk", "/desk/people"],
    "unproved": ["/desk/consultations/{open}/comments/1/reveal/contact"],
}
"""Pages that say no: not found, wrong method, bad address, forbidden, prove yourself first."""
BESIDE = {
    "guest": [
        "/search?q=不见踪影",
        "/consultations?stage=open",
        "/consultations/{open}/comment?clause=t1",
        "/consultations/{open}/sheet?size=a3",
        "/consultations/{closed}/result",
    ],
}
"""What a page looks like when asked for something else."""

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RUN_AXE = """async (rules) => {
  const options = { resultTypes: ["violations"], preload: false, iframes: false, rules };
  const found = await axe.run(document, options);
  return found.violations.map(
    (each) => `${each.id} (${each.impact}): ${each.help}: ${each.nodes.map((node) => node.html)}`);
}"""
# A page is whole where nothing stands out of it to the right; the first that does is named.
WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return "";
  const out = [...document.body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > room + 0.5 && one.checkVisibility());
  return (out[0] ?? document.body).outerHTML.slice(0, 120);
}"""
LETTERS = "(size) => { document.documentElement.style.fontSize = size; }"
# What is pressed is 44 px high and wide; a box to tick has the words beside it to be pressed.
LOOK = """() => {
  const found = [];
  const say = (what, one) => found.push(`${what}: ${one.outerHTML.slice(0, 120)}`);
  const root = document.documentElement;
  if (!["zh-CN", "en"].includes(root.lang)) say("language", root);
  if (!document.title.trim()) found.push("no title");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  if ((document.querySelector("main") ?? document.body).innerText.trim().length < 12)
    found.push("nothing to read");
  for (const one of document.querySelectorAll("[id]:not([type=hidden])"))
    if (document.getElementById(one.id) !== one) say("an id twice", one);
  const pressed = "button, summary, select, textarea, .button, input:not([type=hidden])";
  for (const one of document.querySelectorAll(pressed)) {
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (one.closest(".visually-hidden")) continue;
    const ticked = ["checkbox", "radio"].includes(one.type);
    const by = (ticked && (one.closest("td, th") || one.labels[0])) || one;
    const box = by.getBoundingClientRect();
    if (box.right < 0) continue;  // what catches programs
    if (box.height < 43.5 || (box.width < 43.5 && !ticked)) say(`${box.width}×${box.height}`, one);
  }
  return found;
}"""


@dataclass(frozen=True)
class Way:
    """How a person reads: language, script or none, and which state of a matter."""

    language: str
    script: bool
    states: tuple[str, ...]
    widths: tuple[int, ...]


# 320 px is 1280 at 400 %, 640 is 1280 at 200 %.
CHINESE = Way("zh", True, ("open", "closed", *STATES[::-1]), (320, 768, 1280))
ENGLISH = Way("en", False, ("sealed", "closed", "open", *STATES), (360, 640, 1280))


class Window:
    """A person's browser on the served estate, and what is wrong with what it shows."""

    def __init__(self, browser: Browser, origin: str, way: Way, cookie: str) -> None:
        self._context = browser.new_context(
            base_url=origin, viewport={"width": SMALL, "height": 900}
        )
        given = [cookie, "language=en" if way.language == "en" else ""]
        for name, _, value in (each.partition("=") for each in given if each):
            self._context.add_cookies([{"name": name, "value": value, "url": origin}])
        self._way, self._met = way, list[str]()
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self._met.append(str(error)))
        self.page.on("console", self._listen)
        self._line = self._context.new_cdp_session(self.page)
        self._switch(on=way.script)

    def _switch(self, *, on: bool) -> None:
        self._line.send("Emulation.setScriptExecutionDisabled", {"value": not on})

    def _listen(self, message: ConsoleMessage) -> None:
        # That a page was refused is what it says itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._met.append(message.text)

    def examine(self, path: str) -> list[str]:
        """Visit a page and say what is wrong with it."""
        self._met.clear()
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 500, path
        found = [*self._met, *self.look()]
        return [f"{self._way.language} {path}: {each}" for each in found]

    def look(self) -> list[str]:
        """What is wrong with the page that is shown."""
        found: list[str] = self.page.evaluate(LOOK)
        for width in self._way.widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            found += self._wider(f"{width} px")
        self.page.evaluate(LETTERS, "212.5%")
        found += self._wider("letters twice as large")
        self.page.evaluate(LETTERS, "")
        self.page.set_viewport_size({"width": SMALL, "height": 900})
        found += self._wider(f"{SMALL} px")
        return found + self._ask_axe()

    def _wider(self, when: str) -> list[str]:
        culprit = self.page.evaluate(WIDER)
        return [f"wider than the window at {when}: {culprit}"] if culprit else []

    def _ask_axe(self) -> list[str]:
        # Where a page may run nothing, axe may not either: it is let in once all is shown.
        self._switch(on=True)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        # Colours are the same in either language, and cost most of the time.
        rules = {"color-contrast": {"enabled": self._way.script}}
        found: list[str] = self.page.evaluate(RUN_AXE, rules)
        self._switch(on=self._way.script)
        return found

    def close(self) -> None:
        """Close the browser's window."""
        self._context.close()


def _visits(estate: Estate, way: Way) -> Iterator[tuple[str, str]]:
    """Every page and who looks at it: (person, path)."""
    cells = table.read()
    for route in routes(estate):
        if route.is_unsafe or route.endpoint in NO_PAGES | LEADING_ON:
            continue
        shown = _visit(estate, route, way, cells)
        if shown:
            yield shown
    slugs = {state: matter.slug for state, matter in estate.matters.items()}
    for listed in (BESIDE, REFUSALS):
        for person, paths in listed.items():
            yield from ((person, path.format(**slugs)) for path in paths)


def _visit(estate: Estate, route: Route, way: Way, cells: table.Cells) -> tuple[str, str] | None:
    """The first person that is let in and the path; none for a file; nobody is a fault."""
    matters = {matter.state if matter else "open": matter for matter in stages(route, estate)}
    for state, person in itertools.product(way.states, PEOPLE):
        if state in matters and table.sign(cells, route.name, person, state) == "+":
            answer = ask(estate, route, person, matters[state], method="HEAD")
            is_page = answer.mimetype == "text/html" and "Content-Disposition" not in answer.headers
            answer.close()
            return (person, address(estate, route, matters[state])) if is_page else None
    return NOBODY, route.name


@pytest.mark.parametrize("way", [CHINESE, ENGLISH], ids=["zh-script", "en-no-script"])
def test_every_page_is_accessible_and_whole(browser: Browser, grown: Estate, way: Way) -> None:
    visits = list(_visits(grown, way))
    found = [f"nobody is shown {path}" for person, path in visits if person == NOBODY]
    with served(grown.app) as origin:
        for person in (*PEOPLE, "unproved"):
            window = Window(browser, origin, way, grown.cookie(person))
            for path in [path for visitor, path in visits if visitor == person]:
                found += window.examine(path)
            window.close()
    assert len(visits) > 100
    if found:
        pytest.fail("\n".join(found), pytrace=False)


FAULTS = {
    "an id twice": "document.querySelector('main p, main form').id = 'main'",
    "label": "document.querySelector('main label').remove()",
    "wider than the window at 3": "document.querySelector('h1').style.width = '400px'",
    "44×20": "Object.assign(document.querySelector('main .button').style,"
    " {all: 'initial', display: 'block', width: '44px', height: '20px'})",
    "not one h1": "document.querySelector('h1').remove()",
}


def test_planted_faults_are_found(browser: Browser, grown: Estate) -> None:
    with served(grown.app) as origin:
        for way, faults in ((CHINESE, list(FAULTS)), (ENGLISH, ["label"])):
            window = Window(browser, origin, way, "")
            assert window.examine("/account/sign-in") == []
            for fault in faults:
                window.page.goto("/account/sign-in")
                window.page.evaluate(FAULTS[fault])
                assert fault in "\n".join(window.look()), fault
            window.close()


def _type_stale(page: Page) -> Any:
    page.goto("/account/sign-in")
    page.evaluate("document.querySelector('main [name=csrf_token]').value = 'stale'")
    page.get_by_label("用户名").fill("somebody")
    page.get_by_label("密码").fill("something")
    with page.expect_navigation() as going:
        page.get_by_role("button", name="登录").click()
    return going.value.status


def test_an_expired_form_is_refused_accessibly(browser: Browser, grown: Estate) -> None:
    with served(grown.app) as origin:
        window = Window(browser, origin, CHINESE, "")
        assert _type_stale(window.page) == 400
        assert window.look() == []
        window.close()
