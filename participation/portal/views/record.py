"""The public record: what it is, its signed heads, and the raw parts that a checker reads.

The addresses below `/consultations/<slug>/record/` are an open face: docs/record-format.md and
docs/verify.md name them, and `verify.py monitor` reads them. No answer is over 150 KB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, current_app, render_template, request, url_for

from participation.config import ROOT
from participation.kernel import clock
from participation.kernel.canonical import canonical
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.verdict import N_
from participation.portal import course
from participation.portal.queries import overview, recent_heads
from participation.portal.views.entrance import bp
from participation.record import queries as record
from participation.record.models import RecordHead, RecordLog
from participation.record.shipped import verify_html, verify_py
from participation.web.access import public
from participation.web.caching import public_page
from participation.web.filters import instant

FORMAT_PAGE = ROOT / "docs" / "record-format.md"
SHOWN_HEADS = 20
MOST_LINES = 500
MOST_HEADS = 300
MOST_BYTES = 140_000
PLAIN = "text/plain; charset=utf-8"
LINES = "application/jsonl; charset=utf-8"


@bp.get("/record")
@public
def record_about() -> str:
    """What the record proves and what it cannot, in six sentences and one picture."""
    sizes = {
        "html": len(verify_html()),
        "py": len(verify_py()),
        "format": FORMAT_PAGE.stat().st_size,
    }
    return render_template("portal/record_about.html", sizes=sizes)


@bp.get("/record/format.md")
@public
def record_format() -> Response:
    """The page that both verifiers were written from."""
    return _plain(FORMAT_PAGE.read_bytes())


@bp.get("/record/verify.py")
@public
def verifier_script() -> Response:
    """The verifier for the command line."""
    return _download(verify_py(), "verify.py", "text/x-python; charset=utf-8")


@bp.get("/record/verify.html")
@public
def verifier_page() -> Response:
    """The verifier for the browser; downloaded, as it is to work without this site."""
    return _download(verify_html(), "verify.html", "application/octet-stream")


def _download(body: bytes, name: str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/consultations/<slug>/record")
@public
def record_page(slug: str) -> Response:
    """A consultation's record: how long it is, its heads, and how to check it."""
    now = clock.now()
    seen = overview(slug, now)
    log = _log(seen.consultation.id)

    def render() -> str:
        heads = recent_heads(log.consultation_id, SHOWN_HEADS)
        return render_template(
            "portal/record.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            log=log,
            heads=heads,
            head_rows=[[instant(each.signed_at), each.size, each.root.hex()] for each in heads],
            keys=record.verifier_keys(log.consultation_id, log.origin),
            package=record.package_of(log.consultation_id),
        )

    return public_page((*seen.version, log.size, log.signed), now, render)


def _log(consultation_id: int) -> RecordLog:
    found = record.log_of(consultation_id)
    if found is None:
        raise NotFound("record")
    return found


def _log_of(slug: str) -> RecordLog:
    return _log(overview(slug, clock.now()).consultation.id)


@bp.get("/consultations/<slug>/record/checkpoint")
@public
def checkpoint(slug: str) -> Response:
    """The newest signed head."""
    head = record.newest_head(_log_of(slug).consultation_id)
    if head is None:
        raise NotFound("checkpoint")
    return _plain(head.note)


@bp.get("/consultations/<slug>/record/checkpoints.txt")
@public
def checkpoints(slug: str) -> Response:
    """The signed heads, the oldest first; `after` is the size of the last one seen."""
    log, after = _log_of(slug), _number("after")
    heads = record.heads(log.consultation_id, after, MOST_HEADS + 1)
    shown = heads[:MOST_HEADS]
    response = _plain("\n".join(_dated(each) for each in shown))
    if len(heads) > len(shown):
        further = url_for("portal.checkpoints", slug=slug, after=shown[-1].size)
        response.headers["Link"] = f'<{further}>; rel="next"'
    return response


def _dated(head: RecordHead) -> str:
    return f"# {head.signed_at:%Y-%m-%dT%H:%M:%SZ}\n{head.note}"


@bp.get("/consultations/<slug>/record/leaves")
@public
def leaves(slug: str) -> Response:
    """The leaves from `from` on, one a line; none when there are no more."""
    found = record.leaves(_log_of(slug).consultation_id, _number("from"), MOST_LINES)
    return _plain(b"".join(_bounded(leaf + b"\n" for leaf in found)), LINES)


@bp.get("/consultations/<slug>/record/entries")
@public
def entries(slug: str) -> Response:
    """The opinions' lines after the number `after`, as in the package's comments.jsonl."""
    log, after = _log_of(slug), _number("after")
    found = record.public_entries(log.consultation_id, after, MOST_LINES // 5)
    return _plain(b"".join(_bounded(canonical(line) + b"\n" for line in found)), LINES)


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """So many lines as fit an answer; the first always does."""
    length = 0
    for place, line in enumerate(lines):
        length += len(line)
        if place and length > MOST_BYTES:
            return
        yield line


@bp.get("/consultations/<slug>/record/consistency")
@public
def consistency(slug: str) -> Response:
    """The proof that the first `to` leaves (all) begin with the first `from` (one)."""
    log = _log_of(slug)
    old, new = _number("from", 1), _number("to", log.size)
    if not 0 < old <= new <= log.size:
        raise Invalid(N_("范围应满足 0 < from ≤ to ≤ %(size)s。"), {"size": log.size}, "to")
    proof = record.consistency_proof(log.consultation_id, old, new)
    said: dict[str, Any] = {"from": old, "to": new, "proof": [each.hex() for each in proof]}
    return _plain(json.dumps(said), "application/json")


@bp.get("/consultations/<slug>/record/package.zip")
@public
def record_package(slug: str) -> Response:
    """The open-data package, from the close on; streamed, whatever its size."""
    found = record.package_of(_log_of(slug).consultation_id)
    if found is None:
        raise NotFound("package")
    parts = current_app.extensions["storage"].open_stream(found.key)
    response = Response(parts, content_type="application/zip")
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f'attachment; filename="record-{slug}.zip"'
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.set_etag(found.key)
    response.make_conditional(request)
    return response


@bp.get("/consultations/<slug>/record/keys.txt")
@public
def keys(slug: str) -> Response:
    """The public keys that have signed, the oldest first, one a line."""
    log = _log_of(slug)
    found = record.verifier_keys(log.consultation_id, log.origin)
    return _plain("".join(f"{key}\n" for key in found))


def _plain(body: str | bytes, kind: str = PLAIN) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.add_etag()
    response.make_conditional(request)
    return response


def _number(name: str, default: int = 0) -> int:
    word = request.args.get(name, str(default))
    if not (word.isascii() and word.isdigit() and len(word) < 16):
        raise Invalid(N_("%(name)s 应是不小于 0 的整数。"), {"name": name}, name)
    return int(word)
