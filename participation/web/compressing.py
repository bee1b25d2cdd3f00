"""Public answers compressed, each once: pages that are everybody's, styles, scripts, feeds, data.

Nothing else is: where somebody's secret stands beside words that another has chosen, the length of
the compressed answer would tell the secret, letter by letter (the BREACH attack on TLS).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

from participation.web.caching import Recent

LEAST, LARGEST = 600, 2_000_000
"""Bytes: shorter answers gain nothing, longer ones would hold up the rest."""
MOST_KEPT, LARGEST_KEPT = 256, 64_000
LEVEL = 6
TEXTS = frozenset(
    {
        "application/json",
        "application/javascript",
        "application/atom+xml",
        "application/xml",
        "image/svg+xml",
    }
)


def connect(app: Flask) -> None:
    """Compress what every cache may keep, after all headers are known."""
    kept: Recent[bytes] = Recent(MOST_KEPT, LARGEST_KEPT)

    @app.after_request
    def compress(response: Response) -> Response:
        if not _is_public_text(response):
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != 200 or not request.accept_encodings["gzip"]:
            return response
        etag, _ = response.get_etag()
        if etag is None or not _fits(response):
            return response
        key = (request.path, etag)
        packed = kept.get(key)
        if packed is None:
            response.direct_passthrough = False
            packed = gzip.compress(response.get_data(), LEVEL, mtime=0)
            kept.put(key, packed)
        elif (close := getattr(response.response, "close", None)) is not None:
            close()
        response.direct_passthrough = False
        response.set_data(packed)
        response.content_encoding = "gzip"
        response.headers.remove("Accept-Ranges")
        # The same words in other bytes (RFC 9110, 8.8.1).
        response.set_etag(etag, weak=True)
        return response


def _is_public_text(response: Response) -> bool:
    kind = response.mimetype or ""
    is_text = kind.startswith("text/") or kind in TEXTS
    is_public = response.cache_control.public and "Set-Cookie" not in response.headers
    return bool(is_text and is_public and "Content-Encoding" not in response.headers)


def _fits(response: Response) -> bool:
    """Whether it is whole and of a size to be worth it; what comes piece by piece stays so."""
    is_whole = response.direct_passthrough or not response.is_streamed
    return is_whole and LEAST <= (response.content_length or 0) <= LARGEST
