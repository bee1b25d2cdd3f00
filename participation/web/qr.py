"""Words as a QR picture, with the quiet zone that scanners need."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> bytes:
    """An address or other words as an SVG picture with its namespace, so that it stands alone."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=4, scale=4)
    return picture.getvalue()
