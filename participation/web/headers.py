"""Security headers: nothing runs that is not ours, nothing private is kept by a cache."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, session, url_for
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

POLICY = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .script_src("'self'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .font_src("'self'")
    .connect_src("'self'")
    .form_action("'self'")
    .base_uri("'none'")
    .frame_ancestors("'none'")
)
# For the one page that other sites may show in a frame: nothing in it runs, sends or is typed into.
FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors *"
)
PLAIN = Secure(
    csp=POLICY,
    coop=CrossOriginOpenerPolicy().same_origin(),
    corp=CrossOriginResourcePolicy().same_origin(),
    permissions=PermissionsPolicy().geolocation().camera().microphone(),
    referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
    xcto=XContentTypeOptions().nosniff(),
    xfo=XFrameOptions().deny(),
)
YEAR = 31_536_000
ANYWHERE = "participation.framed"
HSTS = StrictTransportSecurity().max_age(YEAR).include_subdomains()


def allow_frames() -> None:
    """Let the page of this request be shown in a frame of any site; for the embedded view alone."""
    request.environ[ANYWHERE] = True


def connect(app: Flask) -> None:
    """Send the headers with every answer of an application; name static files by their content."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR

    @cache
    def fingerprint(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""

    @app.url_defaults
    def name_by_content(endpoint: str, values: dict[str, Any]) -> None:
        # A browser keeps them for a year and still sees a changed one at once.
        if endpoint == "static" and "filename" in values and app.static_folder:
            values["v"] = fingerprint(Path(app.static_folder) / values["filename"])

    @cache
    def asset(filename: str) -> str:
        """The address of a static file of ours; a page names a dozen, always the same."""
        return url_for("static", filename=filename)

    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in PLAIN.header_items():
            response.headers.setdefault(name, value)
        if request.environ.get(ANYWHERE) and response.status_code < 400:
            del response.headers["X-Frame-Options"]
            response.headers["Content-Security-Policy"] = FRAMED
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.is_secure:
            response.headers.setdefault(HSTS.header_name, HSTS.header_value)
        # A page made for a person or carrying a form key is nobody else's.
        if session.modified or (session.accessed and session):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
