"""Every page that the browser's own list leaves out, and every error page, is accessible.

What `tests/browser/test_pages.py` examines in two languages and widths is not looked at again; any
other page of the application's map is, without being named anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page

from tests.browser import test_pages
from tests.browser.chromium import served
from tests.browser.conftest import SMALL, fits
from tests.security import table
from tests.security.estate import SETTLED, Estate
from tests.security.walking import address, routes, stages

pytestmark = pytest.mark.browser
PEOPLE = ("officer", "drafter", "reviewer", "administrator", "citizen", "guest")
REFUSALS = {
    "guest": ["/receipt/NOCODE", "/account/sign-out", "/consultations?after=%00"],
    "citizen": ["/desk", "/desk/people"],
    "unproved": ["/desk/consultations/{open}/comments/1/reveal/contact"],
}
"""Pages that say no: not found, wrong method, bad address, forbidden, prove yourself first."""


def _listed(estate: Estate) -> set[str]:
    """The endpoints that the browser's own list examines."""
    adapter = estate.app.url_map.bind("localhost")
    paths = [*test_pages.PUBLIC, *(path for each in test_pages.STAFF.values() for path in each)]
    found = set()
    for path in paths:
        plain = path.format_map(defaultdict(lambda: "1")).partition("?")[0]
        if plain != "/nothing-here":
            found.add(adapter.match(plain, method="GET")[0])
    return found


def _others(estate: Estate) -> Iterator[tuple[str, str]]:
    """Every other page, with somebody who is let in: (person, path)."""
    cells, listed = table.read(), _listed(estate)
    for route in routes(estate):
        if route.is_unsafe or route.endpoint in listed or route.endpoint == "static":
            continue
        for role in PEOPLE:
            open_to = [
                matter
                for matter in stages(route, estate)
                if table.sign(cells, route.name, role, matter.state if matter else "open") == "+"
            ]
            if open_to:
                best = [each for each in open_to if each is None or each.state in SETTLED]
                yield role, address(estate, route, (best or open_to)[0])
                break


def _examine(page: Page, path: str) -> list[str]:
    try:
        answer = page.goto(path)
    except Error:
        return []  # a file to be saved
    assert answer is not None
    assert answer.status < 500, path
    if "html" not in answer.headers.get("content-type", ""):
        return []
    found = [] if fits(page) else [f"{path}: wider than the window"]
    faults = Axe().run(page).response["violations"]
    return found + [f"{path}: {each['id']} ({each['impact']}): {each['help']}" for each in faults]


def test_every_other_page_and_every_refusal_is_accessible(browser: Browser, grown: Estate) -> None:
    others, found, seen = list(_others(grown)), [], 0
    slug = grown.matters["open"].slug
    with served(grown.app) as origin:
        for person in (*PEOPLE, "unproved"):
            own = [path for role, path in others if role == person]
            own += [path.format(open=slug) for path in REFUSALS.get(person, [])]
            if not own:
                continue
            context = browser.new_context(base_url=origin, viewport={"width": SMALL, "height": 900})
            if cookie := grown.cookie(person):
                name, value = cookie.split("=", 1)
                context.add_cookies([{"name": name, "value": value, "url": origin}])
            page = context.new_page()
            for path in own:
                found += _examine(page, path)
                seen += 1
            context.close()
    assert "\n".join(found) == ""
    assert seen > 30


def test_an_expired_form_is_refused_accessibly(browser: Browser, grown: Estate) -> None:
    with served(grown.app) as origin:
        page = browser.new_page(base_url=origin)
        page.goto("/account/sign-in")
        page.evaluate("document.querySelector('main [name=csrf_token]').value = 'stale'")
        page.get_by_label("用户名").fill("somebody")
        page.get_by_label("密码").fill("something")
        with page.expect_navigation() as going:
            page.get_by_role("button", name="登录").click()
        assert going.value.status == 400
        assert Axe().run(page).response["violations"] == []
        page.close()
