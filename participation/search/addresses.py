"""Where a hit is shown: the address of its page, and the place on it."""

from __future__ import annotations

from flask import url_for

from participation.kernel.paging import Cursor
from participation.search.queries import Hit
from participation.search.rules import Kind


def address_of(hit: Hit) -> str:
    """The path of the page that shows a hit, from the very place on where it is in a list."""
    slug = hit.slug
    if hit.kind is Kind.CLAUSE:
        return url_for("portal.clause", slug=slug, key=hit.place)
    if hit.kind is Kind.COMMENT:
        before = Cursor(hit.at, hit.source_id + 1)
        return url_for("portal.opinions", slug=slug, after=str(before), _anchor=f"c{hit.place}")
    if hit.kind is Kind.ANSWER:
        before_it = int(hit.place) - 1
        anchor = f"point-{hit.place}"
        return url_for("portal.result", slug=slug, after_point=before_it or None, _anchor=anchor)
    if hit.kind is Kind.QUESTION:
        return url_for("inquiries.listed", slug=slug, _anchor=f"q{hit.place}")
    if hit.kind is Kind.INTERPRETATION:
        return url_for("portal.interpretation_at", slug=slug, interpretation_id=hit.source_id)
    endpoint = "portal.result" if hit.kind is Kind.RESULT else "portal.consultation"
    return url_for(endpoint, slug=slug)
