"""Security headers: nothing runs that is not ours, nothing private is kept by a cache."""

from __future__ import annotations

from flask import Flask, Response, request, session
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
PLAIN = Secure(
    csp=POLICY,
    coop=CrossOriginOpenerPolicy().same_origin(),
    corp=CrossOriginResourcePolicy().same_origin(),
    permissions=PermissionsPolicy().geolocation().camera().microphone(),
    referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
    xcto=XContentTypeOptions().nosniff(),
    xfo=XFrameOptions().deny(),
)
HSTS = StrictTransportSecurity().max_age(31_536_000)


def connect(app: Flask) -> None:
    """Send the headers with every answer of an application."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in PLAIN.header_items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers.setdefault(HSTS.header_name, HSTS.header_value)
        # A page made for a person or carrying a form key is nobody else's.
        if session.modified or (session.accessed and session):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
