"""Anonymous public pages: an ETag by what they show, and the rendered page while that stands."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Generic, TypeVar

from flask import (
    Flask,
    Response,
    current_app,
    get_flashed_messages,
    make_response,
    request,
    session,
)
from flask_login import current_user
from markupsafe import Markup

from participation.kernel import readonly
from participation.web.locale import appearance, language

MOST_PAGES = 512
LARGEST_PAGE = 400_000
MOST_FRAGMENTS = 5_000
LARGEST_FRAGMENT = 20_000

T = TypeVar("T", bytes, Markup)


class Recent(Generic[T]):
    """The most recently used rendered texts of one process, at most so many of at most a size."""

    def __init__(self, most: int, largest: int) -> None:
        self._texts: OrderedDict[Hashable, T] = OrderedDict()
        self._most, self._largest = most, largest
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
            return text

    def put(self, key: Hashable, text: T) -> None:
        if len(text) > self._largest:
            return
        with self._lock:
            self._texts[key] = text
            self._texts.move_to_end(key)
            while len(self._texts) > self._most:
                self._texts.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._texts.clear()


class PageCache(Recent[bytes]):
    """Rendered public pages."""

    def __init__(self) -> None:
        super().__init__(MOST_PAGES, LARGEST_PAGE)


def connect(app: Flask) -> None:
    """Attach the kept pages, and to the templates the kept parts of pages."""
    app.extensions["pages"] = PageCache()
    fragments: Recent[Markup] = Recent(MOST_FRAGMENTS, LARGEST_FRAGMENT)

    def kept(*said: Hashable, caller: Callable[[], Markup]) -> Markup:
        """A part of a page, rendered once for as long as all that it says is the same.

        `said`: every value that the part shows; the language is added. A row that changes is
        another key, so nothing withdrawn or masked later can be shown from here.
        """
        key = (language(), said)
        found = fragments.get(key)
        if found is None:
            found = caller()
            fragments.put(key, found)
        return found

    app.jinja_env.globals["kept"] = kept


def is_anonymous_read() -> bool:
    """Whether this request carries nothing personal, so that its page is everybody's."""
    return request.method in {"GET", "HEAD"} and not current_user.is_authenticated and not session


def public_page(
    version: object, minute: datetime, render: Callable[[], str], *, vary: object = None
) -> Response:
    """A public page: from the cache while `version` and the minute stand, else rendered anew.

    `version` is what the page shows (a revision); the minute is part of it because pages say how
    long is left. A signed-in reader or one with a message waiting gets a page of their own.
    """
    if not is_anonymous_read() or get_flashed_messages():
        response = make_response(render())
        response.headers["Cache-Control"] = "no-store"
        return response
    said = (
        request.full_path,
        version,
        minute.replace(second=0, microsecond=0).isoformat(),
        appearance(),
        readonly.known(),
        vary,
    )
    key = hashlib.sha256(repr(said).encode()).hexdigest()
    cache: PageCache = current_app.extensions["pages"]
    body = cache.get(key)
    if body is None and request.if_none_match.contains_weak(key):
        body = b""
    elif body is None:
        body = render().encode()
        cache.put(key, body)
    response = make_response(body)
    response.set_etag(key)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Cookie"
    response.make_conditional(request)
    return response
