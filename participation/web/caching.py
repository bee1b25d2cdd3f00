"""Anonymous public pages: an ETag by what they show, and the rendered page while that stands."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from flask import Response, current_app, get_flashed_messages, make_response, request, session
from flask_login import current_user

from participation.web.locale import appearance

MOST_PAGES = 512
LARGEST_PAGE = 400_000


class PageCache:
    """The most recently used rendered pages of one process."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, page: bytes) -> None:
        if len(page) > LARGEST_PAGE:
            return
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


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
        vary,
    )
    key = hashlib.sha256(repr(said).encode()).hexdigest()
    cache: PageCache = current_app.extensions["pages"]
    body = cache.get(key)
    if body is None and request.if_none_match.contains(key):
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
