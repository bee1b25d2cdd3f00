"""A real Chromium and a real server, for walking the site as people do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import PATIENCE, served

SMALL, LARGE = 390, 1280


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The test's application served on loopback, form keys checked; its address."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app, threads=4) as address:
        yield address


class People:
    """Browsers of several people on one site, each with cookies of their own."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser, self._site = browser, site
        self._opened: list[BrowserContext] = []
        self.problems: list[str] = []

    def open(
        self,
        width: int = LARGE,
        *,
        script: bool = True,
        language: str = "zh",
        touch: bool = False,
    ) -> Page:
        """A new person's window; what goes wrong in it is kept in `problems`."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            has_touch=touch,
            is_mobile=touch,
            base_url=self._site,
        )
        if language != "zh":
            context.add_cookies([{"name": "language", "value": language, "url": self._site}])
        self._opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._listen)
        page.on("response", self._watch)
        return page

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)

    def _watch(self, response: Any) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.url}")

    def close(self) -> None:
        """Close all windows."""
        for context in self._opened:
            context.close()


@pytest.fixture
def people(browser: Browser, site: str) -> Iterator[People]:
    """Windows of several people; none may have met an error or a blocked resource."""
    windows = People(browser, site)
    yield windows
    windows.close()
    assert windows.problems == []


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto("/account/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=False).first.fill(password)
    press(page, "登录")


def press(page: Page, name: str, *, exact: bool = False) -> None:
    """Press the (first) button of that name and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=exact).first.click()


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the window."""
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(page.evaluate(wide))
