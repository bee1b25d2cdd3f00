"""For search engines: which pages there are (sitemaps.org), and what is not worth their visit."""

from __future__ import annotations

from flask import Response, current_app, render_template, url_for

from participation.kernel.errors import NotFound
from participation.portal import sitemaps
from participation.portal.views.entrance import bp
from participation.web.access import public

XML = "application/xml; charset=utf-8"
LASTING = (
    "portal.front",
    "portal.consultations",
    "portal.calendar",
    "portal.about",
    "portal.open_data",
    "portal.record_about",
    "portal.privacy",
    "portal.accessibility",
    "notifications.follow",
)
SHUT = (
    *("/desk", "/receipt", "/organisations", "/unsubscribe", "/follow/"),
    *("/api/", "/embed", "/kiosk"),
)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Everything public may be read; receipts, letters' links and staff pages are nobody's."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in SHUT)]
    lines += ["Disallow: /*/data/", "", f"Sitemap: {_site()}{url_for('portal.sitemap')}", ""]
    return _kept("\n".join(lines), "text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The index of the sitemap's files."""
    files = range(1, sitemaps.file_count() + 1)
    body = render_template("portal/sitemap_index.xml", files=files, site=_site())
    return _kept(body, XML)


@bp.get("/sitemap-<int:number>.xml")
@public
def sitemap_file(number: int) -> Response:
    """The pages of some consultations; the first file has the lasting pages, too."""
    if not 1 <= number <= 10**6:
        raise NotFound(str(number))
    rows = sitemaps.pages(number)
    if not rows and number > 1:
        raise NotFound(str(number))
    body = render_template(
        "portal/sitemap.xml",
        lasting=LASTING if number == 1 else (),
        rows=rows,
        site=_site(),
    )
    return _kept(body, XML)


def _site() -> str:
    found: str = current_app.config["SETTINGS"].site
    return found


def _kept(body: str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
