"""Open data: what there is, what it means, and the files, made when they are asked for."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from participation.adoption.rules import may_show_result
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.throttle import limited
from participation.portal import course, opendata
from participation.portal.opendata import (
    COMMENTS,
    CONSULTATIONS,
    POINTS,
    TABLES,
    Field,
    Row,
    Table,
)
from participation.portal.queries import overview
from participation.portal.sheets import FORMATS
from participation.portal.structured import LICENCE, dataset_data
from participation.portal.views.entrance import bp
from participation.web.access import public
from participation.web.filters import sentence
from participation.web.locale import language

CHUNK = 64 * 1024


@bp.get("/open-data")
@public
def open_data() -> str:
    """What may be taken along, in which form, and what every field means."""
    name = _("%(site)s开放数据", site=current_app.config["SETTINGS"].platform_name)
    files = {
        url_for("portal.consultations_file", form=form): kind
        for form, (_write, kind) in FORMATS.items()
    }
    about = _("政府草案公开征求意见的事项、公开的意见和处理结果。")
    return render_template(
        "portal/open_data.html",
        tables=TABLES,
        formats=list(FORMATS),
        part=opendata.PART,
        licence=LICENCE,
        structured=dataset_data(name, about, url_for("portal.open_data"), files),
    )


@bp.get("/open-data/datapackage.json")
@public
def data_dictionary() -> Response:
    """The data dictionary for machines (Frictionless Data Package)."""
    resources = [
        {
            "name": table.name,
            "title": sentence(table.label),
            "description": sentence(table.meaning),
            "encoding": "utf-8",
            "schema": {
                "fields": [_described(each) for each in table.fields],
                "primaryKey": table.fields[0].name,
            },
        }
        for table in TABLES
    ]
    resources[0]["path"] = url_for("portal.consultations_file", form="csv")
    package: dict[str, Any] = {
        "name": "zhongyan-open-data",
        "title": _("%(site)s开放数据", site=current_app.config["SETTINGS"].platform_name),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "resources": resources,
    }
    return jsonify(package)


def _described(field: Field) -> dict[str, Any]:
    codes = [{"value": code, "label": sentence(word)} for code, word in field.codes.items()]
    said = {"name": field.name, "type": field.kind, "description": sentence(field.meaning)}
    return {**said, "categories": codes} if codes else said


@bp.get("/open-data/consultations.<form>")
@public
@limited("data", methods=("GET",))
def consultations_file(form: str) -> Response:
    """All public consultations in one file."""
    now = clock.now()
    return _file(CONSULTATIONS, form, opendata.consultation_rows(now), "consultations")


@bp.get("/consultations/<slug>/data")
@public
def consultation_data_page(slug: str) -> str:
    """The files of one consultation."""
    now = clock.now()
    seen = overview(slug, now)
    return render_template(
        "portal/consultation_data.html",
        seen=seen,
        consultation=seen.consultation,
        now=now,
        tag=course.tag_of(seen.consultation, now),
        parts=opendata.parts_of(seen.received),
        part=opendata.PART,
        formats=list(FORMATS),
    )


@bp.get("/consultations/<slug>/data/comments.<form>")
@public
@limited("data", methods=("GET",))
def comments_file(slug: str, form: str) -> Response:
    """The released opinions, ten thousand numbers in a file."""
    seen = overview(slug, clock.now())
    word = request.args.get("part", "1")
    part = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 0
    if not 1 <= part <= opendata.parts_of(seen.received):
        raise NotFound(word)
    rows = opendata.comment_rows(seen.consultation.id, part)
    return _file(COMMENTS, form, rows, f"{slug}-comments-{part}", (*seen.version, part))


@bp.get("/consultations/<slug>/data/points.<form>")
@public
@limited("data", methods=("GET",))
def points_file(slug: str, form: str) -> Response:
    """The points of the result with what became of them, from the close on."""
    now = clock.now()
    seen = overview(slug, now)
    may_show_result(seen.stage).enforce()
    return _file(POINTS, form, opendata.point_rows(seen.consultation, now), f"{slug}-points")


def _file(
    table: Table, form: str, rows: Iterable[Row], name: str, version: object = None
) -> Response:
    """A file, whole before its first byte is sent: a slow reader holds no snapshot open."""
    if form not in FORMATS:
        raise NotFound(form)
    write, kind = FORMATS[form]
    etag = ""
    if version is not None:
        etag = hashlib.sha256(repr((table.name, form, version, language())).encode()).hexdigest()
        if request.if_none_match.contains(etag):
            unchanged = Response(status=304)
            unchanged.set_etag(etag)
            return unchanged
    file = tempfile.TemporaryFile()  # noqa: SIM115 # the answer closes it
    try:
        write(file, table, rows, _words(table), clock.now())
    except BaseException:
        file.close()
        raise
    db.session.rollback()
    size = file.tell()
    file.seek(0)
    response = Response(_pieces(file), content_type=kind)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    if etag:
        response.set_etag(etag)
    response.call_on_close(file.close)
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece


def _words(table: Table) -> dict[str, str]:
    """What the table, its fields and the dictionary are called in the reader's language."""
    fields = {f"{table.name}.{each.name}": sentence(each.meaning) for each in table.fields}
    return {table.name: sentence(table.label), "dictionary": _("字段说明"), **fields}
